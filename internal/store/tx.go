package store

import (
	"context"
	"errors"
	"fmt"

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
//
// PostgreSQL plans each statement once for a connection, whatever its arguments. Left to
// itself it plans many anew at each use, because it hopes for more from the arguments, and
// takes as long to plan as to read, or ten times as long where tables are many.
func (s *Store) Read(ctx context.Context) *gorm.DB {
	mustBeOutside(ctx)
	return s.read.WithContext(ctx)
}

// Fresh gives a handle like Read's for a statement whose plan depends on how much its
// arguments find: PostgreSQL plans it for them at each use. One plan for all would sort what
// a large account's index holds in order.
func (s *Store) Fresh(ctx context.Context) *gorm.DB {
	if s.fresh == s.pools[0] {
		return s.Read(ctx)
	}
	db := s.Read(ctx).Session(&gorm.Session{Context: ctx}) // with a statement of its own
	db.Statement.ConnPool = s.fresh
	return db
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
