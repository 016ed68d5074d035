package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
)

func settings(t *testing.T, dir string, environ ...string) config {
	t.Helper()
	c, err := read(nil, append([]string{"CONSOLE_DATA_DIR=" + dir, "CONSOLE_ADDR=127.0.0.1:0"}, environ...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestStartIsRefused starts consoles that do not fit their database.
func TestStartIsRefused(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "data")
	var out bytes.Buffer
	if err := createAccount(ctx, settings(t, dir), "Example Company", &out); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data directory: %v, %v", info.Mode(), err)
	}
	password := regexp.MustCompile(`One-time password +(\S{20})\n`).FindStringSubmatch(out.String())
	if password == nil {
		t.Fatalf("no password in: %s", &out)
	}
	if err := createAccount(ctx, settings(t, dir), "example company", io.Discard); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("the same name again: %v", err)
	}
	refused := func(what, why string, c config) {
		t.Helper()
		con, err := c.open(ctx)
		if err == nil {
			_ = con.store.Close() // the test has failed already
		}
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want an error about %s", what, err, why)
		}
	}
	refused("demo on real accounts", "CONSOLE_DEMO", settings(t, dir, "CONSOLE_DEMO=1"))
	if err := createAccount(ctx, settings(t, dir, "CONSOLE_DEMO=1"), "Another", io.Discard); err == nil {
		t.Error("a demo made a real account")
	}

	makeKey(t, ctx, settings(t, dir), password[1])
	refused("a region in use dropped", "CONSOLE_REGIONS", settings(t, dir, "CONSOLE_REGIONS=eu-west-101"))

	key := filepath.Join(dir, "root.key")
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	refused("root key lost", "root key", settings(t, dir))
	if _, err := os.Stat(key); err == nil {
		t.Error("a new root key was made beside a database that another one sealed")
	}
	other := filepath.Join(t.TempDir(), "other")
	if con, err := withDir(settings(t, other)).open(ctx); err != nil {
		t.Fatal(err)
	} else if err := con.store.Close(); err != nil {
		t.Fatal(err)
	}
	refused("another root key", "root key", settings(t, dir, "CONSOLE_ROOT_KEY=file:"+filepath.Join(other, "root.key")))
	if err := os.WriteFile(key, text, 0o600); err != nil {
		t.Fatal(err)
	}
	con, err := withDir(settings(t, dir)).open(ctx)
	if err != nil {
		t.Fatalf("with everything in place: %v", err)
	}
	if err := con.store.Close(); err != nil {
		t.Fatal(err)
	}
}

func withDir(c config) *config { return &c }

func makeKey(t *testing.T, ctx context.Context, c config, password string) {
	t.Helper()
	con, err := c.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := con.store.Close(); err != nil {
			t.Error(err)
		}
	}()
	token, err := con.services.IAM.SignIn(ctx, "Example Company", "root", password, iam.Device{Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := con.services.IAM.Authenticate(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	_, err = con.services.KMS.CreateKey(ctx, in.Caller, kms.CreateKeyInput{Region: "cn-north-4", Name: "far-away", Spec: kms.AES256, Once: "once"})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDemoWorldIsForDemosOnly meets a demo world as real use does: both commands refuse it and say
// what to do, and nothing is added to it.
func TestDemoWorldIsForDemosOnly(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if err := seedDemo(ctx, settings(t, dir), false, io.Discard); err != nil {
		t.Fatal(err)
	}
	stopping, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	for what, err := range map[string]error{
		"account create": createAccount(ctx, settings(t, dir), "Example Company", io.Discard),
		"serve":          serve(stopping, settings(t, dir), io.Discard),
	} {
		if err == nil || !strings.Contains(err.Error(), "CONSOLE_DEMO=1") || !strings.Contains(err.Error(), "CONSOLE_DATA_DIR") {
			t.Errorf("%s: got %v, want what to do", what, err)
		}
	}
	con, err := withDir(settings(t, dir, "CONSOLE_DEMO=1")).open(ctx)
	if err != nil {
		t.Fatalf("as a demo: %v", err)
	}
	if err := con.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestServeAndStop starts a console, asks whether it is ready and stops it as a signal would.
func TestServeAndStop(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var log lockedBuffer
	ended := make(chan error, 1)
	began := time.Now()
	go func() { ended <- serve(ctx, settings(t, t.TempDir()), &log) }()
	address := regexp.MustCompile(`msg=listening url=(\S+)`)
	var base []string
	for base == nil {
		select {
		case err := <-ended:
			t.Fatalf("ended: %v\n%s", err, log.String())
		case <-time.After(5 * time.Millisecond):
			base = address.FindStringSubmatch(log.String())
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("not listening:\n%s", log.String())
		}
	}
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/sign-in": "This console has no account yet"} {
		answer, err := http.Get(base[1] + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d, %v: %.200s", path, answer.StatusCode, err, body)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped with %v", err)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write is called by the log.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestReadyKnowsTheClock steps the clock of the process by an hour, both ways.
func TestReadyKnowsTheClock(t *testing.T) {
	ctx := context.Background()
	con, err := withDir(settings(t, t.TempDir())).open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = con.store.Close() }() // only read
	for _, step := range []time.Duration{0, time.Hour, 0, -time.Hour, 0} {
		con.now = func() time.Time { return time.Now().Add(step) }
		if err := con.ready(ctx); (err == nil) != (step == 0) {
			t.Errorf("a clock that is off by %s: %v", step, err)
		}
	}
}
