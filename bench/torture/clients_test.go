package torture_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sharedkms/bench/crew"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// Limits of a connection, as cmd/console sets them, and how much later its end may be seen.
const (
	headerLimit = 5 * time.Second
	bodyLimit   = 20 * time.Second
	lateness    = 3 * time.Second
)

// TestSlowClients opens connections that send a byte now and then: headers that never end,
// and bodies. They are ended in time, and others do not notice.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	s, p := stageWithConsole(t)
	c := signIn(t, s, 4, p.Addr, crew.Usual)
	visit := func() time.Duration {
		began := time.Now()
		if a := c.Callers[0].Get(to.Overview()); a.Status != http.StatusOK {
			t.Errorf("the overview: %d", a.Status)
		}
		return time.Since(began)
	}
	var alone, beside []time.Duration
	for range 50 {
		alone = append(alone, visit())
	}
	head := "POST /sign-in HTTP/1.1\r\nHost: " + p.Addr + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n"
	var slow sync.WaitGroup
	for _, kind := range []struct {
		begins, then string
		limit        time.Duration
	}{{head, "X-Slow: 1\r\n", headerLimit}, {head + "\r\n", "account=x&", bodyLimit}} {
		for range pick(100, 500) {
			slow.Go(func() {
				lasted, err := drip(p.Addr, kind.begins, kind.then, kind.limit+lateness)
				if err != nil || lasted < kind.limit-lateness {
					t.Errorf("%q ended after %s: %v, want %s", kind.then, lasted, err, kind.limit)
				}
			})
		}
	}
	ended := make(chan struct{})
	go func() { slow.Wait(); close(ended) }()
	for working := true; working; {
		select {
		case <-ended:
			working = false
		case <-time.After(20 * time.Millisecond):
			beside = append(beside, visit())
		}
	}
	slices.Sort(alone)
	slices.Sort(beside)
	quiet, busy := alone[len(alone)/2], beside[len(beside)/2]
	say(t, "they end in time, nobody waits for them", "the overview takes %s, and %s beside slow clients (%d times)", quiet.Round(10*time.Microsecond), busy.Round(10*time.Microsecond), len(beside))
	if busy > 10*quiet {
		t.Errorf("pages take %s beside slow clients, %s without", busy, quiet)
	}
	if said := p.Said.String(); strings.Contains(said, "level=ERROR") {
		t.Errorf("the console calls slow clients a defect of its own:\n%.400s", said)
	}
}

// drip sends a part every half second until the console ends the connection.
func drip(addr, begins, then string, most time.Duration) (lasted time.Duration, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	began := time.Now()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		buffer := make([]byte, 4096)
		for err := error(nil); err == nil; { // an answer may come before the end
			_, err = conn.Read(buffer)
		}
	}()
	if _, err := conn.Write([]byte(begins)); err != nil {
		return 0, err
	}
	for {
		select {
		case <-gone:
			return time.Since(began), nil
		case <-time.After(500 * time.Millisecond):
			if time.Since(began) > most {
				return 0, fmt.Errorf("still open after %s", most)
			}
			_, _ = conn.Write([]byte(then)) // its end is seen by the reader
		}
	}
}

// idlers is how many connections do nothing.
const idlers = 10_000

// TestIdleConnections holds 10,000 connections open that have asked for one page each.
// Others are served as before, and when they go their memory does.
func TestIdleConnections(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		raiseLimit(t, idlers+1000)
		s := newStage(t, cfg, crew.Small)
		p := start(t, s.Settings)
		c := signIn(t, s, 8, p.Addr, crew.Usual)
		before, err := p.Metric("go_goroutines")
		if err != nil {
			t.Fatal(err)
		}
		conns := make([]net.Conn, idlers)
		t.Cleanup(func() {
			for _, conn := range conns {
				if conn != nil {
					_ = conn.Close()
				}
			}
		})
		request := []byte("GET /healthz HTTP/1.1\r\nHost: " + p.Addr + "\r\n\r\n")
		answer := make([]byte, 4096)
		for i := range conns {
			if conns[i], err = net.Dial("tcp", p.Addr); err != nil {
				t.Fatalf("connection %d: %v", i, err)
			}
			if _, err := conns[i].Write(request); err != nil {
				t.Fatalf("connection %d: %v", i, err)
			}
			if _, err := conns[i].Read(answer); err != nil {
				t.Fatalf("connection %d: %v", i, err)
			}
		}
		running := work(t, c)
		running.acts(50)
		running.stop()
		memory, err := p.Resident()
		if err != nil {
			t.Fatal(err)
		}
		say(t, "others are served", "%d connections: %.0f MB", idlers, memory)
		if n := inspect(t, c, s.Store); n.Unknown > 0 {
			t.Errorf("%d requests without an answer beside %d idle connections", n.Unknown, idlers)
		}
		for i, conn := range conns {
			_, conns[i] = conn.Close(), nil
		}
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			after, err := p.Metric("go_goroutines")
			if err != nil {
				t.Fatal(err)
			}
			if after <= before+20 {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%.0f goroutines before, %.0f long after", before, after)
			}
		}
	})
}

// raiseLimit lets this process and those it starts have so many files open.
func raiseLimit(t *testing.T, n uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur >= n {
		return
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: max(n, limit.Max)}); err != nil {
		t.Fatalf("%d files can be open here, %d are needed; raise `ulimit -n`, or run as root: %v", limit.Max, n, err)
	}
}
