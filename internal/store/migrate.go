package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	goosedb "github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// ErrNewerSchema says that the database was migrated by a newer binary.
var ErrNewerSchema = errors.New("the database has a newer schema than this binary knows; start the newer binary or restore a backup")

// Migrate brings the schema to this binary's version and makes the views anew.
// Several replicas may start at once: a session lock lets one of them migrate.
func Migrate(ctx context.Context, cfg Config) error { return migrate(ctx, cfg) }

func migrate(ctx context.Context, cfg Config) error {
	if cfg.URL == "" {
		db, err := sql.Open("sqlite", sqliteDSN(cfg.File, false))
		if err != nil {
			return fmt.Errorf("open %s: %w", cfg.File, err)
		}
		db.SetMaxOpenConns(1)
		unlock, err := lockFile(cfg.File + ".migrate")
		if err != nil {
			return errors.Join(fmt.Errorf("wait for another migration: %w", err), db.Close())
		}
		return errors.Join(migrateSQLite(ctx, db), db.Close(), unlock())
	}
	target := cfg.MigrateURL
	if target == "" {
		target = cfg.URL
	}
	c, err := pgx.ParseConfig(target)
	if err != nil {
		return fmt.Errorf("CONSOLE_MIGRATE_URL: %w", withoutSecrets(err))
	}
	c.RuntimeParams["timezone"] = "UTC"
	db := stdlib.OpenDB(*c)
	return errors.Join(migratePostgres(ctx, db), db.Close())
}

// lockFile waits for an exclusive lock on path: goose has a session lock for
// PostgreSQL only, and the command line may migrate beside a console that starts.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil // closing lets the lock go
}

func migrateSQLite(ctx context.Context, db *sql.DB) error {
	return up(ctx, db, SQLite, goosedb.DialectSQLite3)
}

func migratePostgres(ctx context.Context, db *sql.DB) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
	if err != nil {
		return fmt.Errorf("prepare migration lock: %w", err)
	}
	return up(ctx, db, PostgreSQL, goosedb.DialectPostgres, goose.WithSessionLocker(locker))
}

func up(ctx context.Context, db *sql.DB, dialect Dialect, gooseDialect goosedb.Dialect, opts ...goose.ProviderOption) error {
	folder, err := fs.Sub(migrations, path.Join("migrations", string(dialect)))
	if err != nil {
		return fmt.Errorf("find migrations: %w", err)
	}
	provider, err := goose.NewProvider(gooseDialect, db, folder, opts...)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if current > target {
		return ErrNewerSchema
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return makeViews(ctx, db, dialect, len(results) > 0)
}

// makeViews drops and makes the views when a migration ran or their text changed,
// in one transaction, so that a running replica never misses one.
func makeViews(ctx context.Context, db *sql.DB, dialect Dialect, migrated bool) error {
	names, err := fs.Glob(migrations, "migrations/views/*.sql")
	if err != nil {
		return fmt.Errorf("find views: %w", err)
	}
	var texts []string
	hash := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return fmt.Errorf("read view %s: %w", name, err)
		}
		hash.Write(text)
		texts = append(texts, string(text))
	}
	digest := hex.EncodeToString(hash.Sum(nil))
	var stored string
	err = db.QueryRowContext(ctx, "SELECT value FROM instance WHERE name = 'views'").Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read digest of views: %w", err)
	}
	if !migrated && stored == digest {
		return nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("make views: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if dialect == PostgreSQL {
		// Goose has let its lock go by now; replicas that start together queue here.
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7262518)"); err != nil {
			return fmt.Errorf("make views: %w", err)
		}
	}
	for i := len(names) - 1; i >= 0; i-- {
		if _, err := tx.ExecContext(ctx, "DROP VIEW IF EXISTS "+viewName(names[i])); err != nil {
			return fmt.Errorf("drop view %s: %w", names[i], err)
		}
	}
	for i, text := range texts {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("make view %s: %w", names[i], err)
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO instance (name, value) VALUES ('views', '"+digest+"') ON CONFLICT (name) DO UPDATE SET value = excluded.value"); err != nil {
		return fmt.Errorf("store digest of views: %w", err)
	}
	return tx.Commit()
}

// viewName takes "key_access" from ".../20_key_access.sql".
func viewName(file string) string {
	base := path.Base(file)
	return base[3 : len(base)-len(".sql")]
}

// MigrationFiles is the schema as SQL: a folder per dialect, and the views.
func MigrationFiles() fs.FS { return migrations }
