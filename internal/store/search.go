package store

import (
	"regexp"
	"strings"

	"gorm.io/gorm"
)

// Prefix is a condition for a case-insensitive prefix of column, which holds
// lower-case text in byte order, so that an index on it serves.
func Prefix(column, lower string) func(*gorm.DB) *gorm.DB {
	return func(tx *gorm.DB) *gorm.DB {
		if lower == "" {
			return tx
		}
		return tx.Where(column+" >= ? AND "+column+" < ?", lower, lower+"\U0010FFFF")
	}
}

// NameOrID is a condition for the start of a name in any case, in column name as Prefix
// wants it, or of a UUID in column id. What looks like the start of an ID is one.
func NameOrID(name, id, search string) func(*gorm.DB) *gorm.DB {
	search = strings.ToLower(strings.TrimSpace(search))
	if !BeginsID(search) {
		return Prefix(name, search)
	}
	return func(tx *gorm.DB) *gorm.DB {
		if len(search) == len(lowestID) {
			return tx.Where(id+" = ?", search)
		}
		return tx.Where(id+" BETWEEN ? AND ?", search+lowestID[len(search):], search+highestID[len(search):])
	}
}

// NewestSearched is how many of an account's newest rows a search for a part of a name
// reads. No index serves it.
const NewestSearched = 10_000

// Newest is what such a search reads instead of a table, under the table's name or alias:
// its newest rows that the condition lets through, which an index gives in the order of
// created_at, then id.
func Newest(db *gorm.DB, table, condition string, args ...any) *gorm.DB {
	return db.Table(table).Where(condition, args...).Order("created_at DESC, id DESC").Limit(NewestSearched)
}

// Inside is a condition for a part of a name in any case, in column, which holds lower-case
// text.
func Inside(column, part string) func(*gorm.DB) *gorm.DB {
	return func(tx *gorm.DB) *gorm.DB { return tx.Where(column+" LIKE ? ESCAPE '!'", Anywhere(part)) }
}

// Anywhere is the pattern of Inside, for conditions that have more to them.
func Anywhere(part string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(strings.TrimSpace(part))) + "%"
}

// IDSought reports whether NameOrID takes a search for the start of an ID, or a whole one.
func IDSought(search string) bool { return BeginsID(strings.ToLower(strings.TrimSpace(search))) }

// OfAccount is the condition that column holds the account. Where something else leads to
// the rows, as an ID or a tag does, no index serves it: a database that has no statistics,
// or plans for any account, would read all that the account has.
func OfAccount(column, account string, led bool) func(*gorm.DB) *gorm.DB {
	return func(tx *gorm.DB) *gorm.DB {
		if led {
			return tx.Where("CASE WHEN "+column+" = ? THEN 1 ELSE 0 END <> 0", account) // as most do, PostgreSQL expects
		}
		return tx.Where(column+" = ?", account)
	}
}

const (
	lowestID  = "00000000-0000-0000-0000-000000000000"
	highestID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// QueryID makes what was typed into an ID that a query can look for in a column of UUIDs.
// What has not the shape of one finds nothing, at the same cost.
func QueryID[ID ~string](typed ID) string {
	if !IsUUID(string(typed)) {
		return lowestID
	}
	return string(typed)
}

// IsUUID reports whether s has the shape of a UUID in lower case, of any version: that of
// the IDs of keys, shares and secrets.
func IsUUID(s string) bool { return uuidShape.MatchString(s) }

var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// BeginsID reports whether lower-case text is the start of a UUID: eight hexadecimal
// digits and a dash at least, because less may be the start of a name.
func BeginsID(lower string) bool {
	return len(lower) > 8 && len(lower) <= len(lowestID) && IsUUID(lower+lowestID[len(lower):])
}
