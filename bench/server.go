package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"sharedkms/bench/measure"
	"sharedkms/web"
	"sharedkms/web/handle"
)

// site is the console on a loopback address, and beside it, on the same server, the limits.
type site struct {
	w       *world
	addr    string
	limits  *http.ServeMux
	heard   atomic.Pointer[recording]       // of requests, while an act is recorded
	drawn   atomic.Pointer[templ.Component] // the last page that was recorded
	queries measure.Statements

	bare driver   // of the limits
	free chan int // its connections
}

// conns are as many as the console has to PostgreSQL.
const conns = 8

// limitPrefix is where limits are served, in front of the console.
const limitPrefix = "/bench/"

func newSite(ctx context.Context, w *world) (*site, error) {
	s := &site{w: w, limits: http.NewServeMux(), free: make(chan int, conns)}
	for i := range conns {
		s.free <- i
	}
	var err error
	if s.bare, err = w.driver(ctx, conns); err != nil {
		return nil, err
	}
	console, err := web.New(web.Config{
		Regions: regions, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Wrap: func(next http.Handler) http.Handler { return s.queries.Wrap(s.note(next)) },
	}, w.services)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = listener.Addr().String()
	server := &http.Server{
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, limitPrefix) {
				s.limits.ServeHTTP(rw, r)
				return
			}
			console.ServeHTTP(rw, r)
		}),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	w.atEnd(func() error {
		err := server.Close()
		if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	})
	return s, nil
}

// note notes the statements of a request while an act is recorded.
func (s *site) note(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if heard := s.heard.Load(); heard != nil {
			r = r.WithContext(handle.See(heard.hearing(r.Context()), func(c templ.Component) { s.drawn.Store(&c) }))
		}
		next.ServeHTTP(rw, r)
	})
}

// listening lets an act be recorded that sends requests.
func (s *site) listening(act func(ctx context.Context) error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		r, _ := ctx.Value(recordingKey{}).(*recording)
		s.heard.Store(r)
		defer s.heard.Store(nil)
		return act(ctx)
	}
}

// static serves an answer of that many bytes.
func (s *site) static(name string, status, size int) string {
	path := limitPrefix + name
	body := []byte(strings.Repeat("x", size))
	s.limits.HandleFunc(path, func(rw http.ResponseWriter, _ *http.Request) {
		h := rw.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		rw.WriteHeader(status)
		_, _ = rw.Write(body) // whoever asked is gone when this fails, and says so
	})
	return path
}

// fetch gives a page as it is, for its size and what it says.
func (s *site) fetch(ctx context.Context, path, token string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+path, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Cookie", "sign-in="+token)
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	return string(body), nil
}
