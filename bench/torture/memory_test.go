package torture_test

import (
	"testing"
	"time"

	"sharedkms/bench/crew"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// TestMemory lets 128 connections work, and then fewer for long: memory stays below its
// limit, and neither it nor the number of goroutines grows.
func TestMemory(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := newStage(t, cfg, crew.Size{Pairs: 8, Keys: 20, Shared: 4, Secrets: 8})
		p := start(t, s.Settings)
		c := crew.New(s.World, 128, p.Addr, crew.Usual)
		if err := c.SignIn(t.Context()); err != nil {
			t.Fatal(err)
		}
		many, err := c.Soak(t.Context(), p, pick(10*time.Second, time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		peak, err := p.Peak()
		if err != nil {
			t.Fatal(err)
		}
		if peak >= 256 {
			t.Errorf("at most %.0f MB, want less than 256", peak)
		}
		if many.After > many.Before+2 {
			t.Errorf("%.0f goroutines before, %.0f after", many.Before, many.After)
		}
		c.Callers = c.Callers[:16]
		long, err := c.Soak(t.Context(), p, pick(20*time.Second, 10*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		say(t, "memory ≤ 256 MB, and flat", "128 connections: at most %.0f MB; then 16, MB: %s; goroutines: %s, %.0f before, %.0f after", peak, long.Resident, long.Goroutines, long.Before, long.After)
		if !long.Flat() {
			t.Error("memory or goroutines grow")
		}
	})
}
