package web_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
	"sharedkms/web/webtest"
)

// torn is an answer whose body cannot be written, as when a disk or a connection fails.
type torn struct{ http.ResponseWriter }

func (torn) Write([]byte) (int, error) { return 0, errors.New("the line is torn") }

type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// A download that breaks off is cut, logged and counted.
func TestBrokenDownloadIsLogged(t *testing.T) {
	var log lines
	registry := prometheus.NewRegistry()
	c := webtest.New(t, storetest.SQLite(t), webtest.Configured(func(c *web.Config) {
		c.Log, c.Metrics = slog.New(slog.NewTextHandler(&log, nil)), registry
		c.Wrap = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(torn{w}, r) })
		}
	}))
	b := c.SignIn(c.Account("Owner"))
	r, err := http.NewRequest(http.MethodGet, c.URL+to.TracesExport(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "sign-in", Value: b.Cookie("sign-in")})
	if answer, err := http.DefaultTransport.RoundTrip(r); err == nil {
		if text, err := io.ReadAll(answer.Body); err == nil {
			t.Errorf("half a download looks like a whole one: %q", text)
		}
		_ = answer.Body.Close() // it was cut
	}
	if got := log.String(); !strings.Contains(got, "the line is torn") || !strings.Contains(got, "level=WARN") {
		t.Errorf("log:\n%s", got)
	}
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || families[0].GetMetric()[0].GetHistogram().GetSampleCount() != 1 {
		t.Errorf("counted %v, %v", families, err)
	}
}
