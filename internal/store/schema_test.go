package store_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the schema dumps anew")

// The schema after all migrations is committed, so that a review sees what a
// migration does; and both databases have the same tables, columns and rules.
func TestSchemaIsTheCommittedOne(t *testing.T) {
	shapes := map[store.Dialect][]string{}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		read, _ := st.Pools()
		lines, shape := dumpPostgres, shapePostgres
		if st.Dialect() == store.SQLite {
			lines, shape = dumpSQLite, shapeSQLite
		}
		got := strings.Join(lines(t, read), "\n") + "\n"
		file := filepath.Join("testdata", "schema_"+string(st.Dialect())+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("schema differs from %s (rewrite it with -update and review it): %s", file, d)
		}
		shapes[st.Dialect()] = shape(t, read)
	})
	if d := cmp.Diff(shapes[store.SQLite], shapes[store.PostgreSQL]); d != "" {
		t.Errorf("the databases differ (-sqlite +postgres): %s", d)
	}
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join(strings.Fields(s), " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func dumpSQLite(t *testing.T, db *sql.DB) []string {
	return column(t, db, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%'")
}

func dumpPostgres(t *testing.T, db *sql.DB) []string {
	return slices.Concat(
		column(t, db, `SELECT 'column ' || c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || coalesce(c.collation_name, '') || CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'goose%'`),
		column(t, db, `SELECT 'rule ' || conname || ' on ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'goose%'`),
		column(t, db, `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%'`),
		column(t, db, `SELECT 'view ' || viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'`))
}

var constraint = regexp.MustCompile(`CONSTRAINT (\w+)`)

// shape names tables, columns, rules, indexes and views, without types.
func shapeSQLite(t *testing.T, db *sql.DB) []string {
	out := slices.Concat(
		column(t, db, "SELECT 'column ' || m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose%'"),
		column(t, db, "SELECT 'index ' || name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name NOT LIKE 'goose%'"),
		column(t, db, "SELECT 'view ' || m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'view'"))
	for _, text := range column(t, db, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite_%'") {
		for _, m := range constraint.FindAllStringSubmatch(text, -1) {
			out = append(out, "rule "+m[1])
		}
	}
	slices.Sort(out)
	return out
}

func shapePostgres(t *testing.T, db *sql.DB) []string {
	out := slices.Concat(
		column(t, db, "SELECT CASE t.table_type WHEN 'VIEW' THEN 'view ' ELSE 'column ' END || table_name || '.' || c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'"),
		column(t, db, "SELECT 'rule ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'goose%' AND contype IN ('p', 'u', 'f', 'c')"),
		column(t, db, "SELECT 'index ' || indexname FROM pg_indexes i WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = i.indexname)"))
	slices.Sort(out)
	return out
}

// Replicas that start together migrate once; a newer schema is refused.
func TestReplicasMigrateOnceAndNewerSchemaIsRefused(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		if cfg.URL == "" {
			cfg.File = filepath.Join(t.TempDir(), "fresh.db")
		} else {
			empty(t, cfg)
		}
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				st, err := store.Open(context.Background(), cfg)
				if err == nil {
					err = st.Close()
				}
				errs[i] = err
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				t.Errorf("start: %v", err)
			}
		}
		st, err := store.Connect(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, write := st.Pools()
		if _, err := write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, " + map[bool]string{true: "1", false: "true"}[cfg.URL == ""] + ")"); err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(context.Background(), cfg); err == nil || !strings.Contains(fmt.Sprint(err), "newer schema") {
			t.Errorf("newer schema: got %v", err)
		}
	})
}

func empty(t *testing.T, cfg store.Config) {
	t.Helper()
	st, err := store.Connect(cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, write := st.Pools()
	if _, err := write.Exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}
