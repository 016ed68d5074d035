package scale_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"sharedkms/bench/scale"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/web/webtest"
)

// No page reads a large table from end to end, or sorts or counts more of it than it shows:
// every statement that a page sends is explained by the database. ONLY in the environment
// chooses pages by a part of their name, SHOW shows the plans of PostgreSQL.
func TestPlans(t *testing.T) {
	part := 40
	if os.Getenv("TORTURE") != "" {
		part = 10
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		console := webtest.New(t, st)
		world, err := scale.Load(context.Background(), st, console.Sealer, scale.Full(1_000_000).Part(part), console.Now())
		if err != nil {
			t.Fatal(err)
		}
		tape := listen(t, st)
		draft, err := world.Draft(context.Background(), console.Services.RAM, console.World.SignIn(world.Heavy.Root))
		if err != nil {
			t.Fatal(err)
		}
		browsers := map[string]*webtest.Client{}
		seen := map[string]bool{}
		for _, page := range world.Pages(string(draft)) {
			if unbounded[page.Name] || !regexp.MustCompile(os.Getenv("ONLY")).MatchString(page.Name) {
				continue
			}
			if browsers[page.Account.Name] == nil {
				browsers[page.Account.Name] = console.SignIn(console.World.SignIn(page.Account.Root))
			}
			tape.clear()
			browsers[page.Account.Name].Get(page.Path).Want(200)
			for _, s := range tape.list {
				bad := check(t, st, s)
				if len(bad) == 0 || seen[bad[0]+s.sql] {
					continue
				}
				seen[bad[0]+s.sql] = true
				t.Errorf("%s: %s\n%s", page.Name, strings.Join(bad, "\n    "), s.sql)
			}
		}
	})
}

// unbounded are the pages that may read more than they show: what stops with a share is
// asked of each of its keys and of all other ways to it, and the collected one holds a key
// with thousands. No page that is read often does.
var unbounded = map[string]bool{"collected share/leave?": true}

// large are the tables of which a page must read a part only.
var large = []string{"keys", "key_versions", "key_tags", "key_uses", "principal_paths", "principal_keys", "shares", "share_tags", "share_resources", "share_principals", "share_permissions", "invitations", "secrets", "secret_versions", "secret_stages", "secret_tags", "audit_traces", "accounts", "users", "account_principals", "org_memberships", "org_invitations"}

type statement struct {
	sql    string
	args   []any
	steady bool // planned without its arguments
}

// tape writes down the statements of the reading pool.
type tape struct {
	mu   sync.Mutex
	list []statement
}

func (r *tape) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = nil
}

