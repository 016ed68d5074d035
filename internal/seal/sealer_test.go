package seal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func TestSealedColumnOpensInItsPlaceOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		root, err := seal.OpenRootKey("file:", t.TempDir(), true)
		if err != nil {
			t.Fatal(err)
		}
		s, err := seal.OpenSealer(ctx, st, root, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		here, there := seal.AAD("key_versions", "sealed", "a", "k", "1"), seal.AAD("key_versions", "sealed", "b", "k", "1")
		sealed := s.Seal([]byte("material"), here)

		// A second start, as after a crash or of another replica, opens the same.
		again, err := seal.OpenSealer(ctx, st, root, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(sealed, here); err != nil || string(got.Bytes()) != "material" {
			t.Errorf("after a second start: %v", err)
		}
		if _, err := again.Open(sealed, there); !errors.Is(err, seal.ErrDoesNotOpen) {
			t.Errorf("in another place: %v", err)
		}
		for i := range sealed {
			bad := append([]byte(nil), sealed...)
			bad[i] ^= 1
			if _, err := again.Open(bad, here); err == nil {
				t.Errorf("opened with byte %d changed", i)
			}
		}
		other, err := seal.OpenRootKey("file:", t.TempDir(), true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := seal.OpenSealer(ctx, st, other, time.Now); !errors.Is(err, seal.ErrWrongRootKey) {
			t.Errorf("with another root key: %v", err)
		}
	})
}

func TestRootKeyFileIsPrivateAndKept(t *testing.T) {
	dir := t.TempDir()
	if _, err := seal.OpenRootKey("file:", dir, false); err == nil {
		t.Error("a missing root key was made up")
	}
	first, err := seal.OpenRootKey("file:", dir, true)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, seal.RootKeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	second, err := seal.OpenRootKey("file:", dir, true)
	if err != nil || first.ID() != second.ID() {
		t.Errorf("the key changed: %v", err)
	}
	t.Setenv("BAD_ROOT_KEY", "hunter2")
	if _, err := seal.OpenRootKey("env:BAD_ROOT_KEY", "", false); err == nil || len(err.Error()) == 0 || filepath.Base(err.Error()) == "hunter2" {
		t.Errorf("bad key: %v", err)
	}
}
