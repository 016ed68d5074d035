package torture_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"sharedkms/bench/crew"
	"sharedkms/bench/measure"
	"sharedkms/internal/store"
)

// resultsFile keeps what the long forms counted.
const resultsFile = "../results/torture.jsonl"

// counted are the lines of the tests that ran, by the names of the tests.
var counted struct {
	sync.Mutex
	lines map[string]*measure.Result
}

// begin begins the line of a test on one database. It is kept when the test has ended,
// however that was, so that no good line of an earlier run stands for a test that failed.
func begin(t *testing.T, cfg store.Config) {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	line := &measure.Result{Name: name, DB: string(store.SQLite), Goal: "nothing is missing", Note: "ended before anything was counted"}
	if cfg.URL != "" {
		line.DB = string(store.PostgreSQL)
	}
	counted.Lock()
	defer counted.Unlock()
	if counted.lines == nil {
		counted.lines = map[string]*measure.Result{}
	}
	counted.lines[t.Name()] = line
	t.Cleanup(func() { line.OK = !t.Failed() })
}

// kills repeats a round in which something is killed: as often as it should be, and until
// enough was acknowledged and interrupted to show something.
func kills(t *testing.T, times int, round func() crew.Count) {
	t.Helper()
	const acknowledged, interrupted = 200, 20
	var sum crew.Count
	done := 0
	for done < times || done < 20*times && (sum.Acknowledged < acknowledged || sum.Interrupted < interrupted) {
		sum.Add(round())
		if done++; t.Failed() {
			break
		}
	}
	tell(t, done, sum)
	if sum.Acknowledged < acknowledged || sum.Interrupted < interrupted {
		t.Errorf("%d acts acknowledged and %d interrupted show nothing", sum.Acknowledged, sum.Interrupted)
	}
}

// tell says what was missing after acts of a crew.
func tell(t *testing.T, rounds int, n crew.Count) {
	t.Helper()
	say(t, "lost 0, half 0, untold 0, closed 0", "%d rounds: %d acts acknowledged, %d interrupted; lost %d, half %d, traces missing %d of %d, ciphertexts that do not open %d of %d",
		rounds, n.Acknowledged, n.Interrupted, n.Lost, n.Half, n.Untold, n.Traced, n.Closed, n.Checked)
	if n.Lost+n.Half+n.Untold+n.Closed > 0 && !t.Failed() {
		t.Error("something is missing")
	}
}

// say says what a test counted, and what it wants to see.
func say(t *testing.T, goal, format string, args ...any) {
	t.Helper()
	note := fmt.Sprintf(format, args...)
	t.Log("counted: " + note) // which scripts/gotest shows, whether the test passes or not
	counted.Lock()
	defer counted.Unlock()
	line := counted.lines[t.Name()]
	line.Goal, line.Note = goal, note
}

// keep writes what was counted.
func keep(lines map[string]*measure.Result) error {
	var results []measure.Result
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		results = append(results, *lines[name])
	}
	return measure.Keep(resultsFile, results...)
}

// TestInspectSees damages a database behind the crew's back: each kind of loss must be
// counted, or the other tests show nothing.
func TestInspectSees(t *testing.T) {
	s, p := stageWithConsole(t)
	c := signIn(t, s, 2, p.Addr, crew.Busy)
	_, write := s.Store.Pools()
	running := work(t, c)
	running.acts(150)
	running.stop()
	for _, query := range []string{
		"DELETE FROM audit_traces WHERE id = (SELECT id FROM audit_traces WHERE event = 'encryptData' AND outcome = 'succeeded' ORDER BY id DESC LIMIT 1)",
		"DELETE FROM key_uses WHERE resource_urn = (SELECT resource_urn FROM key_uses WHERE name LIKE 'depot-%' LIMIT 1)",
		"UPDATE keys SET name = 'somebody-else', name_lower = 'somebody-else' WHERE id = (SELECT key_id FROM key_tags LIMIT 1)",
		"UPDATE secret_versions SET sealed = zeroblob(length(sealed)) WHERE secret_id IN (SELECT id FROM secrets WHERE name LIKE 'crew-%')",
	} {
		if r, err := write.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		} else if n, _ := r.RowsAffected(); n == 0 {
			t.Fatalf("nothing is damaged by %s", query)
		}
	}
	r, err := c.Inspect(t.Context(), s.Store)
	if err != nil {
		t.Fatal(err)
	}
	if r.Lost == 0 || r.Half == 0 || r.Untold == 0 || r.Closed == 0 {
		t.Errorf("lost %d, half %d, untold %d, closed %d: want each of them seen", r.Lost, r.Half, r.Untold, r.Closed)
	}
	say(t, "each loss is seen", "four losses made on purpose: lost %d, half %d, traces missing %d, ciphertexts that do not open %d", r.Lost, r.Half, r.Untold, r.Closed)
}
