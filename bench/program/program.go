// Package program runs the console as it is shipped, in a process of its own: built without
// cgo, started with an environment, killed as by a power cut, and asked what it uses.
package program

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// startLimit is how long a console may take to answer its first page.
const startLimit = 30 * time.Second

// Settings say which console to start.
type Settings struct {
	Binary   string
	Addr     string       // host:port; empty: a free port of the loopback address
	Dir      string       // an own directory
	Database store.Config // on SQLite File is a console.db, beside which the root key lies
	Demo     bool
	Wrap     []string // command that starts the console, if it does not start alone
	Flags    uintptr  // of clone(2), where Wrap needs namespaces of its own
}

// Program is a running console.
type Program struct {
	Addr string
	Took time.Duration // from its start until the first page was answered
	Said *Log

	cmd   *exec.Cmd
	ended chan struct{} // closed when the process is gone
	err   error         // how it ended
}

// Build compiles the console into dir, as it is shipped, and gives its path.
func Build(ctx context.Context, dir string) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	binary := filepath.Join(dir, "console")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./cmd/console")
	cmd.Dir, cmd.Env = strings.TrimSpace(string(root)), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the console: %w: %s", err, out)
	}
	return binary, nil
}

// data is the console's data directory.
func (s Settings) data() string {
	if s.Database.File != "" {
		return filepath.Dir(s.Database.File)
	}
	return filepath.Join(s.Dir, "data")
}

// RootKey opens the root key of such consoles; the first time it is made.
func (s Settings) RootKey() (seal.RootKey, error) {
	if err := os.MkdirAll(s.data(), 0o700); err != nil {
		return nil, err
	}
	return seal.OpenRootKey("file:", s.data(), true)
}

// FreeAddress gives an address of this machine on which nobody listens.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Start starts a console and waits until it answers.
func Start(ctx context.Context, s Settings) (*Program, error) {
	if s.Addr == "" {
		var err error
		if s.Addr, err = FreeAddress(); err != nil {
			return nil, err
		}
	}
	p := &Program{Addr: s.Addr, Said: &Log{}, ended: make(chan struct{})}
	words := append(append([]string{}, s.Wrap...), s.Binary, "serve")
	p.cmd = exec.CommandContext(ctx, words[0], words[1:]...)
	p.cmd.Env, p.cmd.Stderr = s.environment(), p.Said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: s.Flags}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the console: %w", err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	if err := p.firstPage(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the console: %w: %s", err, p.Said), p.Kill())
	}
	p.Took = time.Since(began)
	return p, nil
}

func (s Settings) environment() []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.Dir, "CONSOLE_ADDR=" + s.Addr, "CONSOLE_DATA_DIR=" + s.data()}
	if s.Demo {
		env = append(env, "CONSOLE_DEMO=1")
	}
	if d := s.Database; d.URL != "" {
		env = append(env, "DATABASE_URL="+d.URL, "CONSOLE_MIGRATE_URL="+d.MigrateURL, "CONSOLE_DB_POOLER="+d.Pooler,
			"CONSOLE_ROOT_KEY=file:"+filepath.Join(s.data(), seal.RootKeyFile), "CONSOLE_OBJECTS=file:"+filepath.Join(s.Dir, "objects"))
	}
	return env
}

// firstPage asks for the sign-in page until it comes.
func (p *Program) firstPage() error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: startLimit}
	for end := time.Now().Add(startLimit); ; {
		answer, err := client.Get("http://" + p.Addr + "/sign-in")
		if err == nil && answer.StatusCode != http.StatusOK {
			err = fmt.Errorf("GET /sign-in: %s", answer.Status)
		}
		if err == nil {
			return answer.Body.Close()
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended: %w", p.err)
		case <-time.After(time.Millisecond):
		}
		if time.Now().After(end) {
			return err
		}
	}
}

// PID is the process.
func (p *Program) PID() int { return p.cmd.Process.Pid }

// Kill ends the process as a power cut would, and waits until it is gone.
func (p *Program) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.ended
	return nil
}

// Stop asks the console to end, and fails when it does not do so in order.
func (p *Program) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.ended
	if p.err != nil {
		return fmt.Errorf("the console ended with %w: %s", p.err, p.Said)
	}
	return nil
}
