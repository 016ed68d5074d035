package torture_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sharedkms/bench/crew"
	"sharedkms/internal/jobs"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
)

// TestClockStepped steps the clock of a console by an hour, forward and twice back, while a
// crew works, and sweeps after each step. Forward ends sign-ins, which are idle then; nothing
// else happens. The console runs in this process, because no other clock can be given to the
// program.
func TestClockStepped(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := newStage(t, cfg, crew.Small)
		var step atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(step.Load())) }
		services := web.NewServices(s.Store, s.Sealer, crew.Regions, now)
		console, err := web.New(web.Config{Regions: crew.Regions, Now: now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, services)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(console)
		t.Cleanup(server.Close)
		stepTo := func(hours time.Duration) {
			t.Helper()
			step.Store(int64(hours * time.Hour))
			if failed := jobs.RunOnce(t.Context(), now(), services.Sweeps()); failed > 0 {
				t.Errorf("%d sweeps failed at %+d h", failed, hours)
			}
		}
		c := signIn(t, s, 8, strings.TrimPrefix(server.URL, "http://"), crew.Busy)
		running := work(t, c)
		running.acts(50)
		running.stop()

		stepTo(1)
		if a := c.Callers[0].Get(to.Overview()); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, to.SignIn()) {
			t.Errorf("an hour later the sign-in leads to %d %s", a.Status, a.Location)
		}
		if err := c.SignIn(t.Context()); err != nil {
			t.Fatalf("sign in an hour later: %v", err)
		}
		running = work(t, c)
		running.acts(50)
		for _, hours := range []time.Duration{0, -1} {
			stepTo(hours)
			running.acts(50)
		}
		running.stop()
		n := inspect(t, c, s.Store)
		if tell(t, 1, n); n.Unknown > 0 {
			t.Errorf("%d requests without an answer", n.Unknown)
		}
	})
}
