package main

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// sqlDriver uses the console's two pools, without GORM.
type sqlDriver struct {
	w           *world
	read, write *sql.DB
	prepared    map[string]*sql.Stmt
}

func newSQLDriver(w *world) *sqlDriver {
	read, write := w.st.Pools()
	return &sqlDriver{w, read, write, map[string]*sql.Stmt{}}
}

func (d *sqlDriver) prepare(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if d.prepared[s.sql] != nil {
			continue
		}
		pool := d.read
		if s.write {
			pool = d.write
		}
		stmt, err := pool.PrepareContext(ctx, s.sql)
		if err != nil {
			return err
		}
		d.w.atEnd(stmt.Close)
		d.prepared[s.sql] = stmt
	}
	return nil
}

func (d *sqlDriver) send(ctx context.Context, _ int, steps []step, ids []string, now time.Time) (err error) {
	var tx *sql.Tx
	defer func() {
		if err != nil && tx != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for _, s := range steps {
		stmt := d.prepared[s.sql]
		if !s.alone {
			if tx == nil {
				if tx, err = d.write.BeginTx(ctx, nil); err != nil {
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
