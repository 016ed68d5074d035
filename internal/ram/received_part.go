package ram

import (
	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// lead is what the live associations of r, named sp, are read from: all of them, or the few
// that the filter asks for, which lead to their rows.
func (f PartFilter) lead(tx *iam.Tx, r iam.Reach) *gorm.DB {
	now, soon := store.At(tx.Now), store.At(tx.Now.Add(EndsSoon))
	switch {
	case f.Resource != "":
		return tx.DB().Table("offered_paths AS o CROSS JOIN share_principals AS sp").
			Where("o.kind = ? AND o.principal = ? AND o.key_id = ? AND sp.id = o.association_id", r.Kind, r.Principal, store.QueryID(f.Resource))
	case f.Ending:
		return tx.DB().Table(`(SELECT id FROM share_principals WHERE kind = ? AND principal = ? AND status = 'associated' AND ends_at > ? AND ends_at <= ?
	UNION SELECT id FROM share_principals WHERE kind = ? AND principal = ? AND status = 'associated' AND share_ends_at > ? AND share_ends_at <= ?) AS soon CROSS JOIN share_principals AS sp`,
			r.Kind, r.Principal, now, soon, r.Kind, r.Principal, now, soon).Where("sp.id = soon.id")
	}
	return tx.DB().Table("share_principals AS sp")
}

// holding is the condition that a share, whose ID is in column, holds a key as asked for.
func (f PartFilter) holding(column string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if f.Resource != "" {
			db = db.Where(column+" IN (SELECT share_id FROM share_resources WHERE key_id = ? AND ended_at IS NULL)", store.QueryID(f.Resource))
		}
		return db.Scopes(f.inRegion(column))
	}
}

// inRegion is the part of holding about the region. It is asked of each share in turn: of
// the few regions, most shares hold a key of one.
func (f PartFilter) inRegion(column string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if f.Region != "" {
			db = db.Where("(SELECT 1 FROM share_resources AS h WHERE h.share_id = "+column+" AND h.region = ? AND h.ended_at IS NULL LIMIT 1) IS NOT NULL", f.Region)
		}
		return db
	}
}

// held is holding for an association sp that ended: what came into the share later, or had left
// it before, is not for whoever was out by then or not yet in.
func (f PartFilter) held(db *gorm.DB) *gorm.DB {
	const then = "h.share_id = sp.share_id AND h.created_at <= sp.ended_at AND (h.ended_at IS NULL OR h.ended_at >= sp.ended_at)"
	if f.Resource != "" {
		db = db.Where("(SELECT 1 FROM share_resources AS h WHERE h.key_id = ? AND "+then+" LIMIT 1) IS NOT NULL", store.QueryID(f.Resource))
	}
	if f.Region != "" {
		db = db.Where("(SELECT 1 FROM share_resources AS h WHERE h.region = ? AND "+then+" LIMIT 1) IS NOT NULL", f.Region)
	}
	return db
}

// ending is the condition that the last path of a share to the caller's account ends soon.
// Then the one by which it is listed does.
func (f PartFilter) ending(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if !f.Ending {
			return db
		}
		account, now, soon := string(tx.Caller.Account), store.At(tx.Now), store.At(tx.Now.Add(EndsSoon))
		return db.Where(lastEnd+" <= ?", account, now, soon)
	}
}
