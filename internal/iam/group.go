package iam

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// group decides and traces uses that wait at the same time together: one insert of
// traces and one commit for all of them. A leader takes whoever waits, never waits
// for more, and hands over to the next one that waits when it is done; so a caller
// alone pays nothing for it, and there is no goroutine that outlives a call.
type group struct {
	mu      sync.Mutex
	leaders int // at work now
	most    int
	waiting []*use
}

// use is one caller's turn. Its functions read only, because a refused one of a
// group must leave nothing behind in the transaction that commits the others.
type use struct {
	ctx    context.Context
	caller Caller
	decide func(tx *Tx) error
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

// groupSize bounds how long the first of a group waits for the last.
const groupSize = 64

func (g *Gate) useTogether(u *use) (*Tx, error) {
	u.signal = make(chan turn, 1)
	g.group.enter(u)
	next := <-u.signal
	if next == lead {
		next = g.lead(u)
	}
	if next == alone {
		return g.transact(u.ctx, u.caller, store.ReadOnly, u.decide)
	}
	return g.settle(u.ctx, u.tx, u.err)
}

func (g *Gate) lead(u *use) (next turn) {
	defer g.group.leave()
	batch := g.group.take(u)
	if len(batch) == 1 {
		u.tx, u.err = g.attempt(u.ctx, u.caller, store.ReadOnly, u.decide)
		return done
	}
	next = alone // also when runGroup panics: nobody is left waiting
	defer func() {
		for _, other := range batch[1:] {
			other.signal <- next
		}
	}()
	if err := g.runGroup(batch); err == nil {
		next = done
	}
	return next
}

func (q *group) enter(u *use) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.leaders < q.most {
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

// errSplit sends every member of a group on its own way: one of them met an error of
// the database, which ends the transaction for all on PostgreSQL.
var errSplit = errors.New("iam: a member of the group failed")

func (g *Gate) runGroup(batch []*use) error {
	// The transaction belongs to all of them: one that goes away ends only its own.
	return g.st.Write(context.WithoutCancel(batch[0].ctx), func(db *gorm.DB) error {
		var entries []audit.Entry
		for _, u := range batch {
			if u.err = u.ctx.Err(); u.err != nil {
				continue
			}
			u.tx, u.err = g.decideOne(db, u)
			if _, answer := fault.As(u.err); u.err != nil && !answer {
				return errors.Join(errSplit, u.err)
			}
			if u.err == nil {
				entries = append(entries, u.tx.entries()...)
			}
		}
		return audit.WriteIn(db, entries)
	})
}

// decideOne runs one member's function on the shared transaction, under the member's
// own values but not its deadline. A panic splits the group and is raised again where
// the member acts alone.
func (g *Gate) decideOne(db *gorm.DB, u *use) (tx *Tx, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a use: %v", p)
		}
	}()
	ctx := store.ReadOnly(store.Inside(context.WithoutCancel(u.ctx)))
	tx, err = g.decideIn(ctx, db, u.caller, u.decide)
	if err == nil && tx.ending.steps != nil {
		err = errors.New("iam: a use writes rows")
	}
	return tx, err
}
