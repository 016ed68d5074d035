// Package store is plumbing under the rooms: it opens SQLite or PostgreSQL,
// migrates, begins transactions, translates errors and cuts pages. It knows no
// table; queries live beside the rule they serve.
//
// Two pools serve both databases: one that may only read, one that writes. On
// SQLite the writer is a single connection whose transactions begin immediate, so
// writers queue instead of failing; readers run beside it on the WAL. On
// PostgreSQL the reading pool has default_transaction_read_only, so a stray write
// in a page fails there as it does on SQLite. A lone read gets no transaction: at
// READ COMMITTED it would add two round trips and no consistency.
//
// Rejected: one store package with all tables (grows without end), a repository
// interface per table (buys nothing with two real databases in the tests), and
// AutoMigrate (rebuilds tables on SQLite).
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	sqlitedriver "modernc.org/sqlite" // pure Go
)

// Dialect is the kind of database.
type Dialect string

// The two databases.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// Config says where the database is. URL empty means SQLite in File.
type Config struct {
	URL        string // postgres://…, or empty
	MigrateURL string // direct connection for migrations, or empty for URL
	Pooler     string // "transaction" behind a transaction pooler, or empty
	File       string // path of the SQLite file
	MaxConns   int    // connections per pool on PostgreSQL and of the SQLite readers; 0 means 8
}

// Store is an open, migrated database.
type Store struct {
	dialect Dialect
	pooled  bool
	read    *gorm.DB
	write   *gorm.DB
	steady  *sql.DB // reads with one plan for each statement; the reading pool where there is no such
	pools   []*sql.DB
}

const (
	lockTimeout      = 5 * time.Second
	statementTimeout = 15 * time.Second
	idleTimeout      = 30 * time.Second
	connectTimeout   = 5 * time.Second // unless the URL says otherwise
)

// Open connects and migrates. It refuses a schema newer than this binary.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := migrate(ctx, cfg); err != nil {
		return nil, err
	}
	return Connect(cfg)
}

// Connect opens both pools without migrating.
func Connect(cfg Config) (*Store, error) {
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 8
	}
	if cfg.URL == "" {
		return connectSQLite(cfg)
	}
	return connectPostgres(cfg)
}

func connectSQLite(cfg Config) (*Store, error) {
	write, err := openSQLite(sqliteDSN(cfg.File, false))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.File, err)
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	read, err := openSQLite(sqliteDSN(cfg.File, true))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", cfg.File, err), write.Close())
	}
	read.SetMaxOpenConns(cfg.MaxConns)
	read.SetMaxIdleConns(cfg.MaxConns)
	return assemble(SQLite, false, read, write, func(conn *sql.DB) gorm.Dialector {
		return sqliteDialector{&sqlite.Dialector{DriverName: "sqlite", Conn: conn}}
	})
}

func openSQLite(dsn string) (*sql.DB, error) {
	c, err := sqlitedriver.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keepStatements{c}), nil
}

// sqliteDSN orders busy_timeout first, because the pragmas after it may wait.
func sqliteDSN(file string, readOnly bool) string {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout(10000)")
	if !readOnly {
		q.Add("_pragma", "journal_mode(WAL)")
	}
	q.Add("_pragma", "cache_size(-8192)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "synchronous(FULL)")
	q.Add("_pragma", "secure_delete(1)")
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	q.Set("_txlock", "immediate")
	q.Set("_time_integer_format", "unix_micro")
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + q.Encode()
}

func connectPostgres(cfg Config) (*Store, error) {
	pooled := cfg.Pooler == "transaction"
	open := func(readOnly bool, more map[string]string) (*sql.DB, error) {
		c, err := pgx.ParseConfig(cfg.URL)
		if err != nil {
			return nil, fmt.Errorf("DATABASE_URL: %w", withoutSecrets(err))
		}
		if c.ConnectTimeout == 0 {
			c.ConnectTimeout = connectTimeout
		}
		if pooled {
			c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
		} else {
			c.RuntimeParams["timezone"] = "UTC"
			c.RuntimeParams["lock_timeout"] = milliseconds(lockTimeout)
			c.RuntimeParams["statement_timeout"] = milliseconds(statementTimeout)
			c.RuntimeParams["idle_in_transaction_session_timeout"] = milliseconds(idleTimeout)
			c.RuntimeParams["jit"] = "off"                           // compiling a plan takes longer than any of ours runs,
			c.RuntimeParams["max_parallel_workers_per_gather"] = "0" // and so does starting workers
			if readOnly {
				c.RuntimeParams["default_transaction_read_only"] = "on"
			}
			maps.Copy(c.RuntimeParams, more)
		}
		pool := stdlib.OpenDB(*c)
		pool.SetMaxOpenConns(cfg.MaxConns)
		pool.SetMaxIdleConns(cfg.MaxConns)
		return pool, nil
	}
	write, err := open(false, nil)
	if err != nil {
		return nil, err
	}
	read, err := open(true, nil)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	s, err := assemble(PostgreSQL, pooled, read, write, func(conn *sql.DB) gorm.Dialector {
		return postgresDialector{&postgres.Dialector{Config: &postgres.Config{Conn: conn}}}
	})
	if err != nil || pooled { // a pooler keeps no statements
		return s, err
	}
	steady, err := open(true, map[string]string{"plan_cache_mode": "force_generic_plan"})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.steady, s.pools = steady, append(s.pools, steady)
	return s, nil
}

// assemble gives each pool a gorm.Config of its own: a shared one leaks the second
// dialect into the first.
func assemble(dialect Dialect, pooled bool, read, write *sql.DB, dialector func(*sql.DB) gorm.Dialector) (*Store, error) {
	open := func(conn *sql.DB) (*gorm.DB, error) {
		return gorm.Open(dialector(conn), &gorm.Config{
			SkipDefaultTransaction: true,
			TranslateError:         true,
			DisableAutomaticPing:   true,
			Logger:                 statementLog{},
			NowFunc:                func() time.Time { return time.Now().UTC() },
		})
	}
	s := &Store{dialect: dialect, pooled: pooled, steady: read, pools: []*sql.DB{read, write}}
	var err error
	if s.write, err = open(write); err == nil {
		s.read, err = open(read)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", withoutSecrets(err)), s.Close())
	}
	return s, nil
}

// Close ends all connections. On SQLite the last one folds the WAL into the file.
func (s *Store) Close() error {
	var errs []error
	for _, p := range s.pools {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

// Dialect says which database this is.
func (s *Store) Dialect() Dialect { return s.dialect }

// Ping asks the database for a sign of life and for its clock.
func (s *Store) Ping(ctx context.Context) (time.Time, error) {
	query := "SELECT now()"
	if s.dialect == SQLite {
		query = "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000"
	}
	var now Time
	if err := s.read.WithContext(ctx).Raw(query).Row().Scan(&now); err != nil {
		return time.Time{}, fmt.Errorf("ask database for its clock: %w", err)
	}
	return now.Time, nil
}

// Pools gives the two connection pools, the reading one first, for metrics and for
// measuring the same statements without our layers.
func (s *Store) Pools() (read, write *sql.DB) { return s.pools[0], s.pools[1] }

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// withoutSecrets keeps a password in a database URL out of the message.
func withoutSecrets(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("cannot be read as a connection URL")
	}
	return err
}
