package org

import (
	"cmp"
	"fmt"
	"slices"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// OfIn finds the organization of an account; ok is false when it is in none.
func OfIn(tx *iam.Tx, account iam.AccountID) (m Membership, ok bool, err error) {
	var row organizationRow
	var unit string
	found := tx.DB().Raw(`SELECT o.id, o.urn, o.management_account_id, o.name, o.sharing_enabled, o.sharing_epoch, m.unit_id
FROM org_memberships m JOIN organizations o ON o.id = m.organization_id WHERE m.account_id = ?`, string(account)).Row()
	err = found.Scan(&row.ID, &row.URN, &row.Management, &row.Name, &row.Sharing, &row.Epoch, &unit)
	if store.NotFound(err) {
		return Membership{}, false, nil
	}
	if err != nil {
		return Membership{}, false, fmt.Errorf("read organization of %s: %w", account, err)
	}
	return Membership{Organization: row.toOrganization(), Unit: UnitID(unit)}, true, nil
}

// LockOfIn is OfIn for an act that relies on the answer: the organization, and whether
// account and others are in it, stand still until the transaction ends.
func LockOfIn(tx *iam.Tx, account iam.AccountID, others []iam.AccountID) (o Organization, ok bool, err error) {
	m, ok, err := OfIn(tx, account)
	if err != nil || !ok {
		return Organization{}, false, err
	}
	var row organizationRow
	if err := store.ForShare(tx.DB()).Where("id = ?", string(m.Organization.ID)).Take(&row).Error; err != nil {
		return Organization{}, false, fmt.Errorf("lock organization: %w", err)
	}
	var members []membershipRow
	err = store.ForShare(tx.DB()).Where("organization_id = ? AND account_id IN ?", row.ID, append([]iam.AccountID{account}, others...)).
		Order("account_id").Find(&members).Error
	if err != nil {
		return Organization{}, false, fmt.Errorf("lock memberships: %w", err)
	}
	// The account may have left while we waited for the lock.
	still := slices.ContainsFunc(members, func(m membershipRow) bool { return m.Account == string(account) })
	return row.toOrganization(), still, nil
}

// UnitsIn gives the names of those of the units, named by URN, that the organization
// has, its root included.
func UnitsIn(tx *iam.Tx, organization OrganizationID, urns []string) (map[string]string, error) {
	names := map[string]string{}
	if len(urns) == 0 {
		return names, nil
	}
	var rows []unitRow
	if err := tx.DB().Where("organization_id = ? AND urn IN ?", string(organization), urns).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read units of %s: %w", organization, err)
	}
	for _, r := range rows {
		names[r.URN] = r.Name
	}
	return names, nil
}

// TreeIn gives the organization from its root down: to its management account always,
// to members while sharing is on.
//
// Errors: State (RAM.1013) for a member while sharing is off.
func TreeIn(tx *iam.Tx, o Organization) (Tree, error) {
	if !o.SharingEnabled && tx.Caller.Account != o.Management {
		return Tree{}, errTreeHidden
	}
	units, err := unitsOf(tx.DB(), string(o.ID))
	if err != nil {
		return Tree{}, err
	}
	var accounts []struct {
		ID   string `gorm:"column:id"`
		Name string `gorm:"column:name"`
		Unit string `gorm:"column:unit_id"`
	}
	err = tx.DB().Table("org_memberships AS m").Joins("JOIN account_names n ON n.id = m.account_id").Where("m.organization_id = ?", string(o.ID)).
		Select("n.id, n.name, m.unit_id").Order("n.name, n.id").Scan(&accounts).Error
	if err != nil {
		return Tree{}, fmt.Errorf("read members of %s: %w", o.ID, err)
	}
	members := map[string][]Member{}
	for _, a := range accounts {
		members[a.Unit] = append(members[a.Unit], Member{ID: iam.AccountID(a.ID), Name: a.Name, Management: iam.AccountID(a.ID) == o.Management})
	}
	below := map[string][]unitRow{}
	root, err := unitOrRoot(units, "")
	if err != nil {
		return Tree{}, err
	}
	for _, u := range units {
		if u.Parent != nil {
			below[*u.Parent] = append(below[*u.Parent], u)
		}
	}
	var build func(u unitRow) Unit
	build = func(u unitRow) Unit {
		unit := Unit{ID: UnitID(u.ID), URN: u.URN, Name: u.Name, Root: u.Parent == nil, Accounts: members[u.ID]}
		if unit.Root {
			unit.URN = o.URN
		}
		slices.SortFunc(below[u.ID], func(a, b unitRow) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		for _, child := range below[u.ID] {
			unit.Units = append(unit.Units, build(child))
		}
		return unit
	}
	return Tree{Organization: o, Root: build(root)}, nil
}

// Size counts the accounts in the unit and below it.
func (u Unit) Size() int {
	n := len(u.Accounts)
	for _, child := range u.Units {
		n += child.Size()
	}
	return n
}

// Find gives the unit with this URN, in the unit or below it.
func (u Unit) Find(urn string) (Unit, bool) {
	if u.URN == urn {
		return u, true
	}
	for _, child := range u.Units {
		if found, ok := child.Find(urn); ok {
			return found, true
		}
	}
	return Unit{}, false
}

// Path gives the units from this one down to the first that is meant, both included; nil
// when none is.
func (u Unit) Path(meant func(Unit) bool) []Unit {
	if meant(u) {
		return []Unit{u}
	}
	for _, child := range u.Units {
		if below := child.Path(meant); below != nil {
			return append([]Unit{u}, below...)
		}
	}
	return nil
}

// Holds reports whether the account is in the unit or below it.
func (u Unit) Holds(account iam.AccountID) bool {
	return slices.ContainsFunc(u.Accounts, func(m Member) bool { return m.ID == account }) ||
		slices.ContainsFunc(u.Units, func(child Unit) bool { return child.Holds(account) })
}
