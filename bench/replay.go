package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"sharedkms/internal/store"
)

// replay sends the statements of an act again by the bare driver: pgx on PostgreSQL, a
// connection per caller, database/sql over prepared statements on SQLite.
type replay struct {
	steps []step
	ids   []byte // version of each id that is new in each act
	conns []*pgx.Conn
	read  *sql.DB
	write *sql.DB
}

type step struct {
	statement
	fresh []fresh
	stmt  *sql.Stmt // SQLite
}

// fresh is an argument that differs in each act: an instant, or text around ids.
type fresh struct {
	arg   int
	now   bool
	texts []string // one more than ids
	ids   []int
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// textMax keeps bodies of traces as they were: nothing in them has to be new.
const textMax = 200

// replayOf compares two recordings of the same act: what differs between them is made
// anew each time it is replayed.
func (w *world) replayOf(ctx context.Context, callers int, act func(ctx context.Context) error) (*replay, error) {
	first, err := w.record(ctx, act)
	if err != nil {
		return nil, err
	}
	second, err := w.record(ctx, act)
	if err != nil {
		return nil, err
	}
	if len(first) == 0 || len(first) != len(second) {
		return nil, fmt.Errorf("the act sent %d statements, then %d", len(first), len(second))
	}
	r := &replay{}
	known := map[string]int{}
	for i := range first {
		s := step{statement: first[i]}
		for n := range s.args {
			if f, ok := r.compare(known, n, s.args[n], second[i].args[n]); ok {
				s.fresh = append(s.fresh, f)
			}
		}
		r.steps = append(r.steps, s)
	}
	return r, r.connect(ctx, w, callers)
}

func (r *replay) compare(known map[string]int, arg int, a, b any) (f fresh, differs bool) {
	f.arg = arg
	switch a := a.(type) {
	case store.Time:
		f.now = true
		return f, a != b
	case string:
		if a == b || len(a) > textMax {
			return f, false
		}
		at := 0
		for _, span := range anyID.FindAllStringIndex(a, -1) {
			id := a[span[0]:span[1]]
			if _, ok := known[id]; !ok {
				known[id] = len(r.ids)
				r.ids = append(r.ids, id[14])
			}
			f.texts, f.ids = append(f.texts, a[at:span[0]]), append(f.ids, known[id])
			at = span[1]
		}
		f.texts = append(f.texts, a[at:])
		return f, len(f.ids) > 0
	}
	return f, false
}

func (r *replay) connect(ctx context.Context, w *world, callers int) error {
	if w.st.Dialect() == store.SQLite {
		r.read, r.write = w.st.Pools()
		for i := range r.steps {
			pool := r.read
			if r.steps[i].write {
				pool = r.write
			}
			stmt, err := pool.PrepareContext(ctx, r.steps[i].sql)
			if err != nil {
				return err
			}
			w.atEnd(stmt.Close)
			r.steps[i].stmt = stmt
		}
		return nil
	}
	for range callers {
		conn, err := pgx.Connect(ctx, w.url)
		if err != nil {
			return err
		}
		w.atEnd(func() error { return conn.Close(context.Background()) })
		r.conns = append(r.conns, conn)
	}
	return nil
}

// do is one act of a caller: what the console sends in a transaction is sent in one.
func (r *replay) do(ctx context.Context, caller int) error {
	ids := make([]string, len(r.ids))
	for i, version := range r.ids {
		if version == '7' {
			ids[i] = uuid.Must(uuid.NewV7()).String()
		} else {
			ids[i] = uuid.NewString()
		}
	}
	now := store.At(time.Now())
	if r.conns != nil {
		return r.byPgx(ctx, r.conns[caller], ids, now)
	}
	return r.bySQL(ctx, ids, now)
}

func (s step) arguments(ids []string, now store.Time) []any {
	if len(s.fresh) == 0 {
		return s.args
	}
	args := append([]any(nil), s.args...)
	for _, f := range s.fresh {
		if f.now {
			args[f.arg] = now
			continue
		}
		text := f.texts[0]
		for i, id := range f.ids {
			text += ids[id] + f.texts[i+1]
		}
		args[f.arg] = text
	}
	return args
}

func (r *replay) byPgx(ctx context.Context, conn *pgx.Conn, ids []string, now store.Time) error {
	var tx pgx.Tx
	for _, s := range r.steps {
		if s.write && tx == nil {
			var err error
			if tx, err = conn.Begin(ctx); err != nil {
				return err
			}
		}
		if err := sendPgx(ctx, conn, s, s.arguments(ids, now)); err != nil {
			return err
		}
	}
	if tx == nil {
		return nil
	}
	return tx.Commit(ctx)
}

func sendPgx(ctx context.Context, conn *pgx.Conn, s step, args []any) error {
	if !s.rows {
		_, err := conn.Exec(ctx, s.sql, args...)
		return err
	}
	rows, err := conn.Query(ctx, s.sql, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *replay) bySQL(ctx context.Context, ids []string, now store.Time) (err error) {
	var tx *sql.Tx
	defer func() {
		if err != nil && tx != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for _, s := range r.steps {
		stmt := s.stmt
		if s.write {
			if tx == nil {
				if tx, err = r.write.BeginTx(ctx, nil); err != nil {
					return err
				}
			}
			stmt = tx.StmtContext(ctx, stmt)
		}
		if err := sendSQL(ctx, stmt, s.rows, s.arguments(ids, now)); err != nil {
			return err
		}
	}
	if tx == nil {
		return nil
	}
	return tx.Commit()
}

func sendSQL(ctx context.Context, stmt *sql.Stmt, answers bool, args []any) error {
	if !answers {
		_, err := stmt.ExecContext(ctx, args...)
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		return errors.Join(err, rows.Close())
	}
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
