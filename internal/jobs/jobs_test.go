package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"sharedkms/internal/jobs"
)

func TestAFailedSweepDoesNotStopTheOthers(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	var ran []time.Time
	failed := jobs.RunOnce(context.Background(), now, []jobs.Sweep{
		{Name: "fails", Run: func(context.Context, time.Time) error { return errors.New("no") }},
		{Name: "panics", Run: func(context.Context, time.Time) error { panic("no") }},
		{Name: "works", Run: func(_ context.Context, at time.Time) error { ran = append(ran, at); return nil }},
	})
	if failed != 2 || len(ran) != 1 || !ran[0].Equal(now) {
		t.Errorf("failed %d, ran %v", failed, ran)
	}
}

func TestEveryEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	runs := 0
	jobs.Every(ctx, time.Nanosecond, time.Now, []jobs.Sweep{{Name: "counts", Run: func(context.Context, time.Time) error {
		runs++
		if runs == 3 {
			cancel()
		}
		return nil
	}}})
	if runs < 3 {
		t.Errorf("ran %d times", runs)
	}
}
