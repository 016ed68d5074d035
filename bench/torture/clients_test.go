package torture_test

import (
	"bytes"
	"errors"
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
	"sharedkms/bench/program"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// Limits of a connection, as cmd/console sets them, and how much later its end may be seen.
const (
	headerLimit = 5 * time.Second
	bodyLimit   = 20 * time.Second
	writeLimit  = 60 * time.Second
	lateness    = 3 * time.Second
)

// TestSlowClients opens connections that send a byte now and then: headers that never end,
// and bodies; and some that ask for pages and read none. They are ended in time, hold no
// connection to the database, and others do not notice. Only the long form waits for the
// end of those that do not read, which may be a minute off.
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
	n := pick(20, 100)
	readers := deafClients(t, p, c.Callers[0].Request(to.Keys("eu-west-101")), n)
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
	if long() {
		readers.wantEnd(t, p)
	}
	say(t, pick("those that send end in time, nobody waits for any", "all end in time, nobody waits for them"), "the overview takes %s, and %s beside %d clients that send slowly and %d that do not read (%d times)",
		quiet.Round(10*time.Microsecond), busy.Round(10*time.Microsecond), 2*pick(100, 500), n, len(beside))
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

// deaf are clients that ask for pages and do not read.
type deaf struct {
	began  time.Time
	before float64 // goroutines of the console without them
}

// asks is how many pages each of them asks for: more than the buffers on the way hold.
const asks = 1000

// deafClients opens n connections that ask for a page again and again. It returns when the
// console cannot write to any of them, and wants no connection to the database in use then.
func deafClients(t *testing.T, p *program.Program, request []byte, n int) deaf {
	t.Helper()
	d := deaf{before: metric(t, p, "go_goroutines")}
	small := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) { failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
		return errors.Join(err, failed)
	}}
	for range n {
		conn, err := small.DialContext(t.Context(), "tcp", p.Addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() }) // in the long form the console has ended it
		go func() { _, _ = conn.Write(bytes.Repeat(request, asks)) }()
	}
	const answered = `console_request_duration_seconds_count{method="GET",route="/kms/:region/keys",status="200"}`
	var pages float64
	steady := 0
	for end := time.Now().Add(2 * time.Minute); steady < 20; time.Sleep(50 * time.Millisecond) {
		switch now := metric(t, p, answered); {
		case now > 0 && now == pages:
			steady++
		default:
			pages, steady, d.began = now, 0, time.Now()
		}
		if time.Now().After(end) {
			t.Fatal("the console goes on writing to clients that do not read")
		}
	}
	if pages >= float64(n*asks) {
		t.Errorf("%.0f pages went to clients that read none of them", pages)
	}
	for _, pool := range []string{"read", "write"} {
		if used := metric(t, p, fmt.Sprintf("go_sql_in_use_connections{db_name=%q}", pool)); used != 0 {
			t.Errorf("%.0f connections to the database are in use for clients that do not read", used)
		}
	}
	return d
}

// wantEnd waits until the console has ended all of them, and wants it in time.
func (d deaf) wantEnd(t *testing.T, p *program.Program) {
	t.Helper()
	for metric(t, p, "go_goroutines") > d.before+10 {
		if lasted := time.Since(d.began); lasted > writeLimit+lateness {
			t.Errorf("clients that do not read are still connected after %s", lasted)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	if lasted := time.Since(d.began); lasted < writeLimit-10*lateness {
		t.Errorf("clients that do not read were ended after %s, want %s", lasted, writeLimit)
	}
}

func metric(t *testing.T, p *program.Program, name string) float64 {
	t.Helper()
	value, err := p.Metric(name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// idlers is how many connections do nothing, idleMemory how many MB the console may have
// beside so many: each costs it a goroutine and the buffers of its connection.
const (
	idlers     = 10_000
	idleMemory = 400
)

// TestIdleConnections holds 10,000 connections open that have asked for one page each.
// Others are served as before, the connections stay, and when they go their goroutines do.
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
		say(t, fmt.Sprintf("others are served, memory ≤ %d MB", idleMemory), "%d connections: %.0f MB", idlers, memory)
		if memory > idleMemory {
			t.Errorf("%.0f MB with %d idle connections, want %d at most", memory, idlers, idleMemory)
		}
		for i := 0; i < idlers; i += idlers / 100 {
			if err := alive(conns[i], request); err != nil {
				t.Errorf("connection %d after the work: %v", i, err)
			}
		}
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

// alive asks once more on a connection that was idle.
func alive(conn net.Conn, request []byte) error {
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write(request); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, err := conn.Read(answer)
	if err == nil && !bytes.HasPrefix(answer[:n], []byte("HTTP/1.1 200 ")) {
		err = fmt.Errorf("it says %.40s", answer[:n])
	}
	return err
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
