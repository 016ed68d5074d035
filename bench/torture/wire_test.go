package torture_test

import (
	"net"
	"net/url"
	"sync"
	"testing"

	"sharedkms/internal/store"
)

// wire stands between console and PostgreSQL, and can be cut or go dead.
type wire struct {
	listener net.Listener
	server   string

	mu    sync.Mutex
	state wireState
	conns map[net.Conn]bool
	woken chan struct{} // closed when a dead wire lives again
}

type wireState int

const (
	whole wireState = iota
	cut             // connections end, new ones are refused
	dead            // connections stay, and nothing passes
)

// newWire gives a wire and the configuration that leads over it. Migrations go beside it.
func newWire(t *testing.T, cfg store.Config) (*wire, store.Config) {
	t.Helper()
	at, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, server: at.Host, conns: map[net.Conn]bool{}, woken: make(chan struct{})}
	close(w.woken)
	go w.serve()
	t.Cleanup(func() {
		_ = listener.Close()
		w.set(cut)
	})
	cfg.MigrateURL = cfg.URL
	at.Host = listener.Addr().String()
	cfg.URL = at.String()
	return w, cfg
}

func (w *wire) set(s wireState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == dead && s != dead {
		close(w.woken)
	}
	if s == dead && w.state != dead {
		w.woken = make(chan struct{})
	}
	w.state = s
	if s == cut {
		for c := range w.conns {
			_ = c.Close()
		}
		w.conns = map[net.Conn]bool{}
	}
}

func (w *wire) serve() {
	for {
		console, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.join(console)
	}
}

func (w *wire) join(console net.Conn) {
	defer func() { _ = console.Close() }()
	if !w.keep(console) {
		return
	}
	server, err := net.Dial("tcp", w.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	if !w.keep(server) {
		return
	}
	go w.copy(server, console)
	w.copy(console, server)
}

func (w *wire) keep(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != cut {
		w.conns[c] = true
	}
	return w.state != cut
}

func (w *wire) copy(to, from net.Conn) {
	defer func() {
		_ = to.Close()
		_ = from.Close()
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		w.mu.Lock()
		woken := w.woken
		w.mu.Unlock()
		<-woken // what came in while the wire is dead waits in it
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
