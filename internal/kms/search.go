package kms

import (
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// nameOrID is a condition for the start of a name, in any case, or of an ID. What looks
// like the start of an ID, eight hexadecimal digits and a dash, is one.
func nameOrID(name, id, search string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		search := strings.ToLower(strings.TrimSpace(search))
		if low, high, ok := idRange(search); ok {
			return db.Where(id+" BETWEEN ? AND ?", low, high)
		}
		return db.Scopes(store.Prefix(name, search))
	}
}

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

// keyOrOwner is nameOrID and ownedBy in one: either matches.
func keyOrOwner(search string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		lower := strings.ToLower(strings.TrimSpace(search))
		if _, _, ok := idRange(lower); ok || lower == "" {
			return db.Scopes(nameOrID("kc.name_lower", "kc.id", lower))
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

// idRange gives the lowest and highest UUID that begin with text.
func idRange(text string) (low, high string, ok bool) {
	if len(text) < 9 || len(text) > 36 || !iam.IsUUID(text+noID[len(text):]) {
		return "", "", false
	}
	return text + noID[len(text):], text + "ffffffff-ffff-ffff-ffff-ffffffffffff"[len(text):], true
}
