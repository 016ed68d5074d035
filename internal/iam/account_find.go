package iam

import (
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// FindAccount gives the account with this ID, or else this name in any case; empty when
// there is none. Whether the caller may learn that is the asking service's business.
func FindAccount(db *gorm.DB, idOrName string) (AccountID, error) {
	condition := "name_lower = ?"
	if IsAccountID(idOrName) {
		condition = "id = ?"
	}
	var ids []string
	if err := db.Raw("SELECT id FROM accounts WHERE "+condition, strings.ToLower(idOrName)).Scan(&ids).Error; err != nil {
		return "", fmt.Errorf("find account: %w", err)
	}
	if len(ids) == 0 {
		return "", nil
	}
	return AccountID(ids[0]), nil
}
