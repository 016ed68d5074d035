package torture_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"sharedkms/bench/crew"
	"sharedkms/internal/store"
)

// TestDatabaseServerKilled ends a PostgreSQL server of its own as a power cut would, and
// starts it again, while a crew works. The console stays up and goes on.
func TestDatabaseServerKilled(t *testing.T) {
	t.Parallel()
	crash, cfg := ownServer(t)
	s := newStage(t, cfg, crew.Small)
	p := start(t, s.Settings)
	c := signIn(t, s, 8, p.Addr, crew.Busy)
	kills(t, pick(1, 20), func() crew.Count {
		running := work(t, c)
		running.acts(50)
		crash()
		running.acts(50)
		running.stop()
		settle(t, s.Store)
		return inspect(t, c, s.Store)
	})
}

// ownServer starts a cluster for one test.
func ownServer(t *testing.T) (crash func(), cfg store.Config) {
	t.Helper()
	script, err := filepath.Abs("../../scripts/postgres")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("console-torture-postgres.%d", os.Getpid()))
	run := func(word string) string {
		t.Helper()
		out, err := exec.CommandContext(context.Background(), script, word, dir).CombinedOutput()
		if err != nil {
			t.Fatalf("scripts/postgres %s: %v: %s", word, err, out)
		}
		return string(out)
	}
	t.Cleanup(func() { run("stop") })
	found := regexp.MustCompile(`TEST_DATABASE_URL='([^']+)'`).FindStringSubmatch(run("start"))
	if found == nil {
		t.Fatal("scripts/postgres says no URL")
	}
	return func() { run("crash") }, store.Config{URL: found[1]}
}
