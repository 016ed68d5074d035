package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sharedkms/bench/measure"
)

const startName = "console/start"

// starts is how often the console is started; the slowest counts as the 99th percentile.
const starts = 5

// start measures the program as it is shipped, on a database that is migrated: how long
// after the process was started it has answered its first page, and its memory then.
func start(ctx context.Context, program, db string) (r measure.Result, err error) {
	dir, err := os.MkdirTemp("", "console-start")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg, drop, err := newDatabase(ctx, db, dir)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	env := append(os.Environ(), "CONSOLE_DATA_DIR="+filepath.Join(dir, "data"), "DATABASE_URL="+cfg.URL)
	if cfg.URL != "" {
		env = append(env, "CONSOLE_OBJECTS=file:"+filepath.Join(dir, "objects"), "CONSOLE_ROOT_KEY=file:"+filepath.Join(dir, "root.key"))
		if err := makeRootKey(ctx, program, dir); err != nil {
			return r, err
		}
	}
	var waits []float64
	for i := range starts + 1 {
		wait, memory, err := startOnce(ctx, program, env)
		if err != nil {
			return r, err
		}
		if i > 0 { // the first one migrates
			waits = append(waits, wait)
			r.Memory = max(r.Memory, memory)
		}
	}
	slices.Sort(waits)
	r.Name, r.DB, r.Callers = startName, db, 1
	r.P50, r.P99, r.Rate = waits[len(waits)/2], waits[len(waits)-1], math.Round(10_000/waits[len(waits)/2])/10
	return r, nil
}

// makeRootKey lets the console make one beside an embedded database of its own.
func makeRootKey(ctx context.Context, program, dir string) error {
	own := filepath.Join(dir, "own")
	env := append(os.Environ(), "CONSOLE_DATA_DIR="+own, "DATABASE_URL=")
	if _, _, err := startOnce(ctx, program, env); err != nil {
		return err
	}
	return os.Rename(filepath.Join(own, "root.key"), filepath.Join(dir, "root.key"))
}

// startOnce gives milliseconds and megabytes.
func startOnce(ctx context.Context, program string, env []string) (wait, memory float64, err error) {
	addr, err := freeAddress()
	if err != nil {
		return 0, 0, err
	}
	var said strings.Builder
	cmd := exec.CommandContext(ctx, program, "serve")
	cmd.Env, cmd.Stderr = append(env, "CONSOLE_ADDR="+addr), &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	err = firstPage(addr)
	wait = float64(time.Since(began).Microseconds()) / 1000
	if err == nil {
		memory, err = resident(cmd.Process.Pid)
	}
	err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	if err != nil {
		err = fmt.Errorf("start the console: %w: %s", err, said.String())
	}
	return wait, memory, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// firstPage asks for the sign-in page until it comes.
func firstPage(addr string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var answer *http.Response
	err := errors.New("not asked")
	for end := time.Now().Add(30 * time.Second); err != nil && time.Now().Before(end); {
		if answer, err = client.Get("http://" + addr + "/sign-in"); err != nil {
			time.Sleep(time.Millisecond)
		}
	}
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET /sign-in: %s", answer.Status)
	}
	return errors.Join(err, answer.Body.Close())
}

// resident is the memory of a process in MB, where there is /proc.
func resident(pid int) (float64, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }() // read only
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return float64(int(kb/102.4)) / 10, err
		}
	}
	return 0, errors.New("the process does not say how much memory it has")
}
