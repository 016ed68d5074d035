package torture_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sharedkms/bench/browser"
	"sharedkms/bench/crew"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// unavailable is how the page begins that a console shows while its database is away.
const unavailable = "The console cannot answer at this moment"

// TestDatabaseAway cuts the wire to PostgreSQL, then lets it go dead, while a crew works.
// Pages say so within their time, and the console goes on by itself.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	cfg := storetest.PostgreSQLConfig(t)
	s := newStage(t, cfg, crew.Small)
	w, over := newWire(t, cfg)
	s.Settings.Database = over
	p := start(t, s.Settings)
	c := signIn(t, s, 8, p.Addr, crew.Busy)
	rounds := pick(1, 10)
	var sum crew.Count
	for range rounds {
		for _, fault := range []struct {
			name   string
			state  wireState
			within time.Duration // a page answers
		}{{"cut", cut, 2 * time.Second}, {"dead", dead, 26 * time.Second}} {
			t.Run(fault.name, func(t *testing.T) {
				running := work(t, c)
				running.acts(20)
				w.set(fault.state)
				wantUnavailable(t, p.Addr, fault.within)
				if status := ask(t, p.Addr, "/healthz", 5*time.Second).Status; status != http.StatusOK {
					t.Errorf("/healthz says %d while the database is away", status)
				}
				if status := ask(t, p.Addr, "/readyz", 5*time.Second).Status; status != http.StatusServiceUnavailable {
					t.Errorf("/readyz says %d while the database is away", status)
				}
				w.set(whole)
				back := time.Now()
				running.acts(20)
				t.Logf("at work again after %s", time.Since(back).Round(time.Millisecond))
				running.stop()
				if status := ask(t, p.Addr, "/readyz", 5*time.Second).Status; status != http.StatusOK {
					t.Errorf("/readyz says %d with the database back", status)
				}
				settle(t, s.Store)
				sum.Add(inspect(t, c, s.Store))
			})
		}
	}
	tell(t, rounds, sum)
}

// ask opens a page that nobody has to be signed in for.
func ask(t *testing.T, addr, path string, within time.Duration) browser.Answer {
	t.Helper()
	b := browser.New(addr, within)
	defer func() { _ = b.Close() }()
	a, err := b.Fetch(browser.Get(addr, path, ""))
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return a
}

// wantUnavailable opens the sign-in page, which needs the database.
func wantUnavailable(t *testing.T, addr string, within time.Duration) {
	t.Helper()
	began := time.Now()
	a := ask(t, addr, to.SignIn(), within)
	if a.Status != http.StatusServiceUnavailable || !strings.Contains(a.Body, unavailable) {
		t.Errorf("the page says %d, want 503 and %q: %.300s", a.Status, unavailable, a.Body)
	}
	t.Logf("503 after %s", time.Since(began).Round(time.Millisecond))
}
