package iam

import "fmt"

// Reach is one of the principals by which a share can come to an account: its own ID, the
// units above it, its organization.
type Reach struct {
	Kind      string `gorm:"column:kind"`
	Principal string `gorm:"column:principal"`
}

// ReachOf reads the principals that the caller's account answers to, by themselves: a
// statement with a part for each that there could be takes PostgreSQL longer to plan than
// to read. One query.
func ReachOf(tx *Tx) ([]Reach, error) {
	var list []Reach
	if err := tx.DB().Table("account_reach").Where("account_id = ?", string(tx.Caller.Account)).Order("kind, principal").Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("read what the account answers to: %w", err)
	}
	return list, nil
}
