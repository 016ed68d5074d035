package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sharedkms/internal/iam"
)

// groupMost is the largest group of uses that the console makes, leaders how many groups
// are at work at the same time (internal/iam/group.go).
const groupMost, leaders = 64, 2

// groupReplay is the limit of uses at the same time: the statements of whole groups, as
// the console sends them for a group of that size, by the bare driver. It groups as the
// console does: whoever is free takes all that wait, and waits for nobody.
type groupReplay struct {
	sizes   []*replay // for 1 use, for 2, …
	waiting chan chan error
}

func (w *world) groupReplayOf(ctx context.Context, callers int, act func(ctx context.Context) error) (*groupReplay, error) {
	by, err := w.driver(ctx, leaders)
	if err != nil {
		return nil, err
	}
	g := &groupReplay{waiting: make(chan chan error, callers)}
	for n := 1; n <= min(callers, groupMost); n++ {
		r, err := w.wholeGroup(ctx, by, n, act)
		if err != nil {
			return nil, fmt.Errorf("a group of %d: %w", n, err)
		}
		g.sizes = append(g.sizes, r)
	}
	for leader := range leaders {
		go g.lead(leader)
	}
	w.atEnd(func() error { close(g.waiting); return nil })
	return g, nil
}

// statementsOfGroup are those of any group: two questions and one insert.
const statementsOfGroup = 3

// wholeGroup is a group of n. On a busy machine some of them come too late and make a
// group of their own; then it is tried again with more time.
func (w *world) wholeGroup(ctx context.Context, by driver, n int, act func(ctx context.Context) error) (*replay, error) {
	wait := 2 * time.Millisecond
	for {
		r, err := w.replayBy(ctx, by, func(ctx context.Context) error { return w.together(ctx, n, wait, act) })
		switch {
		case err == nil && len(r.steps) == statementsOfGroup:
			return r, nil
		case err != nil && !errors.Is(err, errOtherStatements):
			return nil, err
		case wait > time.Second:
			return nil, fmt.Errorf("they never were one group: %w", err)
		}
		wait *= 2
	}
}

func (g *groupReplay) lead(leader int) {
	for first := range g.waiting {
		batch := []chan error{first}
		for len(batch) < len(g.sizes) && len(g.waiting) > 0 {
			select {
			case next := <-g.waiting:
				batch = append(batch, next)
				continue
			default:
			}
			break
		}
		err := g.sizes[len(batch)-1].do(context.Background(), leader)
		for _, done := range batch {
			done <- err
		}
	}
}

func (g *groupReplay) do(ctx context.Context, _ int) error {
	done := make(chan error, 1)
	g.waiting <- done
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// together lets n acts be one group: two uses hold both leaders until all n wait.
func (w *world) together(ctx context.Context, n int, wait time.Duration, act func(ctx context.Context) error) error {
	errs := make(chan error, n+leaders)
	var release []chan struct{}
	for range leaders {
		holds, let := make(chan struct{}), make(chan struct{})
		go func() {
			errs <- w.services.Gate.Use(context.Background(), w.owner, func(tx *iam.Tx) error {
				close(holds)
				<-let
				return tx.Allow("kms:cmk:list", iam.URN{Service: "kms", Region: region, Account: w.owner.Account, Type: iam.TypeKey, ID: "*"})
			}, nil)
		}()
		<-holds
		release = append(release, let)
	}
	for range n {
		go func() { errs <- act(ctx) }()
	}
	time.Sleep(wait)
	// One leader takes them all before the other one is free.
	close(release[0])
	var failed error
	for range n + 1 {
		failed = errors.Join(failed, <-errs)
	}
	close(release[1])
	return errors.Join(failed, <-errs)
}
