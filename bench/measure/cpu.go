package measure

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ownCPU is the processor time of this process, of the kernel's work for it included.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// tick is the unit of processor times in /proc: 100 a second on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// postgresServer is the first process of the throwaway database server, which
// scripts/postgres names; empty without one.
func postgresServer() string { return os.Getenv("TEST_POSTGRES_PID") }

// postgresCPU is the processor time of the throwaway database server: of its first
// process, of that one's children, and of those that have ended. It is 0 without such a
// server, or where there is no /proc.
func postgresCPU() time.Duration {
	server := postgresServer()
	if server == "" {
		return 0
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	var sum time.Duration
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it ended meanwhile
		}
		// "pid (name) state ppid …"; the name may hold blanks and brackets.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 15 {
			continue
		}
		folder := filepath.Dir(stat)
		switch {
		case filepath.Base(folder) == server:
			sum += running(folder, fields) + ticks(fields[13:15]...)
		case fields[1] == server:
			sum += running(folder, fields)
		}
	}
	return sum
}

// running is the processor time of a process of one thread, as every process of the
// server is: to the nanosecond where the kernel tells it so, because a page takes less
// than a tick.
func running(folder string, fields []string) time.Duration {
	text, err := os.ReadFile(filepath.Join(folder, "schedstat"))
	if err == nil {
		var ns int64
		if _, err := fmt.Sscan(string(text), &ns); err == nil {
			return time.Duration(ns)
		}
	}
	return ticks(fields[11:13]...)
}

// ProcessCPU is the processor time of another process, of the kernel's work for it
// included; 0 when it is gone or where there is no /proc.
func ProcessCPU(pid int) time.Duration {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	return ticks(fields[11:13]...)
}

func ticks(fields ...string) time.Duration {
	var sum time.Duration
	for _, f := range fields {
		n, _ := strconv.ParseInt(f, 10, 64)
		sum += time.Duration(n) * tick
	}
	return sum
}
