package demo_test

import (
	"context"
	"testing"
	"time"

	"sharedkms/internal/demo"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// What the seed itself did is no step of the tour; each act of a visitor ticks one, whichever
// account it is done in, and a reset begins anew.
func TestTourCountsWhatVisitorsDid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		ctx, now := context.Background(), time.Now()
		if err := demo.Seed(ctx, st, w.Sealer, iamtest.Regions, now); err != nil {
			t.Fatal(err)
		}
		var want [demo.TourSteps]bool
		check := func(when string) {
			t.Helper()
			if got, err := demo.TourDone(ctx, st); err != nil || got != want {
				t.Errorf("%s: %v, error %v, want %v", when, got, err, want)
			}
		}
		check("after the seed")
		for i, act := range demo.MainJob(ctx, st, w.Sealer, iamtest.Regions, now.Add(time.Second)) {
			if err := act(); err != nil {
				t.Fatalf("step %d: %v", i+1, err)
			}
			want[i] = true
			check("after a step")
		}
		if err := demo.Reset(ctx, st, w.Sealer, iamtest.Regions, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		want = [demo.TourSteps]bool{}
		check("after the reset")
	})
}
