package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	gormpostgres "gorm.io/driver/postgres"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// Result codes of SQLite, primary and extended.
const (
	sqliteBusy       = 5
	sqliteFull       = 13
	sqliteIOErr      = 10
	sqliteCantOpen   = 14
	sqliteCheck      = 275
	sqliteForeignKey = 787
	sqlitePrimaryKey = 1555
	sqliteTrigger    = 1811
	sqliteUnique     = 2067
)

// sqliteDialector is the official dialector over the pure Go driver, whose errors
// the official one does not know.
type sqliteDialector struct{ *gormsqlite.Dialector }

// Explain gives the statement without its arguments, see postgresDialector.
func (sqliteDialector) Explain(statement string, _ ...any) string { return statement }

// postgresDialector is the official dialector. GORM writes each statement that is
// scanned into a text with all its arguments, for a log that this package does not
// keep; arguments belong into no text.
type postgresDialector struct{ *gormpostgres.Dialector }

// Explain gives the statement without its arguments.
func (postgresDialector) Explain(statement string, _ ...any) string { return statement }

// Translate maps the driver's codes to GORM's errors.
func (d sqliteDialector) Translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlitePrimaryKey, sqliteUnique:
		return errors.Join(gorm.ErrDuplicatedKey, err)
	case sqliteForeignKey, sqliteTrigger:
		return errors.Join(gorm.ErrForeignKeyViolated, err)
	case sqliteCheck:
		return errors.Join(gorm.ErrCheckConstraintViolated, err)
	}
	return err
}

// Duplicate reports that a unique rule refused the row.
func Duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// NotFound reports that a query for one row found none.
func NotFound(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows)
}

// Unavailable reports that the database cannot be reached, is full, or kept the
// caller waiting beyond a timeout: nothing is wrong with the request.
func Unavailable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// 08 connection, 53 resources, 55P03 lock timeout, 57 operator and statement timeout, 58 system.
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57") ||
			strings.HasPrefix(pg.Code, "58") || pg.Code == "55P03" || pg.Code == "25006" || retryable(err)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteFull, sqliteIOErr, sqliteCantOpen:
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) || isClosed(err)
}

// isClosed knows database/sql's error for a closed pool, which has no variable.
func isClosed(err error) bool {
	return err != nil && strings.Contains(err.Error(), "sql: database is closed")
}
