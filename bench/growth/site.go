package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"sharedkms/bench/measure"
	"sharedkms/bench/program"
	"sharedkms/bench/scale"
	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/web"
)

// site is a console over a loaded world, on a loopback address.
type site struct {
	world    scale.World
	services web.Services
	addr     string
	queries  measure.Statements
	tokens   map[iam.AccountID]string
	ends     []func() error
}

func (s *site) atEnd(do func() error) { s.ends = append(s.ends, do) }

func (s *site) close() error {
	var errs []error
	for i := len(s.ends) - 1; i >= 0; i-- {
		errs = append(errs, s.ends[i]())
	}
	return errors.Join(errs...)
}

var regions = []string{scale.Region, "ap-southeast-3", "cn-north-4"}

func open(ctx context.Context, o options, db string, size scale.Size) (_ *site, err error) {
	s := &site{tokens: map[iam.AccountID]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	dir, cfg, err := s.place(ctx, o, db, size)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.atEnd(st.Close)
	root, err := seal.OpenRootKey("file:", dir, true)
	if err != nil {
		return nil, err
	}
	sealer, err := seal.OpenSealer(ctx, st, root, time.Now)
	if err != nil {
		return nil, err
	}
	s.services = web.NewServices(st, sealer, regions, time.Now)
	loaded := filepath.Join(dir, "loaded-at")
	if text, err := os.ReadFile(loaded); err == nil {
		at, err := time.Parse(time.RFC3339Nano, string(text))
		s.world = scale.Known(size, at)
		return s, errors.Join(err, s.serve())
	}
	if s.world, err = scale.Load(ctx, st, sealer, size, time.Now()); err != nil {
		return nil, err
	}
	if err := os.WriteFile(loaded, []byte(s.world.Now.Format(time.RFC3339Nano)), 0o600); err != nil {
		return nil, err
	}
	return s, s.serve()
}

// place is a directory and a database for a world: kept ones, or such as go with the site.
func (s *site) place(ctx context.Context, o options, db string, size scale.Size) (dir string, cfg store.Config, err error) {
	done := func() error { return nil }
	if o.keep != "" {
		name := fmt.Sprintf("growth_%s_%d", db, size.Keys())
		dir = filepath.Join(o.keep, name)
		if err = os.MkdirAll(dir, 0o700); err == nil {
			cfg, done, err = program.KeptDatabase(ctx, db, dir, name)
		}
	} else if dir, err = os.MkdirTemp("", "console-growth"); err == nil {
		s.atEnd(func() error { return os.RemoveAll(dir) })
		cfg, done, err = program.NewDatabase(ctx, db, dir)
	}
	if err != nil {
		return "", cfg, err
	}
	s.atEnd(done)
	return dir, cfg, nil
}

func (s *site) serve() error {
	console, err := web.New(web.Config{
		Regions: regions, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Wrap: s.queries.Wrap,
	}, s.services)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addr = listener.Addr().String()
	server := &http.Server{Handler: console, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	s.atEnd(func() error {
		err := server.Close()
		if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	})
	return nil
}
