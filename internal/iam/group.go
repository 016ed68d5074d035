package iam

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sharedkms/internal/audit"
)

// group lets uses that wait at the same time be read for, decided and traced together: one
// round trip to read, one insert of traces and one commit for all of them. A leader takes
// whoever waits, never waits for more, and hands over to the next one that waits when it
// is done; so a caller alone pays nothing for it, and there is no goroutine that outlives
// a call.
type group struct {
	mu      sync.Mutex
	leaders int // at work now
	waiting []*use
}

// leadersMost lets one group read and decide while another one waits for its commit.
const leadersMost = 2

// use is one caller's turn.
type use struct {
	ctx    context.Context
	caller Caller
	ahead  Ahead
	decide func(tx *Tx) error
	known  known
	tx     *Tx
	err    error
	signal chan turn
}

type turn int

const (
	lead  turn = iota // take whoever waits, yourself among them
	done              // err and tx are set
	alone             // the group failed as a whole; act on your own
)

// groupSize bounds how long the first of a group waits for the last, groupTime how long a
// group waits for the database.
const (
	groupSize = 64
	groupTime = 20 * time.Second
)

func (g *Gate) useTogether(u *use) (*Tx, error) {
	u.signal = make(chan turn, 1)
	g.group.enter(u)
	next := <-u.signal
	if next == lead {
		next = g.lead(u)
	}
	if next == alone {
		g.useAlone(u)
	}
	return g.settle(u.ctx, u.tx, u.err)
}

func (g *Gate) lead(u *use) turn {
	defer g.group.leave()
	batch := g.group.take(u)
	if len(batch) == 1 {
		g.useAlone(u)
		return done
	}
	next := done
	if err := g.useAll(u.ctx, batch); err != nil {
		next = alone
	}
	for _, other := range batch[1:] {
		other.signal <- next
	}
	return next
}

// useAll serves a group. A panic of a member fails it as a whole, and is raised again where
// that member acts alone.
func (g *Gate) useAll(ctx context.Context, batch []*use) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a use: %v", p)
		}
	}()
	// The group belongs to all of them: one that goes away ends only its own use.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), groupTime)
	defer cancel()
	return g.useGroup(ctx, batch)
}

func (q *group) enter(u *use) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.leaders < leadersMost {
		q.leaders++
		u.signal <- lead
		return
	}
	q.waiting = append(q.waiting, u)
}

// take gives the leader first, then those who wait, in their order.
func (q *group) take(leader *use) []*use {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), groupSize-1)
	batch := append(make([]*use, 0, n+1), leader)
	batch = append(batch, q.waiting[:n]...)
	q.waiting = append(q.waiting[:0], q.waiting[n:]...)
	return batch
}

func (q *group) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.leaders--
		return
	}
	next := q.waiting[0]
	q.waiting = append(q.waiting[:0], q.waiting[1:]...)
	next.signal <- lead
}

func (g *Gate) useAlone(u *use) {
	if err := g.useGroup(u.ctx, []*use{u}); err != nil {
		u.err = err
	}
}

// useGroup reads for all, lets each decide, and commits the traces of those allowed. A
// member's own answer is in its err; an error given back is of the database and of all.
func (g *Gate) useGroup(ctx context.Context, batch []*use) error {
	if err := g.readAhead(ctx, batch); err != nil {
		return fmt.Errorf("read for a use: %w", err)
	}
	var entries []audit.Entry
	for _, u := range batch {
		if u.err = u.ctx.Err(); u.err == nil {
			u.err = g.decideUse(u)
		}
		if u.err == nil {
			entries = append(entries, u.tx.entries()...)
		}
	}
	return audit.Write(ctx, g.st, entries)
}

func (g *Gate) decideUse(u *use) (err error) {
	db := g.st.Read(u.ctx)
	tx := g.begin(u.ctx, db, u.caller)
	u.tx = tx
	switch {
	case u.caller.delegate:
		if tx.Caller, err = g.delegated(db, u.caller); err != nil {
			return err
		}
	case u.caller.agency == "":
		if tx.Caller, err = g.callerOf(db, u.caller, u.known.caller, tx.Now); err != nil {
			return err
		}
		tx.paths = map[string][]Path{u.ahead.Key: u.known.paths}
	}
	if err := tx.decided(u.decide); err != nil {
		return err
	}
	if tx.ending.steps != nil {
		return errors.New("iam: a use writes rows")
	}
	return nil
}
