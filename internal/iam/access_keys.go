package iam

import (
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// LiveAccessTo is LiveAccess for the keys that a query gives in its column key_id; the query
// is named a. Each key is looked up by itself, which SQLite would else not do when the
// account can use many.
func LiveAccessTo(keys *gorm.DB, now time.Time) func(*gorm.DB) *gorm.DB {
	return func(tx *gorm.DB) *gorm.DB {
		return tx.Table("(?) AS a CROSS JOIN key_access AS ka", keys).Where("ka.key_id = a.key_id AND (ka.ends_at IS NULL OR ka.ends_at > ?)", store.At(now))
	}
}
