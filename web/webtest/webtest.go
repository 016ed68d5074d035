// Package webtest runs the console in the test's process, on a real database and a real socket, and
// gives clients that behave as browsers without script: they keep cookies, follow links and
// redirects, and submit the forms they find on a page, with the values that stand in them.
//
// It counts the SQL statements of each request, so tests hold the budgets of pages.
package webtest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/web"
)

// Console is a running console.
type Console struct {
	*iamtest.World
	Services web.Services
	URL      string

	t      testing.TB
	counts sync.Map // request number → *store.Counter
}

// Option changes the console before it starts.
type Option func(*web.Config, *web.Services)

// Demo runs it as the demo world.
func Demo(c *web.Config, _ *web.Services) { c.Demo = true }

// Configured changes the configuration.
func Configured(change func(*web.Config)) Option {
	return func(c *web.Config, _ *web.Services) { change(c) }
}

// Broken leaves out a service that the overview of a demo world needs: it runs into a defect.
func Broken(_ *web.Config, s *web.Services) { s.Tour = nil }

// New starts a console over st. It ends with the test.
func New(t testing.TB, st *store.Store, options ...Option) *Console {
	t.Helper()
	c := &Console{World: iamtest.New(t, st), t: t}
	c.Services = web.NewServices(st, c.Sealer, iamtest.Regions, c.Now)
	cfg := web.Config{
		Regions: iamtest.Regions, Now: c.Now, Log: slog.New(slog.NewTextHandler(logWriter{t}, nil)),
		Wrap: c.count,
	}
	for _, o := range options {
		o(&cfg, &c.Services)
	}
	h, err := web.New(cfg, c.Services)
	if err != nil {
		t.Fatalf("console: %v", err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

// count stands around every request and counts its statements.
func (c *Console) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, counter := store.Count(r.Context())
		next.ServeHTTP(w, r.WithContext(ctx))
		c.counts.Store(w.Header().Get("X-Request-Id"), counter)
	})
}

// SignIn gives a client whose cookie is a new sign-in of the caller's user.
func (c *Console) SignIn(caller iam.Caller) *Client {
	c.t.Helper()
	token, err := c.IAM.SignInDemo(context.Background(), caller.User, iam.Device{Address: "127.0.0.1", Agent: "webtest"})
	if err != nil {
		c.t.Fatalf("sign in %s: %v", caller.UserName, err)
	}
	client := c.Visitor()
	client.SetCookie("sign-in", token)
	return client
}

func (c *Console) url() *url.URL {
	u, err := url.Parse(c.URL)
	if err != nil {
		c.t.Fatal(err)
	}
	return u
}

// Rows says how many rows sign-ins, delays and traces have.
func (c *Console) Rows() string {
	c.t.Helper()
	var text string
	read, _ := c.Store.Pools()
	row := read.QueryRow("SELECT (SELECT count(*) FROM sign_ins) || ' sign-ins, ' || (SELECT count(*) FROM sign_in_delays) || ' delays, ' || (SELECT count(*) FROM audit_traces) || ' traces'")
	if err := row.Scan(&text); err != nil {
		c.t.Fatal(err)
	}
	return text
}

// Visitor gives a client without any cookie.
func (c *Console) Visitor() *Client {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return &Client{console: c, http: &http.Client{Jar: jar}}
}

type logWriter struct{ t testing.TB }

// Write shows the access log of a test that fails.
func (l logWriter) Write(p []byte) (int, error) {
	l.t.Logf("%s", p)
	return len(p), nil
}
