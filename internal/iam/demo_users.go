package iam

import (
	"context"
	"fmt"
)

// DemoUser is an identity of the demo world that one click signs in as.
type DemoUser struct {
	ID          UserID
	Name        string
	Kind        UserKind
	Account     AccountID
	AccountName string
	Policies    []string // sorted; a root user holds none

	Organization string // empty outside of any organization
	Unit         string // empty for an account that stands in the root
	Management   bool   // the account manages the organization
}

// DemoUsers lists the enabled users of the demo world: by organization, unit and account,
// the management account first, accounts outside last; the root user first of each account.
func (s *Service) DemoUsers(ctx context.Context) ([]DemoUser, error) {
	var rows []struct {
		ID           string  `gorm:"column:id"`
		Name         string  `gorm:"column:name"`
		Kind         string  `gorm:"column:kind"`
		AccountID    string  `gorm:"column:account_id"`
		AccountName  string  `gorm:"column:account_name"`
		Organization *string `gorm:"column:organization_name"`
		Unit         *string `gorm:"column:unit_name"`
		UnitParent   *string `gorm:"column:unit_parent_id"`
		Manager      *string `gorm:"column:management_account_id"`
		Policy       *string `gorm:"column:policy"`
	}
	err := s.st.Read(ctx).Raw(`SELECT u.id, u.name, u.kind, a.id AS account_id, a.name AS account_name,
	p.organization_name, p.unit_name, p.unit_parent_id, p.management_account_id, up.policy
FROM users u JOIN accounts a ON a.id = u.account_id
LEFT JOIN account_places p ON p.account_id = a.id
LEFT JOIN user_policies up ON up.user_id = u.id
WHERE a.demo = ? AND u.state = 'enabled'
ORDER BY CASE WHEN p.organization_name IS NULL THEN 1 ELSE 0 END, p.organization_name,
	CASE WHEN p.unit_parent_id IS NULL THEN 0 ELSE 1 END, p.unit_name,
	CASE WHEN p.management_account_id = a.id THEN 0 ELSE 1 END, a.name, a.id, CASE u.kind WHEN 'root' THEN 0 ELSE 1 END, u.name, u.id, up.policy
LIMIT 1000`, true).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list users of the demo world: %w", err)
	}
	var list []DemoUser
	for _, r := range rows {
		if n := len(list); n == 0 || list[n-1].ID != UserID(r.ID) {
			u := DemoUser{ID: UserID(r.ID), Name: r.Name, Kind: UserKind(r.Kind), Account: AccountID(r.AccountID), AccountName: r.AccountName}
			if r.Organization != nil {
				u.Organization = *r.Organization
				u.Management = r.Manager != nil && *r.Manager == r.AccountID
			}
			if r.Unit != nil && r.UnitParent != nil {
				u.Unit = *r.Unit
			}
			list = append(list, u)
		}
		if r.Policy != nil {
			last := &list[len(list)-1]
			last.Policies = append(last.Policies, *r.Policy)
		}
	}
	return list, nil
}
