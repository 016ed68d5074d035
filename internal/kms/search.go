package kms

import (
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// ownedBy is a condition for the start of the owner's account ID, or of its name in any
// case. Few owners share with one account, so no index has to serve the name.
func ownedBy(search string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if search == "" {
			return db
		}
		return db.Where("("+ownerStarts+")", ownerArgs(search)...)
	}
}

// keyOrOwner is store.NameOrID and ownedBy in one: either matches.
func keyOrOwner(search string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		lower := strings.ToLower(strings.TrimSpace(search))
		if lower == "" || store.BeginsID(lower) {
			return db.Scopes(store.NameOrID("kc.name_lower", "kc.id", lower))
		}
		return db.Where("((kc.name_lower >= ? AND kc.name_lower < ?) OR "+ownerStarts+")", append([]any{lower, lower + last}, ownerArgs(search)...)...)
	}
}

const (
	ownerStarts = "(lower(an.name) >= ? AND lower(an.name) < ?) OR (kc.account_id >= ? AND kc.account_id < ?)"
	last        = "\U0010FFFF"
)

func ownerArgs(search string) []any {
	lower := strings.ToLower(strings.TrimSpace(search))
	return []any{lower, lower + last, lower, lower + last}
}

// being is a condition for what a key is; empty arguments allow all. prefix is of the
// columns: a table's alias with its dot, or empty.
func being(prefix string, spec Spec, usage Usage, origin Origin) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if spec != "" {
			db = db.Where(prefix+"spec = ?", string(spec))
		}
		if usage != "" {
			db = db.Where(prefix+"usage = ?", string(usage))
		}
		if origin != "" {
			db = db.Where(prefix+"origin = ?", string(origin))
		}
		return db
	}
}
