package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"sharedkms/internal/jobs"
	"sharedkms/web"
)

// Limits of one connection. A page takes at most 25 s (web), so writing ends after that.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 20 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 32 << 10
	drainTimeout      = 30 * time.Second
	sweepPeriod       = time.Minute
	maxClockSkew      = 2 * time.Second
)

// serve runs the console until ctx ends, then drains the requests.
func serve(ctx context.Context, c config, errOut io.Writer) error {
	log := slog.New(slog.NewTextHandler(errOut, nil))
	slog.SetDefault(log)
	if err := noCoreDumps(); err != nil {
		return err
	}
	c.sayUnused(ctx, log)
	con, err := c.open(ctx)
	if err != nil {
		return err
	}
	if on(c.Demo) {
		err = con.seed(ctx, c, false)
	} else {
		err = con.refuseDemo(ctx)
	}
	if err == nil {
		err = con.serve(ctx, c, log)
	}
	return errors.Join(err, con.store.Close())
}

// noCoreDumps keeps keys in memory from landing in a file when the process dies.
func noCoreDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	return nil
}

// sayUnused names settings that were checked but that no service uses yet, so that nobody
// relies on them.
func (c *config) sayUnused(ctx context.Context, log *slog.Logger) {
	if c.Objects != "" {
		log.InfoContext(ctx, "CONSOLE_OBJECTS was checked; no service of this version keeps objects")
	}
	if len(c.EgressAllow) > 0 {
		log.InfoContext(ctx, "CONSOLE_EGRESS_ALLOW was checked; no service of this version connects to tenants' addresses")
	}
}

func (con *console) serve(ctx context.Context, c config, log *slog.Logger) error {
	proxies, err := networks(c.TrustedProxies)
	if err != nil {
		return err
	}
	handler, err := web.New(web.Config{
		Regions: c.Regions, Demo: on(c.Demo), DemoPublic: on(c.DemoPublic), Addr: c.Addr, PublicURL: c.PublicURL, TrustedProxies: proxies,
		Now: time.Now, Log: log, Ready: con.ready, Metrics: con.metrics(),
	}, con.services)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("CONSOLE_ADDR: %w", err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	sweeping, stopSweeps := context.WithCancel(context.WithoutCancel(ctx))
	swept := make(chan struct{})
	go func() {
		defer close(swept)
		jobs.Every(sweeping, sweepPeriod, time.Now, con.services.Sweeps())
	}()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.InfoContext(ctx, "listening", "url", c.address(listener), "database", con.store.Dialect(), "demo", on(c.Demo))

	select {
	case err = <-failed:
	case <-ctx.Done():
		log.InfoContext(ctx, "stopping: requests are drained")
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		err = server.Shutdown(drain)
		cancel()
	}
	stopSweeps()
	<-swept
	return err
}

// address is what to type into a browser on this machine.
func (c *config) address(l net.Listener) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + l.Addr().String()
}

// ready says why requests cannot be served now: database, root key, or clocks that differ so
// much that deadlines would be decided differently by replicas.
func (con *console) ready(ctx context.Context) error {
	before := con.now()
	database, err := con.store.Ping(ctx)
	if err != nil {
		return err
	}
	if err := con.sealer.Health(ctx); err != nil {
		return fmt.Errorf("root key: %w", err)
	}
	// The database's answer lies between the two readings; SQLite's is cut to a second.
	if late, early := database.Sub(con.now()), before.Sub(database); late > maxClockSkew || early > maxClockSkew+time.Second {
		return fmt.Errorf("the clocks of console and database differ by more than %s", maxClockSkew)
	}
	return nil
}
