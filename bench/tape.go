package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// tape writes down the statements that the console sends for one act.
type tape struct {
	st *store.Store
}

// statement is one as it was sent, with its arguments.
type statement struct {
	write    bool // to the pool that writes
	alone    bool // not in the transaction of the act
	together bool // in one round trip with its neighbours that are so too
	rows     bool // answers with rows
	sql      string
	args     []any
}

type recordingKey struct{}

type recording struct {
	mu   sync.Mutex
	list []statement
}

func (r *recording) add(s statement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, s)
}

// hearing gives a context under which r notes what is sent, by GORM and beside it.
func (r *recording) hearing(ctx context.Context) context.Context {
	return store.Hear(context.WithValue(ctx, recordingKey{}, r), func(s store.Sent) {
		r.add(statement{write: s.Write, alone: true, together: !s.Write, rows: s.Rows, sql: s.SQL, args: slices.Clone(s.Args)})
	})
}

// newTape looks over the shoulder of both pools.
func newTape(st *store.Store) (*tape, error) {
	ctx := context.Background()
	err := listen(st.Read(ctx), false)
	return &tape{st}, errors.Join(err, st.Write(ctx, func(tx *gorm.DB) error { return listen(tx, true) }))
}

func listen(db *gorm.DB, write bool) error {
	note := func(rows bool) func(*gorm.DB) {
		return func(tx *gorm.DB) {
			r, ok := tx.Statement.Context.Value(recordingKey{}).(*recording)
			if !ok || tx.DryRun { // a dry run is a part of the statement that holds it
				return
			}
			text := tx.Statement.SQL.String()
			r.add(statement{write: write, alone: !write, rows: rows || strings.Contains(text, " RETURNING "), sql: text, args: slices.Clone(tx.Statement.Vars)})
		}
	}
	c := db.Callback()
	return errors.Join(
		c.Query().After("*").Register("bench:query", note(true)),
		c.Row().After("*").Register("bench:row", note(true)),
		c.Raw().After("*").Register("bench:raw", note(false)),
		c.Create().After("*").Register("bench:create", note(false)),
		c.Update().After("*").Register("bench:update", note(false)),
		c.Delete().After("*").Register("bench:delete", note(false)))
}

// record lets an act happen and gives its statements in order.
func (t *tape) record(ctx context.Context, act func(ctx context.Context) error) ([]statement, error) {
	r := &recording{}
	err := act(r.hearing(ctx))
	return r.list, err
}

// exec runs SQL beside all rules, to set the world up.
func (t *tape) exec(ctx context.Context, query string, args ...any) error {
	return t.st.Write(ctx, func(tx *gorm.DB) error { return tx.Exec(query, args...).Error })
}
