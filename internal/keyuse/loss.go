package keyuse

import (
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
)

// Ending names the paths that an act would end: one association of a share, or some of
// its associations and keys, or all of the share when none is named.
type Ending struct {
	Share        string
	Association  string
	Associations []string // all paths of these end; without Share they may be of several
	Keys         []string // and all paths to these
	Shares       []string // all paths of these, instead of the above
}

func (e Ending) through() (string, []any) {
	switch {
	case len(e.Shares) > 0:
		return "ka.share_id IN ?", []any{e.Shares}
	case e.Association != "":
		return "ka.share_id = ? AND ka.association_id = ?", []any{e.Share, e.Association}
	case e.Share == "" && len(e.Associations) > 0:
		return "ka.association_id IN ?", []any{e.Associations}
	case len(e.Associations) > 0 && len(e.Keys) > 0:
		return "ka.share_id = ? AND (ka.association_id IN ? OR ka.key_id IN ?)", []any{e.Share, e.Associations, e.Keys}
	case len(e.Associations) > 0:
		return "ka.share_id = ? AND ka.association_id IN ?", []any{e.Share, e.Associations}
	case len(e.Keys) > 0:
		return "ka.share_id = ? AND ka.key_id IN ?", []any{e.Share, e.Keys}
	}
	return "ka.share_id = ?", []any{e.Share}
}

// Loss is what an ending would stop: Impact holds the things whose key has no other
// live path, Kept the ids of the keys that another path keeps usable for account.
type Loss struct {
	Impact
	Kept []string
}

// LosesIn tells what stops when the paths of ends are gone: things of account that
// use one of the keys through such a path and have no other live one. An empty account
// means every account but the caller's, by count; Kept is then empty.
func LosesIn(tx *iam.Tx, account iam.AccountID, keyIDs []string, ends Ending) (Loss, error) {
	if len(keyIDs) == 0 {
		return Loss{}, nil
	}
	through, args := ends.through()
	path := func(condition string, args ...any) *gorm.DB {
		return tx.DB().Scopes(iam.LiveAccess(tx.Now)).Select("1").Limit(1).
			Where("ka.account_id = u.account_id AND ka.key_id = u.key_id AND ka.user_id IS NULL").Where(condition, args...)
	}
	impact, err := read(tx, account, func(db *gorm.DB) *gorm.DB {
		db = db.Where("u.key_id IN ?", keyIDs)
		if account != "" {
			db = db.Where("u.account_id = ?", string(account))
		} else {
			db = db.Where("u.account_id <> ?", string(tx.Caller.Account))
		}
		return db.Where("1 = (?)", path(through, args...)).Where("(?) IS NULL", path("NOT ("+through+")", args...))
	})
	if err != nil || account == "" {
		return Loss{Impact: impact}, err
	}
	loss := Loss{Impact: impact}
	// Each key asks for one other path, and reads no more of them: by value, because for an
	// EXISTS PostgreSQL would read all paths of the account.
	other := tx.DB().Scopes(iam.LiveAccess(tx.Now)).Select("1").Limit(1).Where("ka.account_id = ? AND ka.key_id = k.id AND ka.user_id IS NULL", string(account)).Where("NOT ("+through+")", args...)
	err = tx.DB().Table("key_cards AS k").Where("k.id IN ?", keyIDs).Where("1 = (?)", other).Order("k.id").Pluck("k.id", &loss.Kept).Error
	if err != nil {
		return Loss{}, fmt.Errorf("read other paths to keys: %w", err)
	}
	return loss, nil
}
