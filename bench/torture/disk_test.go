package torture_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"sharedkms/bench/crew"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// diskSize is that of the file system under SQLite: the world takes less than half of it.
const diskSize = 24 << 20

// TestDiskFull fills the disk under the database while a crew works. What would write says
// 503 then, what only reads goes on, and with room again so does everything.
func TestDiskFull(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		cfg := storetest.SQLiteConfig(t)
		s := newStage(t, cfg, crew.Small)
		// The console mounts the disk in a name space of its own, so that nothing is left of it.
		disk := filepath.Join(t.TempDir(), "disk")
		if err := os.Mkdir(disk, 0o700); err != nil {
			t.Fatal(err)
		}
		s.Settings.Wrap = []string{"/bin/sh", "-euc", fmt.Sprintf(`mount -t tmpfs -o size=%d,mode=700 console "$0"; cp -p "$1"/console.db* "$1"/root.key "$0"; shift; exec "$@"`, diskSize), disk, filepath.Dir(cfg.File)}
		s.Settings.Database.File = filepath.Join(disk, "console.db")
		s.Settings.Flags = syscall.CLONE_NEWNS
		if os.Geteuid() != 0 {
			s.Settings.Flags |= syscall.CLONE_NEWUSER
		}
		p := start(t, s.Settings)
		inside := filepath.Join("/proc", fmt.Sprint(p.PID()), "root", disk)
		fills(t, s, p.Addr, inside, func() *store.Store { return copyOf(t, inside) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		inside, cfg := serverOnDisk(t, 128<<20)
		s := newStage(t, cfg, crew.Small)
		fills(t, s, start(t, s.Settings).Addr, inside, func() *store.Store {
			settle(t, s.Store)
			return s.Store
		})
	})
}

// fills fills the disk, and makes room again, while a crew works at a console; then it
// inspects the database.
func fills(t *testing.T, s *crew.Stage, addr, disk string, database func() *store.Store) {
	c := signIn(t, s, 8, addr, crew.Busy)
	rounds := pick(2, 6)
	var sum crew.Count
	for range rounds {
		running := work(t, c)
		running.acts(40)
		fill(t, filepath.Join(disk, "filler"))
		wantRefusal(t, c.Callers[0])
		time.Sleep(pick(0, 61*time.Second)) // so long a sign-in need not be noted as seen
		if a := c.Callers[0].Get(to.Overview()); a.Status != http.StatusOK {
			t.Errorf("the overview on a full disk: %d, want 200", a.Status)
		}
		if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
			t.Fatal(err)
		}
		running.acts(40)
		running.stop()
		sum.Add(inspect(t, c, database()))
	}
	tell(t, rounds, sum)
}

// wantRefusal makes secrets until one is refused: the log of the database may have room
// left in its file.
func wantRefusal(t *testing.T, c *crew.Caller) {
	t.Helper()
	form := "value_form=text&key_mode=select&key=csms/default&do=create&plain=" + strings.Repeat("x", 60_000) + "&name="
	for range 500 {
		switch a := c.Post(to.SecretNew("eu-west-101"), form+uuid.NewString()); {
		case a.Status == http.StatusSeeOther:
			continue
		case a.Status != http.StatusServiceUnavailable || !strings.Contains(a.Body, unavailable):
			t.Errorf("a secret for a full disk: %d, want 503 and %q", a.Status, unavailable)
		}
		return
	}
	t.Error("the full disk keeps nobody from making secrets")
}

// copyOf opens a copy of a database that nobody writes to now. SQLite itself would not find
// the files through the name space of another process.
func copyOf(t *testing.T, dir string) *store.Store {
	t.Helper()
	file := filepath.Join(t.TempDir(), "console.db")
	for _, end := range []string{"", "-wal"} {
		text, err := os.ReadFile(filepath.Join(dir, "console.db"+end))
		if err == nil {
			err = os.WriteFile(file+end, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	st, err := store.Connect(store.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() }) // it was only read
	return st
}

// fill writes until nothing more fits.
func fill(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if closed := f.Close(); closed != nil || !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v, %v", err, closed)
	}
}
