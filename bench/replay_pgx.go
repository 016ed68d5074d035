package main

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// pgxDriver has a connection per caller.
type pgxDriver struct{ conns []*pgx.Conn }

func newPgxDriver(ctx context.Context, w *world, callers int) (*pgxDriver, error) {
	d := &pgxDriver{}
	for range callers {
		conn, err := pgx.Connect(ctx, w.url)
		if err != nil {
			return nil, err
		}
		w.atEnd(func() error { return conn.Close(context.Background()) })
		d.conns = append(d.conns, conn)
	}
	return d, nil
}

// prepare does nothing: pgx does so at first use.
func (*pgxDriver) prepare(context.Context, []step) error { return nil }

func (d *pgxDriver) send(ctx context.Context, caller int, steps []step, ids []string, now time.Time) (err error) {
	conn := d.conns[caller]
	var tx pgx.Tx
	defer func() {
		if err != nil && tx != nil {
			err = errors.Join(err, tx.Rollback(ctx))
		}
	}()
	for i := 0; i < len(steps); i++ {
		s := steps[i]
		switch {
		case s.together:
			batch := &pgx.Batch{}
			for ; i < len(steps) && steps[i].together; i++ {
				batch.Queue(steps[i].sql, steps[i].arguments(ids, now)...).Query(readAll)
			}
			i--
			err = conn.SendBatch(ctx, batch).Close()
		default:
			if !s.alone && tx == nil {
				if tx, err = conn.Begin(ctx); err != nil {
					return err
				}
			}
			err = sendPgx(ctx, conn, s, s.arguments(ids, now))
		}
		if err != nil {
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
	return readAll(rows)
}

func readAll(rows pgx.Rows) error {
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return err
		}
	}
	return rows.Err()
}
