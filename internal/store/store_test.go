package store_test

import (
	"context"
	"testing"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func TestTimeKeepsMicroseconds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		want := store.At(time.Date(2026, 11, 23, 9, 52, 7, 123456789, time.FixedZone("", 3600)))
		err := st.Write(ctx, func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO accounts (id, name, name_lower, demo, created_at) VALUES (?, 'A', 'a', ?, ?)", "0123456789abcdef0123456789abcdef", true, want).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		var row struct {
			CreatedAt store.Time
			Demo      bool
		}
		if err := st.Read(ctx).Raw("SELECT created_at, demo FROM accounts WHERE created_at = ?", want).Scan(&row).Error; err != nil {
			t.Fatal(err)
		}
		if !row.CreatedAt.Equal(want.Time) || !row.Demo {
			t.Errorf("got %v, want %v", row, want)
		}
		if now, err := st.Ping(ctx); err != nil || time.Since(now).Abs() > 2*time.Second {
			t.Errorf("clock of database: %v, %v", now, err)
		}
		var n int
		if err := st.Read(ctx).Raw("SELECT count(*) FROM key_access WHERE account_id = 'x'").Scan(&n).Error; err != nil {
			t.Errorf("view key_access: %v", err)
		}
		if err := st.Read(ctx).Raw("SELECT count(*) FROM share_access WHERE account_id = 'x'").Scan(&n).Error; err != nil {
			t.Errorf("view share_access: %v", err)
		}
	})
}

func TestReadRefusesToWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		if err := st.Read(context.Background()).Exec("DELETE FROM instance").Error; err == nil {
			t.Error("a write through Read went through")
		}
	})
}

func TestTransactionInsideTransactionPanics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		_ = st.Write(context.Background(), func(tx *gorm.DB) error {
			return st.Write(tx.Statement.Context, func(*gorm.DB) error { return nil })
		})
	})
}

// TestFreshPlansForItsArguments: a statement that has a name gets one plan for all arguments
// after five uses, so it must have none.
func TestFreshPlansForItsArguments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for want := range 7 {
			var got int
			if err := st.Fresh(t.Context()).Raw("SELECT CAST(? AS integer) AS fresh", want).Scan(&got).Error; err != nil || got != want {
				t.Fatalf("got %d, %v, want %d", got, err, want)
			}
		}
		if st.Dialect() != store.PostgreSQL {
			return
		}
		var kept int
		read, _ := st.Pools()
		if err := read.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '% AS fresh'").Scan(&kept); err != nil || kept != 0 {
			t.Errorf("%d statements are kept, %v", kept, err)
		}
	})
}