func listen(t *testing.T, st *store.Store) *tape {
	r := &tape{}
	read, _ := st.Pools()
	note := func(tx *gorm.DB) {
		if tx.DryRun {
			return // a part of the statement that holds it
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.list = append(r.list, statement{tx.Statement.SQL.String(), slices.Clone(tx.Statement.Vars), tx.Statement.ConnPool != read})
	}
	c := st.Read(context.Background()).Callback()
	if err := errors.Join(c.Query().After("*").Register("scale:query", note), c.Row().After("*").Register("scale:row", note)); err != nil {
		t.Fatal(err)
	}
	return r
}

func check(t *testing.T, st *store.Store, s statement) []string {
	if st.Dialect() == store.SQLite {
		return checkSQLite(t, st, s)
	}
	return checkPostgres(t, st, s)
}

func lines(t *testing.T, st *store.Store, prefix string, s statement, column int) []string {
	t.Helper()
	read, _ := st.Pools()
	conn, err := read.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // goes back to the pool
	if st.Dialect() == store.PostgreSQL {
		// A table of a few thousand rows is read faster from end to end. What is asked is
		// whether an index can serve.
		if _, err := conn.ExecContext(context.Background(), "SET enable_seqscan = off"); err != nil {
			t.Fatal(err)
		}
		defer func() { _, _ = conn.ExecContext(context.Background(), "RESET enable_seqscan") }()
	}
	query, args := prefix+s.sql, s.args
	if st.Dialect() == store.PostgreSQL {
		mode := "auto"
		if s.steady {
			mode = "force_generic_plan"
		}
		if _, err := conn.ExecContext(context.Background(), "SET plan_cache_mode = "+mode); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ExecContext(context.Background(), "PREPARE explained AS "+s.sql); err != nil {
			t.Fatalf("%v: %s", err, s.sql)
		}
		defer func() { _, _ = conn.ExecContext(context.Background(), "DEALLOCATE explained") }()
		query, args = prefix+"EXECUTE explained"+literals(t, s.args), nil
	}
	rows, err := conn.QueryContext(context.Background(), query, args...)
	if err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	defer func() { _ = rows.Close() }() // read to its end
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		var text string
		into := make([]any, len(names))
		for i := range into {
			into[i] = new(sql.RawBytes)
		}
		into[column] = &text
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// literals are the arguments of EXECUTE, which takes no parameters itself.
func literals(t *testing.T, args []any) string {
	t.Helper()
	texts := make([]string, len(args))
	for i, a := range args {
		if v, ok := a.(driver.Valuer); ok {
			if p := reflect.ValueOf(a); p.Kind() == reflect.Pointer && p.IsNil() {
				a = nil
			} else if value, err := v.Value(); err != nil {
				t.Fatal(err)
			} else {
				a = value
			}
		}
		switch v := reflect.ValueOf(a); {
		case a == nil:
			texts[i] = "NULL"
		case v.Type() == reflect.TypeFor[time.Time]():
			texts[i] = "'" + a.(time.Time).Format(time.RFC3339Nano) + "'"
		case v.Kind() == reflect.String:
			texts[i] = "'" + strings.ReplaceAll(v.String(), "'", "''") + "'"
		case v.Type() == reflect.TypeFor[[]byte]():
			texts[i] = fmt.Sprintf("'\\x%x'", a)
		case v.Kind() == reflect.Bool, v.CanInt():
			texts[i] = fmt.Sprint(a)
		default:
			t.Fatalf("no literal for %T", a)
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

var scanned = regexp.MustCompile(`^SCAN (\w+)`)

// derived says that a name is one of a part of the statement and not of a table: what it
// holds was read by an index further down.
func derived(sql, name string) bool {
	return name == "CONSTANT" || name == "share_access" || regexp.MustCompile(`(?i)\)\s+AS\s+`+name+`\b|(?:\bWITH|\bRECURSIVE|,)\s+`+name+`(?:\(| AS MATERIALIZED)|\) `+name+`\b`).MatchString(sql)
}

// checkSQLite wants an index for each table, of the schema and not made for the statement.
func checkSQLite(t *testing.T, st *store.Store, s statement) []string {
	var bad []string
	plan := lines(t, st, "EXPLAIN QUERY PLAN ", s, 3)
	if os.Getenv("SHOW") != "" {
		t.Log(s.sql + "\n" + strings.Join(plan, "\n"))
	}
	for _, line := range plan {
		if m := scanned.FindStringSubmatch(line); m != nil && !derived(s.sql, m[1]) || strings.Contains(line, "AUTOMATIC") || os.Getenv("SORTS") != "" && strings.Contains(line, "TEMP B-TREE") {
			bad = append(bad, line)
		}
	}
	return bad
}

var (
	seqScan = regexp.MustCompile(`Seq Scan on (\w+)`)
	touched = regexp.MustCompile(`actual rows=(\d+) loops=(\d+)`)
	removed = regexp.MustCompile(`Rows Removed by \w+(?: \w+)*: (\d+)`)
)

// checkPostgres runs the statement: no whole table is read, and no step of the plan touches
// many more rows than a page shows.
func checkPostgres(t *testing.T, st *store.Store, s statement) []string {
	if os.Getenv("SHOW") != "" {
		t.Log(strings.Join(lines(t, st, "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) ", s, 0), "\n"))
	}
	var bad []string
	const most = 4000
	for _, line := range lines(t, st, "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF) ", s, 0) {
		if m := seqScan.FindStringSubmatch(line); m != nil && slices.Contains(large, m[1]) {
			bad = append(bad, strings.TrimSpace(line))
			continue
		}
		// What is kept in memory was counted where it was read.
		if m := touched.FindStringSubmatch(line); m != nil && !strings.Contains(line, "Materialize") {
			if number(m[1])*number(m[2]) > most {
				bad = append(bad, strings.TrimSpace(line))
			}
		}
		if m := removed.FindStringSubmatch(line); m != nil && number(m[1]) > most {
			bad = append(bad, strings.TrimSpace(line))
		}
	}
	return bad
}

func number(text string) int {
	var n int
	_, _ = fmt.Sscan(text, &n) // digits by the expression
	return n
}
