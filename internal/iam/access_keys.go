package iam

import (
	"strconv"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// PathsShown is how many paths of one key a page shows: an account can be reached by as many
// shares of one key as there are.
const PathsShown = 20

// fence is a limit beyond what there is. A part of a statement that has one is planned by
// itself: together with key_access, PostgreSQL would plan for longer than it reads.
var fence = " LIMIT " + strconv.Itoa(1_000_000)

// LiveAccessTo is LiveAccess for the keys that a query gives in its column key_id, and for
// one account; the query is named a. Each key is looked up by itself. Of those that come to
// one principal by more than PathsShown shares, it gives the first PathsShown + 1 by ID.
func LiveAccessTo(keys *gorm.DB, now time.Time, account AccountID) func(*gorm.DB) *gorm.DB {
	const (
		same   = "o.kind = ar.kind AND o.principal = ar.principal AND o.key_id = a.key_id"
		others = "(SELECT o.share_id FROM offered_paths AS o WHERE " + same + " ORDER BY o.share_id LIMIT 1 OFFSET ?)"
		living = "(SELECT o.share_id FROM offered_paths AS o WHERE " + same + ` AND (SELECT 1 FROM key_access AS ka
	WHERE ka.key_id = o.key_id AND ka.association_id = o.association_id AND ka.account_id = ? AND (ka.ends_at IS NULL OR ka.ends_at > ?) LIMIT 1) IS NOT NULL ORDER BY o.share_id LIMIT 1 OFFSET ?)`
		all = "'ffffffff-ffff-ffff-ffff-ffffffffffff'"
	)
	return func(tx *gorm.DB) *gorm.DB {
		end := store.At(now)
		offers, paths, args := "offered_paths", "key_access", []any{PathsShown, string(account), end, PathsShown, keys, string(account)}
		if tx.Name() == string(store.PostgreSQL) { // or else it would read whole tables for a page of keys, and of one key all ways, not those up to until
			offers = "LATERAL (SELECT * FROM offered_paths AS o WHERE o.kind = a.kind AND o.principal = a.principal AND o.key_id = a.key_id AND o.share_id <= a.until ORDER BY o.share_id)"
			paths, args = "LATERAL (SELECT * FROM key_access AS p WHERE p.association_id = a.way AND p.key_id = a.key_id AND p.account_id = ? OFFSET 0)", append(args, string(account))
		}
		return tx.Table("(SELECT a.*, e.association_id AS way FROM (SELECT a.*, ar.kind, ar.principal, CASE WHEN "+others+" IS NULL THEN "+all+" ELSE coalesce("+living+", "+all+") END AS until"+
			" FROM (?) AS a CROSS JOIN account_reach AS ar WHERE ar.account_id = ?"+fence+") AS a CROSS JOIN "+offers+" AS e"+
			" WHERE e.kind = a.kind AND e.principal = a.principal AND e.key_id = a.key_id AND e.share_id <= a.until"+fence+") AS a CROSS JOIN "+paths+" AS ka", args...).
			Where("ka.key_id = a.key_id AND ka.association_id = a.way AND ka.account_id = ? AND (ka.ends_at IS NULL OR ka.ends_at > ?)", string(account), end)
	}
}

// LiveOffer is a condition on rows o of offered_keys: a live association lp brings the key to
// the account by that principal, and the key is there. It finds candidates, as the offers do:
// whoever shows a key asks key_access about it. narrow asks more of the association. The
// condition asks by value, in a form that PostgreSQL expects to hold for most: else it would
// read all paths, or all offers, of the account first.
func LiveOffer(tx *Tx, narrow func(*gorm.DB) *gorm.DB) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		path := tx.DB().Table("(SELECT e.association_id FROM offered_paths AS e WHERE e.kind = o.kind AND e.principal = o.principal AND e.key_id = o.key_id"+fence+") AS e CROSS JOIN live_principals AS lp").
			Select("1").Where("lp.association_id = e.association_id AND lp.account_id = ? AND (lp.ends_at IS NULL OR lp.ends_at > ?)", string(tx.Caller.Account), store.At(tx.Now))
		return db.Where("o.state <> 'deleted' AND (?) IS NOT NULL", path.Scopes(narrow).Limit(1))
	}
}
