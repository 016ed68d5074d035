package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
	"sharedkms/web/webtest"
)

// ask sends a GET under a host, as a browser does whose DNS leads a name of another site here.
func ask(t *testing.T, c *webtest.Console, path, host string, headers ...string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, c.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// Names that lead here without being ours are refused, so that a page of another site cannot read
// the console under its own name.
func TestHosts(t *testing.T) {
	loopback := []string{"localhost", "LOCALHOST:8080", "127.0.0.1:19", "127.9.9.9", "[::1]:8080"}
	for name, c := range map[string]struct {
		config  func(*web.Config)
		serves  []string
		refuses []string
	}{
		"plain":       {func(*web.Config) {}, []string{"anything.example", "10.1.2.3"}, nil},
		"demo":        {func(c *web.Config) { c.Demo, c.Addr = true, "10.1.2.3:8080" }, []string{"10.1.2.3:8080"}, []string{"evil.example", "evil.example:8080", "localhost.evil.example", "10.1.2.4", "[fd00::1]", "127.0.0.1.evil.example"}},
		"public":      {func(c *web.Config) { c.PublicURL = "http://kms.example.com:8443" }, []string{"kms.example.com", "KMS.example.com:8443"}, []string{"evil.example", "example.com", "x.kms.example.com", "10.1.2.3"}},
		"public demo": {func(c *web.Config) { c.Demo, c.DemoPublic = true, true }, []string{"10.1.2.3:8080", "[fd00::1]:8080", "203.0.113.9"}, []string{"evil.example"}},
		"public demo with a URL": {func(c *web.Config) {
			c.Demo, c.DemoPublic, c.PublicURL = true, true, "http://kms.example.com"
		}, []string{"kms.example.com"}, []string{"evil.example", "10.1.2.3"}},
	} {
		t.Run(name, func(t *testing.T) {
			console := webtest.New(t, storetest.SQLite(t), webtest.Configured(c.config))
			for _, host := range append(c.serves, loopback...) {
				if status, _ := ask(t, console, to.SignIn(), host); status != http.StatusOK {
					t.Errorf("%s: %d", host, status)
				}
			}
			for _, host := range c.refuses {
				if status, body := ask(t, console, to.SignIn(), host); status != http.StatusMisdirectedRequest || strings.Contains(body, "<") {
					t.Errorf("%s: %d %s", host, status, body)
				}
				if status, _ := ask(t, console, "/static/none.css", host); status != http.StatusMisdirectedRequest {
					t.Errorf("files for %s: %d", host, status)
				}
				for _, path := range []string{"/healthz", "/readyz"} {
					if status, _ := ask(t, console, path, host); status != http.StatusOK {
						t.Errorf("%s for %s: %d", path, host, status)
					}
				}
			}
		})
	}
}

// Figures of the console are for who connects straight from near by.
func TestMetricsAreForNeighbours(t *testing.T) {
	var h http.Handler
	console := webtest.New(t, storetest.SQLite(t), webtest.Demo, webtest.Configured(func(c *web.Config) {
		c.Metrics = prometheus.NewRegistry()
		c.Wrap = func(next http.Handler) http.Handler { h = next; return next }
	}))
	if status, _ := ask(t, console, "/metrics", "console.internal"); status != http.StatusOK {
		t.Errorf("from this machine: %d", status)
	}
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"} {
		if status, _ := ask(t, console, "/metrics", "localhost", header, "10.0.0.1"); status != http.StatusNotFound {
			t.Errorf("with %s: %d", header, status)
		}
	}
	for peer, want := range map[string]int{"10.1.2.3:99": 200, "192.168.0.9:99": 200, "[fd00::1]:99": 200, "[::ffff:172.16.1.1]:99": 200, "203.0.113.9:99": 404, "[2001:db8::1]:99": 404, "8.8.8.8:99": 404, "junk": 404} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = peer
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("from %s: %d, want %d", peer, w.Code, want)
		}
	}
}
