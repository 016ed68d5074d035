// Package storetest gives tests a real, migrated database, empty but for what the
// migrations bring: SQLite and PostgreSQL, one of its own for each test.
//
// The schema is migrated once per process and database, then copied: a file on
// SQLite, CREATE DATABASE … TEMPLATE on PostgreSQL. A missing PostgreSQL is a
// failure, because a skipped half hides what breaks only there.
package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"sharedkms/internal/store"
)

// Each runs test on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, st *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// EachConfig is Each for tests that open the database themselves, several times or
// from several processes.
func EachConfig(t *testing.T, test func(t *testing.T, cfg store.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLiteConfig(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQLConfig(t)) })
}

// SQLite opens a fresh SQLite database that is gone after the test.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	return connect(t, SQLiteConfig(t))
}

// PostgreSQL opens a fresh PostgreSQL database that is gone after the test.
func PostgreSQL(t testing.TB) *store.Store {
	t.Helper()
	return connect(t, PostgreSQLConfig(t))
}

func connect(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	st, err := store.Connect(cfg)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return st
}

var liteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover in the temporary directory harms nobody
	file := filepath.Join(dir, "template.db")
	if err := store.Migrate(context.Background(), store.Config{File: file}); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// SQLiteConfig makes a migrated file for one test.
func SQLiteConfig(t testing.TB) store.Config {
	t.Helper()
	template, err := liteTemplate()
	if err != nil {
		t.Fatalf("migrate template: %v", err)
	}
	file := filepath.Join(t.TempDir(), "console.db")
	if err := os.WriteFile(file, template, 0o600); err != nil {
		t.Fatalf("copy template: %v", err)
	}
	return store.Config{File: file}
}

// PostgreSQLConfig makes a migrated database for one test on the server that
// TEST_DATABASE_URL names, whose user may create databases.
func PostgreSQLConfig(t testing.TB) store.Config {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("TEST_DATABASE_URL is empty; run the tests through `make test` or `scripts/with-postgres go test ./...`")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("open server: %v", err)
	}
	t.Cleanup(func() {
		if err := admin.Close(); err != nil {
			t.Errorf("close server: %v", err)
		}
	})
	template, err := pgTemplate(admin, server)
	if err != nil {
		t.Fatalf("migrate template: %v", err)
	}
	name := "t_" + randomName()
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatalf("copy template: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	return store.Config{URL: withDatabase(server, name)}
}

var (
	pgOnce sync.Once
	pgName string
	pgErr  error
)

// pgTemplate migrates one template per schema and server; test binaries that start
// together wait for the first of them on an advisory lock.
func pgTemplate(admin *sql.DB, server string) (string, error) {
	pgOnce.Do(func() {
		pgName, pgErr = makePgTemplate(admin, server)
	})
	return pgName, pgErr
}

func makePgTemplate(admin *sql.DB, server string) (string, error) {
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }() // the lock goes with it
	digest, err := schemaDigest()
	if err != nil {
		return "", err
	}
	name := "tpl_" + digest
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7262519)"); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock(7262519)") }()
	var found bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&found); err != nil {
		return "", err
	}
	if found {
		return name, nil
	}
	building := name + "_" + randomName()
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+building); err != nil {
		return "", err
	}
	if err := store.Migrate(ctx, store.Config{URL: withDatabase(server, building)}); err != nil {
		return "", err
	}
	if _, err := conn.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+name); err != nil {
		return "", err
	}
	return name, nil
}

func schemaDigest() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(store.MigrationFiles(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(store.MigrationFiles(), path)
		fmt.Fprintln(hash, path, len(text))
		hash.Write(text)
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:16], err
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

func randomName() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
