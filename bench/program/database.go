package program

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"sharedkms/internal/store"
)

// NewDatabase makes an empty one: on sqlite a file in dir, on postgres a database on
// the server that TEST_DATABASE_URL names. drop removes it.
func NewDatabase(ctx context.Context, db, dir string) (cfg store.Config, drop func() error, err error) {
	return database(ctx, db, dir, "bench_"+uuid.NewString()[:8], true)
}

// KeptDatabase opens the one of that name, which it makes when there is none, and keeps it.
func KeptDatabase(ctx context.Context, db, dir, name string) (cfg store.Config, done func() error, err error) {
	return database(ctx, db, dir, name, false)
}

func database(ctx context.Context, db, dir, name string, fresh bool) (cfg store.Config, drop func() error, err error) {
	if db == "sqlite" {
		return store.Config{File: filepath.Join(dir, "console.db")}, func() error { return nil }, nil
	}
	server := os.Getenv("TEST_DATABASE_URL")
	at, err := url.Parse(server)
	if server == "" || err != nil {
		return cfg, nil, errors.New("TEST_DATABASE_URL names no server; run this through scripts/with-postgres")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return cfg, nil, err
	}
	known := false
	if !fresh {
		err = admin.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&known)
	}
	if err == nil && !known {
		_, err = admin.ExecContext(ctx, "CREATE DATABASE "+name)
	}
	if err != nil {
		return cfg, nil, errors.Join(err, admin.Close())
	}
	drop = admin.Close
	if fresh {
		drop = func() error {
			_, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
			return errors.Join(err, admin.Close())
		}
	}
	at.Path = "/" + name
	return store.Config{URL: at.String()}, drop, nil
}
