// Package web is the only place that knows HTTP: the route table, what stands around every
// request, sign-in, and the mapping from errors to pages.
//
// A request passes, from the outside in: request number, security headers and log; the check
// that a change does not come from another site; the sign-in, read in one query; the limit of
// the body and the form token; the handler. Each unsafe request is checked twice, by where
// the browser says it comes from (net/http's CrossOriginProtection) and by the form token,
// because either alone has failed elsewhere: old browsers send no Sec-Fetch-Site, and a token
// alone does not protect the sign-in form.
//
// Rejected: Referrer-Policy no-referrer, because browsers then send "Origin: null" with forms,
// which over plain HTTP in a local network would refuse every form; same-origin tells other
// sites nothing either.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"sharedkms/static"
	"sharedkms/web/handle"
)

// Config is what a console needs beside its services.
type Config struct {
	Regions        []string // offered, at least one; the first is the default
	Demo           bool
	DemoPublic     bool         // the demo world may be reached from other machines
	Addr           string       // listen address, whose host requests may name
	PublicURL      string       // origin seen by browsers, such as https://kms.example.com, or empty
	TrustedProxies []*net.IPNet // whose X-Forwarded-For is believed
	Now            func() time.Time
	Log            *slog.Logger

	// Ready says why the console cannot serve now, or nil: database, root key, clocks.
	Ready func(ctx context.Context) error

	// Metrics is what /metrics serves, to which the requests are added; nil for none.
	Metrics *prometheus.Registry

	// Wrap stands around everything; tests count queries with it. It may be nil.
	Wrap func(http.Handler) http.Handler
}

// requestTime is how long one request may work; the browser waits no longer either.
const requestTime = 25 * time.Second

type server struct {
	cfg      Config
	site     *handle.Site
	services Services
	sessions sessions.Store
	origins  *http.CrossOriginProtection
	hosts    hosts
	echo     *echo.Echo
	secure   bool
	demo     *identityCache
	metrics  *metrics
}

// New makes the console.
//
// Errors: when PublicURL is no origin.
func New(cfg Config, services Services) (http.Handler, error) {
	s := &server{cfg: cfg, services: services, hosts: newHosts(cfg), secure: strings.HasPrefix(cfg.PublicURL, "https://")}
	s.site = &handle.Site{Regions: cfg.Regions, Demo: cfg.Demo, Secure: s.secure, Now: cfg.Now}
	if cfg.Demo {
		s.demo = &identityCache{iam: services.IAM, now: cfg.Now}
		s.site.Identities = s.demo.menu
	}
	s.sessions = &signInStore{iam: services.IAM, site: s.site}
	s.origins = http.NewCrossOriginProtection()
	if cfg.PublicURL != "" {
		if err := s.origins.AddTrustedOrigin(cfg.PublicURL); err != nil {
			return nil, err
		}
	}
	s.metrics = newMetrics(cfg.Metrics)
	s.echo = s.router()
	var h http.Handler = http.HandlerFunc(s.serveHTTP)
	if cfg.Wrap != nil {
		h = cfg.Wrap(h)
	}
	return h, nil
}

func (s *server) router() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = echo.ExtractIPDirect()
	if len(s.cfg.TrustedProxies) > 0 {
		trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
		for _, network := range s.cfg.TrustedProxies {
			trust = append(trust, echo.TrustIPRange(network))
		}
		e.IPExtractor = echo.ExtractIPFromXFFHeader(trust...)
	}
	e.Use(s.record, s.sameSite)
	for _, r := range s.routes() {
		e.Add(r.Method, r.Path, s.serve(r))
	}
	return e
}

// serveHTTP is the outermost part: what is no page is answered here.
func (s *server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header(), s.secure)
	switch {
	case r.URL.Path == "/healthz":
		text(w, http.StatusOK, "ok\n")
		return
	case r.URL.Path == "/readyz":
		s.readyz(w, r)
		return
	case r.URL.Path == "/metrics" && s.metrics != nil:
		if !near(r) {
			text(w, http.StatusNotFound, "There is no page at this address.\n")
			return
		}
		s.metrics.handler.ServeHTTP(w, r)
		return
	case !s.hosts.serves(r.Host):
		text(w, http.StatusMisdirectedRequest, "The console does not answer under this name; open it by its public address.\n")
		return
	case strings.HasPrefix(r.URL.Path, static.Prefix):
		static.Handler().ServeHTTP(w, r)
		return
	}
	if r.Method == http.MethodHead {
		// Echo routes by method; net/http drops the body of the answer by the request it knows.
		get := *r
		get.Method = http.MethodGet
		r = &get
	}
	s.echo.ServeHTTP(w, r)
}

func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(ctx); err != nil {
			s.cfg.Log.WarnContext(ctx, "not ready", "error", err)
			text(w, http.StatusServiceUnavailable, "not ready\n")
			return
		}
	}
	text(w, http.StatusOK, "ready\n")
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // whoever asked may have gone
}

// setSecurityHeaders holds for every answer. Nothing may be loaded but our own files; pages
// stand in no frame and share no process with other sites.
func setSecurityHeaders(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}
