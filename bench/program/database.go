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
	name := "bench_" + uuid.NewString()[:8]
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return cfg, nil, errors.Join(err, admin.Close())
	}
	drop = func() error {
		_, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		return errors.Join(err, admin.Close())
	}
	at.Path = "/" + name
	return store.Config{URL: at.String()}, drop, nil
}
