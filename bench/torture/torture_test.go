// Package torture lets a crew work on the console as it is shipped while processes are
// killed, the database goes away, the disk is full and clients misbehave, and counts what
// is missing afterwards: nothing may be. `make test` runs the short forms, `make torture`
// the long ones.
package torture_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"sharedkms/bench/crew"
	"sharedkms/bench/program"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "console-torture")
	if err == nil {
		binary, err = program.Build(context.Background(), dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if long() {
		if err := keep(counted.lines); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	_ = os.RemoveAll(dir) // a leftover in the temporary directory harms nobody
	os.Exit(code)
}

// long reports whether the tests run at full size.
func long() bool { return os.Getenv("TORTURE") != "" }

func pick[T any](short, full T) T {
	if long() {
		return full
	}
	return short
}

// newStage makes a world, and the line of the test that begins with it.
func newStage(t *testing.T, cfg store.Config, size crew.Size) *crew.Stage {
	t.Helper()
	begin(t, cfg)
	s, err := crew.NewStage(t.Context(), binary, t.TempDir(), cfg, size)
	if err != nil {
		t.Fatalf("make a world: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func stageWithConsole(t *testing.T) (*crew.Stage, *program.Program) {
	t.Helper()
	s := newStage(t, storetest.SQLiteConfig(t), crew.Small)
	return s, start(t, s.Settings)
}

// start starts a console that is stopped with the test, unless it was killed before.
func start(t *testing.T, s program.Settings) *program.Program {
	t.Helper()
	p, err := program.Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if said := p.Said.String(); t.Failed() && said != "" {
			t.Logf("the console said:\n%s", said)
		}
		_ = p.Kill() // it has been stopped or killed already where that matters
	})
	return p
}

func signIn(t *testing.T, s *crew.Stage, n int, addr string, mix crew.Mix) *crew.Crew {
	t.Helper()
	c := crew.New(s.World, n, addr, mix)
	c.Keep = true
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatalf("sign in: %v", err)
	}
	t.Cleanup(func() { _ = c.Close() }) // connections of consoles that are gone
	return c
}

// shift is a crew at work. What the console does not answer is no error.
type shift struct {
	t      *testing.T
	crew   *crew.Crew
	cancel func()
	done   chan error
}

func work(t *testing.T, c *crew.Crew) *shift {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &shift{t, c, cancel, make(chan error, 1)}
	go func() { s.done <- c.Run(ctx, true) }()
	return s
}

// acts waits until so many more acts were acknowledged.
func (s *shift) acts(n int64) {
	s.t.Helper()
	until := s.crew.Acknowledged() + n
	for end := time.Now().Add(2 * time.Minute); s.crew.Acknowledged() < until; time.Sleep(time.Millisecond) {
		if len(s.done) > 0 || time.Now().After(end) {
			s.t.Errorf("the crew does not get on: %d of %d acts", s.crew.Acknowledged()-until+n, n)
			return
		}
	}
}

// stop lets the crew finish what it has begun, and go home.
func (s *shift) stop() {
	s.t.Helper()
	s.cancel()
	if err := <-s.done; err != nil {
		s.t.Errorf("work: %v", err)
	}
}

// inspect counts, and fails the test for each thing that is missing.
func inspect(t *testing.T, c *crew.Crew, st *store.Store) crew.Count {
	t.Helper()
	r, err := c.Inspect(t.Context(), st)
	if err != nil {
		t.Fatalf("inspect: %v", errors.Join(err, t.Context().Err()))
	}
	for _, p := range r.Problems {
		t.Error(p)
	}
	return r.Count
}

// settle waits until PostgreSQL has noticed that connections of others are gone: a commit
// that was on its way may still happen until then.
func settle(t *testing.T, st *store.Store) {
	t.Helper()
	if st.Dialect() != store.PostgreSQL {
		return
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var busy int
		err := st.Read(t.Context()).Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'").Scan(&busy).Error
		if err != nil {
			t.Fatal(err)
		}
		if busy == 0 {
			return
		}
	}
	t.Error("transactions of connections that are gone do not end")
}
