package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// A statement that is asked again while its rows are still read, after a table it reads
// has changed its shape, and after an error, answers as a new one would.
func TestKeptStatements(t *testing.T) {
	ctx := context.Background()
	st, err := store.Open(ctx, store.Config{File: filepath.Join(t.TempDir(), "console.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	const insert, list = "INSERT INTO instance (name, value) VALUES (?, 'x')", "SELECT * FROM instance WHERE name LIKE 'kept-%' ORDER BY name"
	err = st.Write(ctx, func(tx *gorm.DB) error {
		for _, name := range []string{"kept-1", "kept-2"} {
			if err := tx.Exec(insert, name).Error; err != nil {
				return err
			}
		}
		if err := tx.Exec(insert, "kept-1").Error; !store.Duplicate(err) {
			t.Errorf("the same name again: %v", err)
		}
		outer, err := tx.Raw(list).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = outer.Close() }()
		n := 0
		for outer.Next() {
			var inner []map[string]any
			if err := tx.Raw(list).Scan(&inner).Error; err != nil || len(inner) != 2 {
				t.Errorf("asked inside of itself: %d rows, %v", len(inner), err)
			}
			n++
		}
		if n != 2 {
			t.Errorf("the outer one gave %d rows", n)
		}
		return outer.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Write(ctx, func(tx *gorm.DB) error { return tx.Exec("ALTER TABLE instance ADD COLUMN more TEXT").Error }); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := st.Write(ctx, func(tx *gorm.DB) error { return tx.Raw(list).Scan(&rows).Error }); err != nil {
		t.Fatal(err)
	}
	if _, there := rows[0]["more"]; len(rows) != 2 || !there {
		t.Errorf("after the table changed: %v", rows)
	}
}
