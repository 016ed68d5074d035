package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"modernc.org/sqlite"
)

type inTx struct{}

// tries is how often a transaction is begun that the database ends for the sake of others.
const tries = 3

// Read gives a handle that can only read. Queries on it run on their own, each on
// a connection of the reading pool. Inside a transaction it panics: a read there
// would not see what the act has written.
func (s *Store) Read(ctx context.Context) *gorm.DB {
	mustBeOutside(ctx)
	return s.read.WithContext(ctx)
}

// Steady gives a handle like Read's for a statement of many tables, as those about access
// to keys are, or of which one plan is right whatever the arguments: PostgreSQL plans it once
// for each connection. Left to itself it plans such a statement anew at each use, because it
// hopes for more from the arguments, and takes as long to plan as to read, or ten times as
// long. It serves no list that the first tables of a young database would mislead: a plan
// is kept until the table is analyzed.
func (s *Store) Steady(ctx context.Context) *gorm.DB {
	if s.steady == s.pools[0] {
		return s.Read(ctx)
	}
	return s.through(ctx, s.steady)
}

// Fresh gives a handle like Read's for a statement whose plan depends on how much its
// arguments find: PostgreSQL plans it for them at each use. Left to itself it takes one plan
// for all after five uses, and sorts what a large account's index holds in order.
func (s *Store) Fresh(ctx context.Context) *gorm.DB {
	if s.dialect != PostgreSQL {
		return s.Read(ctx)
	}
	return s.through(ctx, unnamed{s.pools[0]})
}

// through gives a handle like Read's that sends its queries through another pool.
func (s *Store) through(ctx context.Context, pool gorm.ConnPool) *gorm.DB {
	db := s.Read(ctx).Session(&gorm.Session{Context: ctx}) // with a statement of its own
	db.Statement.ConnPool = pool
	return db
}

// unnamed sends queries without a name, which PostgreSQL plans with their arguments.
type unnamed struct{ *sql.DB }

func (u unnamed) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return u.DB.QueryContext(ctx, query, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
}

// Write runs fn in one transaction at READ COMMITTED (PostgreSQL) or in the queue
// of the single writer (SQLite) and commits if fn returns nil. fn runs again, up to
// three times in all, on serialization failure, deadlock, a busy database or a
// connection that was gone already, so it has no side effects. Beginning a
// transaction inside one panics.
func (s *Store) Write(ctx context.Context, fn func(tx *gorm.DB) error) error {
	mustBeOutside(ctx)
	inner := context.WithValue(ctx, inTx{}, true)
	var err error
	for range tries {
		err = s.write.WithContext(inner).Transaction(func(tx *gorm.DB) error {
			if s.pooled {
				if err := setTimeouts(tx); err != nil {
					return err
				}
			}
			return fn(tx)
		})
		if !retryable(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func mustBeOutside(ctx context.Context) {
	if ctx.Value(inTx{}) != nil {
		panic("store: a transaction or a read was begun inside a transaction")
	}
}

// setTimeouts serves connections through a pooler, where startup parameters do not
// reach the server.
func setTimeouts(tx *gorm.DB) error {
	return tx.Exec(fmt.Sprintf(
		"SET LOCAL lock_timeout = %s; SET LOCAL statement_timeout = %s; SET LOCAL idle_in_transaction_session_timeout = %s",
		milliseconds(lockTimeout), milliseconds(statementTimeout), milliseconds(idleTimeout))).Error
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqliteBusy
	}
	// The connection was gone before anything was sent; the pool has others.
	return pgconn.SafeToRetry(err)
}

// ForUpdate locks the rows read until the transaction ends. SQLite needs none: its
// writers run one after the other.
func ForUpdate(tx *gorm.DB) *gorm.DB { return tx.Clauses(clause.Locking{Strength: "UPDATE"}) }

// ForShare keeps others from changing the rows read until the transaction ends.
func ForShare(tx *gorm.DB) *gorm.DB { return tx.Clauses(clause.Locking{Strength: "SHARE"}) }

// Changed turns an UPDATE that must hit exactly one row into an error of the
// caller's choice when it hit none: the compare-and-set of state machines.
func Changed(result *gorm.DB, otherwise error) error {
	if result.Error != nil {
		return result.Error
	}
	if result.RowsAffected == 0 {
		return otherwise
	}
	return nil
}
