package keyuse

import (
	"gorm.io/gorm"

	"sharedkms/internal/iam"
)

// LosesOrganizationIn tells what stops when an organization carries no sharing any more;
// or, with a member, none from and to that one. Things of the caller's account come by
// name, those of others by count. What another live path keeps is not among them.
func LosesOrganizationIn(tx *iam.Tx, organization string, member iam.AccountID) (Impact, error) {
	carried := "ka.association_id IN (SELECT id FROM share_principals_made WHERE organization_id = ?)"
	args := []any{organization}
	if member != "" {
		carried += " AND (ka.account_id = ? OR ka.share_id IN (SELECT id FROM share_cards WHERE account_id = ?))"
		args = append(args, string(member), string(member))
	}
	path := func(condition string) *gorm.DB {
		return tx.DB().Scopes(iam.LiveAccess(tx.Now)).Where(condition, args...)
	}
	same := func(db *gorm.DB) *gorm.DB {
		return db.Select("1").Where("ka.account_id = u.account_id AND ka.key_id = u.key_id AND ka.user_id IS NULL")
	}
	return read(tx, tx.Caller.Account, func(db *gorm.DB) *gorm.DB {
		return db.Where("u.key_id IN (?)", path(carried).Select("ka.key_id")).
			Where("EXISTS (?)", same(path(carried))).
			Where("NOT EXISTS (?)", same(path("NOT ("+carried+")")))
	})
}
