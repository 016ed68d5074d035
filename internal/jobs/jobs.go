// Package jobs calls the sweeps of the rooms: due deletions, expired invitations
// and drafts, spent idempotency keys. A sweep works over domain rows and is safe to
// run in every replica at once, so there is no leader and no queue.
//
// Rejected: a job table for periodic work (the rows themselves say what is due),
// and a leader election (one more thing that fails).
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Sweep is one room's periodic work.
type Sweep struct {
	Name string
	Run  func(ctx context.Context, now time.Time) error
}

// RunOnce runs every sweep once. One that fails, or panics, does not keep the
// others from running; all errors are logged and the number of failed ones is given.
func RunOnce(ctx context.Context, now time.Time, sweeps []Sweep) (failed int) {
	for _, s := range sweeps {
		if err := runOne(ctx, now, s); err != nil && ctx.Err() == nil {
			failed++
			slog.ErrorContext(ctx, "sweep failed", "sweep", s.Name, "error", err)
		}
	}
	return failed
}

func runOne(ctx context.Context, now time.Time, s Sweep) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.Run(ctx, now)
}

// Every runs all sweeps now and then once per period, until ctx ends.
func Every(ctx context.Context, period time.Duration, clock func() time.Time, sweeps []Sweep) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		RunOnce(ctx, clock(), sweeps)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
