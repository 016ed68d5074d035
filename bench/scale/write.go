package scale

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"sharedkms/internal/store"
)

// writer puts many rows into a table: by COPY on PostgreSQL, by inserts of many rows in
// large transactions on SQLite. Indexes other than primary keys are taken away first and
// made again at the end, which is several times faster than growing them row by row.
type writer struct {
	conn    *sql.Conn
	sqlite  bool
	rebuild []string // statements that make what was taken away again
}

// ways and offers fill the tables that triggers keep while shares change one by one.
const ways = `INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END
FROM share_principals sp
JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
WHERE sp.status = 'associated'
ORDER BY sp.kind, sp.principal, sr.key_id, sp.share_id`

const offers = `INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin)
SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END), k.state, k.spec, k.usage, k.origin
FROM share_principals sp
JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
JOIN keys k ON k.id = sr.key_id
WHERE sp.status = 'associated'
GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, k.state, k.spec, k.usage, k.origin`

// What the load leaves as it found it, and what it runs with.
var settings = map[store.Dialect]struct{ begin, end []string }{
	store.SQLite: {
		begin: []string{"PRAGMA cache_size = -400000", "PRAGMA synchronous = OFF"},
		end:   []string{"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA cache_size = -2000", "PRAGMA synchronous = FULL"},
	},
	store.PostgreSQL: {
		begin: []string{"SET statement_timeout = 0", "SET maintenance_work_mem = '1GB'", "SET synchronous_commit = off"},
		end:   []string{"ANALYZE", "RESET statement_timeout", "RESET maintenance_work_mem", "RESET synchronous_commit"},
	},
}

var largeTables = []string{"keys", "key_tags", "key_uses", "shares", "share_tags", "share_resources", "share_principals", "share_permissions", "invitations", "secrets", "secret_tags", "principal_keys", "principal_paths", "audit_traces"}

func newWriter(ctx context.Context, st *store.Store) (*writer, error) {
	_, pool := st.Pools()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn, sqlite: st.Dialect() == store.SQLite}
	if err = w.exec(ctx, settings[st.Dialect()].begin...); err == nil {
		err = w.dropTriggers(ctx)
	}
	if err == nil {
		err = w.dropIndexes(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return w, nil
}

func (w *writer) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := w.conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// dropTriggers keeps the tables from being followed row by row.
func (w *writer) dropTriggers(ctx context.Context) error {
	query := "SELECT 'ALTER TABLE ' || tgrelid::regclass || ' DISABLE TRIGGER ' || tgname, 'ALTER TABLE ' || tgrelid::regclass || ' ENABLE TRIGGER ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
	if w.sqlite {
		query = "SELECT 'DROP TRIGGER ' || name, sql FROM sqlite_master WHERE type = 'trigger'"
	}
	var drops []string
	rows, err := w.conn.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	for rows.Next() {
		var drop, made string
		if err := rows.Scan(&drop, &made); err != nil {
			return errors.Join(err, rows.Close())
		}
		drops, w.rebuild = append(drops, drop), append(w.rebuild, made)
	}
	return errors.Join(rows.Err(), rows.Close(), w.exec(ctx, drops...))
}

// dropIndexes also takes the primary key of the traces, where a database can: the rows
// of a trail come in the order of time, not of accounts.
func (w *writer) dropIndexes(ctx context.Context) error {
	query := `SELECT i.indexname, i.indexdef, '' FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
UNION ALL SELECT conname, 'ALTER TABLE audit_traces ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid), 'audit_traces' FROM pg_constraint WHERE $1 = 'audit_traces' AND conrelid = 'audit_traces'::regclass AND contype = 'p'`
	if w.sqlite {
		query = "SELECT name, sql, '' FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
	}
	for _, table := range largeTables {
		var drops []string
		rows, err := w.conn.QueryContext(ctx, query, table)
		if err != nil {
			return err
		}
		for rows.Next() {
			var name, made, constrained string
			if err := rows.Scan(&name, &made, &constrained); err != nil {
				return errors.Join(err, rows.Close())
			}
			drop := "DROP INDEX " + name
			if constrained != "" {
				drop = "ALTER TABLE " + constrained + " DROP CONSTRAINT " + name
			}
			drops, w.rebuild = append(drops, drop), append(w.rebuild, made)
		}
		if err := errors.Join(rows.Err(), rows.Close(), w.exec(ctx, drops...)); err != nil {
			return err
		}
	}
	return nil
}

// close makes the indexes again and gives the connection back.
func (w *writer) close(ctx context.Context) error {
	end := settings[store.PostgreSQL].end
	if w.sqlite {
		end = settings[store.SQLite].end
	}
	return errors.Join(w.exec(ctx, w.rebuild...), w.exec(ctx, end...), w.conn.Close())
}

// row is the values of one, in the order of the columns: ids as uuid.UUID, instants as
// time.Time in UTC and whole microseconds.
type row []any

func (w *writer) insert(ctx context.Context, table, columns string, rows iter.Seq[row]) error {
	names := strings.Split(columns, ", ")
	write := w.copyIn
	if w.sqlite {
		write = w.insertMany
	}
	if err := write(ctx, table, names, rows); err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	return nil
}

func (w *writer) copyIn(ctx context.Context, table string, columns []string, rows iter.Seq[row]) error {
	next, stop := iter.Pull(rows)
	defer stop()
	return w.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
			r, ok := next()
			if !ok {
				return nil, nil
			}
			for i, v := range r {
				if u, ok := v.(uuid.UUID); ok {
					r[i] = [16]byte(u)
				}
			}
			return r, nil
		}))
		return err
	})
}

const (
	rowsOfStatement   = 100
	rowsOfTransaction = 100_000
)

func (w *writer) insertMany(ctx context.Context, table string, columns []string, rows iter.Seq[row]) error {
	next, stop := iter.Pull(rows)
	defer stop()
	for {
		n, err := w.insertSome(ctx, table, columns, next)
		if err != nil || n < rowsOfTransaction {
			return err
		}
	}
}

// insertSome is one transaction; fewer rows than it could take are the last ones.
func (w *writer) insertSome(ctx context.Context, table string, columns []string, next func() (row, bool)) (n int, err error) {
	tx, err := w.conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	one := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	text := func(rows int) string {
		return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + one + strings.Repeat(", "+one, rows-1)
	}
	many, err := tx.PrepareContext(ctx, text(rowsOfStatement))
	if err != nil {
		return 0, err
	}
	defer func() { _ = many.Close() }() // ends with the transaction
	args := make([]any, 0, rowsOfStatement*len(columns))
	for ; n < rowsOfTransaction; n++ {
		r, ok := next()
		if !ok {
			break
		}
		for _, v := range r {
			if u, ok := v.(uuid.UUID); ok {
				v = u.String()
			}
			args = append(args, v)
		}
		if len(args) == cap(args) {
			if _, err := many.ExecContext(ctx, args...); err != nil {
				return n, err
			}
			args = args[:0]
		}
	}
	if len(args) > 0 {
		if _, err := tx.ExecContext(ctx, text(len(args)/len(columns)), args...); err != nil {
			return n, err
		}
	}
	return n, tx.Commit()
}
