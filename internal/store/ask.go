package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Lookup is a SELECT about several things at once, under one text whatever their number,
// so that it is prepared once.
type Lookup struct {
	columns          int
	postgres, sqlite string
}

// NewLookup makes one from a query that reads from the table asked: a row for each thing,
// with n, its place from 0, and the columns given here, each "name" for text, "name uuid"
// or "name bigint". SQLite joins in the order written when the query says CROSS JOIN.
func NewLookup(query string, columns ...string) Lookup {
	var arrays, names, postgres, sqlite []string
	for i, column := range columns {
		name, kind, typed := strings.Cut(column, " ")
		// The SELECT keeps the planner from counting the things: a plan for each number would
		// look better to it than the one for any, and it would plan at each use.
		arrays, names = append(arrays, fmt.Sprintf("(SELECT $%d::text[])", i+1)), append(names, name)
		if !typed {
			kind = "text"
		}
		postgres = append(postgres, fmt.Sprintf("t.%s::%s AS %s", name, kind, name))
		value := fmt.Sprintf("value ->> %d", i)
		if kind == "bigint" {
			value = "CAST(" + value + " AS INTEGER)"
		}
		sqlite = append(sqlite, value+" AS "+name)
	}
	return Lookup{
		columns: len(columns),
		postgres: fmt.Sprintf("WITH asked AS (SELECT t.n - 1 AS n, %s FROM unnest(%s) WITH ORDINALITY AS t(%s, n)) ",
			strings.Join(postgres, ", "), strings.Join(arrays, ", "), strings.Join(names, ", ")) + numbered(query, len(columns)),
		sqlite: fmt.Sprintf("WITH asked AS (SELECT key AS n, %s FROM json_each(?)) ", strings.Join(sqlite, ", ")) + query,
	}
}

// numbered turns each ? into PostgreSQL's form, counting on after the first ones.
func numbered(query string, after int) string {
	var b strings.Builder
	for i, part := range strings.Split(query, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(after+i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// Question is a lookup about some things.
type Question struct {
	Lookup Lookup
	Asked  [][]string                               // a row for each thing, in the columns' order
	Args   []any                                    // of the question marks in the query
	Row    func(scan func(dest ...any) error) error // called for each row of the answer
}

func (q Question) sent(dialect Dialect) (sql string, args []any, err error) {
	if dialect == SQLite {
		text, err := json.Marshal(q.Asked)
		return q.Lookup.sqlite, append([]any{string(text)}, q.Args...), err
	}
	args = make([]any, 0, q.Lookup.columns+len(q.Args))
	for c := range q.Lookup.columns {
		column := make([]string, len(q.Asked))
		for i, row := range q.Asked {
			column[i] = row[c]
		}
		args = append(args, column)
	}
	return q.Lookup.postgres, append(args, q.Args...), nil
}

// Ask sends questions together, to a connection that can only read, and reads the answers
// in their order. On PostgreSQL they take one round trip. Each sees what was committed
// when it was its turn, as statements of a transaction at READ COMMITTED do.
func (s *Store) Ask(ctx context.Context, questions ...Question) error {
	mustBeOutside(ctx)
	if s.dialect == SQLite {
		for _, q := range questions {
			if err := s.askSQLite(ctx, q); err != nil {
				return err
			}
		}
		return nil
	}
	batch := &pgx.Batch{}
	for _, q := range questions {
		sql, args, err := q.sent(PostgreSQL)
		if err != nil {
			return err
		}
		note(ctx, Sent{Rows: true, SQL: sql, Args: args})
		batch.Queue(sql, args...).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				if err := q.Row(rows.Scan); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	}
	var err error
	for range tries {
		if err = s.sendBatch(ctx, batch); !retryable(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (s *Store) sendBatch(ctx context.Context, batch *pgx.Batch) error {
	conn, err := s.steady.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(driver any) error { return driver.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close() })
	return errors.Join(err, conn.Close())
}

func (s *Store) askSQLite(ctx context.Context, q Question) error {
	sql, args, err := q.sent(SQLite)
	if err != nil {
		return err
	}
	note(ctx, Sent{Rows: true, SQL: sql, Args: args})
	rows, err := s.pools[0].QueryContext(ctx, sql, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := q.Row(rows.Scan); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// Append runs one INSERT that is its own transaction: what it wrote is durable when it
// returns without error. Arguments of PostgreSQL may be slices, as arrays.
func (s *Store) Append(ctx context.Context, step Step) error {
	mustBeOutside(ctx)
	sql := step.SQL
	if s.dialect == PostgreSQL {
		sql = numbered(sql, 0)
	}
	var err error
	for range tries {
		note(ctx, Sent{Write: true, SQL: sql, Args: step.Args})
		_, err = s.pools[1].ExecContext(ctx, sql, step.Args...)
		if !retryable(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}
