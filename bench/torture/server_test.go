package torture_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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
	dir := clusterDir("")
	t.Cleanup(func() { cluster(t, nil, nil, "stop", dir) })
	cfg, _ = started(t, cluster(t, nil, nil, "start", dir))
	return func() { cluster(t, nil, nil, "crash", dir) }, cfg
}

// serverOnDisk starts a cluster whose tables lie on a disk of that size, which is mounted in
// a name space of its own. Inside is where others see the disk.
func serverOnDisk(t *testing.T, size int) (inside string, cfg store.Config) {
	t.Helper()
	dir, apart, join := clusterDir("-disk"), []string{"unshare", "--mount"}, []string{"nsenter", "--mount"}
	if os.Geteuid() != 0 {
		apart, join = append(apart, "--user", "--map-current-user", "--keep-caps"), append(join, "--user", "--preserve-credentials")
	}
	env := []string{fmt.Sprintf("DATA_DISK=%d", size)}
	cfg, pid := started(t, cluster(t, apart, env, "start", dir))
	t.Cleanup(func() {
		cluster(t, append(join, "--target", pid), env, "stop", dir)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join("/proc", pid, "root", dir, "data"), cfg
}

func clusterDir(kind string) string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("console-torture-postgres%s.%d", kind, os.Getpid()))
}

// cluster runs scripts/postgres, behind another command and with more in its environment.
func cluster(t *testing.T, behind, env []string, word, dir string) string {
	t.Helper()
	script, err := filepath.Abs("../../scripts/postgres")
	if err != nil {
		t.Fatal(err)
	}
	line := append(slices.Clone(behind), script, word, dir)
	command := exec.CommandContext(context.Background(), line[0], line[1:]...)
	command.Env = append(os.Environ(), env...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("scripts/postgres %s: %v: %s", word, err, out)
	}
	return string(out)
}

// started reads what scripts/postgres says of a cluster that it started.
func started(t *testing.T, said string) (cfg store.Config, pid string) {
	t.Helper()
	found := regexp.MustCompile(`TEST_DATABASE_URL='([^']+)'\nTEST_POSTGRES_PID=(\d+)`).FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("scripts/postgres says no URL: %s", said)
	}
	return store.Config{URL: found[1]}, found[2]
}
