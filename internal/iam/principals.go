package iam

import (
	"fmt"

	"gorm.io/gorm"
)

// Principal is something a share can name and an account answers to, in canonical
// form: its own account ID, the URN of each OU above it, the URN of its organization.
type Principal struct {
	Kind string // account, ou, organization
	Name string
}

// SetPrincipalsIn replaces what account answers to through its organization; its
// own account ID stays. org calls it in the transaction that moves the account.
func SetPrincipalsIn(tx *gorm.DB, account AccountID, through []Principal) error {
	if err := tx.Exec("DELETE FROM account_principals WHERE account_id = ? AND kind <> 'account'", string(account)).Error; err != nil {
		return fmt.Errorf("clear principals: %w", err)
	}
	for _, p := range through {
		if err := tx.Exec("INSERT INTO account_principals (account_id, kind, principal) VALUES (?, ?, ?)", string(account), p.Kind, p.Name).Error; err != nil {
			return fmt.Errorf("set principals: %w", err)
		}
	}
	return nil
}

// MoveUnitPrincipalsIn changes what all accounts below a unit answer to, when the unit
// moves with all that is in it: the units in leave no longer stand above it, those in
// join do. All are URNs. Its statements do not grow with the accounts.
func MoveUnitPrincipalsIn(tx *gorm.DB, unit string, leave, join []string) error {
	const below = "SELECT account_id FROM account_principals WHERE kind = 'ou' AND principal = ?"
	if len(leave) > 0 {
		if err := tx.Exec("DELETE FROM account_principals WHERE kind = 'ou' AND principal IN ? AND account_id IN ("+below+")", leave, unit).Error; err != nil {
			return fmt.Errorf("take accounts out of units: %w", err)
		}
	}
	for _, above := range join {
		err := tx.Exec("INSERT INTO account_principals (account_id, kind, principal) SELECT account_id, 'ou', CAST(? AS text) FROM account_principals WHERE kind = 'ou' AND principal = ?", above, unit).Error
		if err != nil {
			return fmt.Errorf("put accounts into unit: %w", err)
		}
	}
	return nil
}

// AccountNames reads the names of accounts that the caller may know: those it
// shares with, owns or stands in one organization with. Whether it may is the
// asking service's business. Unknown ids have no entry.
func AccountNames(db *gorm.DB, ids []AccountID) (map[AccountID]string, error) {
	names := make(map[AccountID]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	var rows []struct {
		ID   string `gorm:"column:id"`
		Name string `gorm:"column:name"`
	}
	if err := db.Raw("SELECT id, name FROM accounts WHERE id IN ?", ids).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read account names: %w", err)
	}
	for _, r := range rows {
		names[AccountID(r.ID)] = r.Name
	}
	return names, nil
}
