package torture_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"sharedkms/bench/crew"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// killers are the callers while consoles are killed: enough that each kill meets acts that
// are on their way.
const killers = 16

// TestKill kills the console again and again while a crew works, and counts after each
// restart what is missing.
func TestKill(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := newStage(t, cfg, crew.Small)
		p := start(t, s.Settings)
		s.Settings.Addr = p.Addr
		c := signIn(t, s, killers, p.Addr, crew.Busy)
		kills(t, pick(5, 100), func() crew.Count {
			running := work(t, c)
			running.acts(50 + rand.Int64N(50))
			time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond)
			if err := p.Kill(); err != nil {
				t.Fatal(err)
			}
			running.stop()
			settle(t, s.Store)
			p = start(t, s.Settings)
			return inspect(t, c, s.Store)
		})
	})
}
