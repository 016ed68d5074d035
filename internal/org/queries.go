package org

import (
	"crypto/rand"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

type organizationRow struct {
	ID         string     `gorm:"column:id"`
	URN        string     `gorm:"column:urn"`
	Management string     `gorm:"column:management_account_id"`
	Name       string     `gorm:"column:name"`
	Sharing    bool       `gorm:"column:sharing_enabled"`
	Epoch      int64      `gorm:"column:sharing_epoch"`
	CreatedAt  store.Time `gorm:"column:created_at"`
}

// TableName names the table.
func (organizationRow) TableName() string { return "organizations" }

func (r organizationRow) toOrganization() Organization {
	return Organization{
		ID: OrganizationID(r.ID), URN: r.URN, Name: r.Name, Management: iam.AccountID(r.Management),
		SharingEnabled: r.Sharing, SharingEpoch: r.Epoch,
	}
}

type unitRow struct {
	ID           string     `gorm:"column:id"`
	Organization string     `gorm:"column:organization_id"`
	Parent       *string    `gorm:"column:parent_id"`
	URN          string     `gorm:"column:urn"`
	Name         string     `gorm:"column:name"`
	CreatedAt    store.Time `gorm:"column:created_at"`
}

// TableName names the table.
func (unitRow) TableName() string { return "org_units" }

type membershipRow struct {
	Account      string     `gorm:"column:account_id"`
	Organization string     `gorm:"column:organization_id"`
	Unit         string     `gorm:"column:unit_id"`
	JoinedAt     store.Time `gorm:"column:joined_at"`
	Method       string     `gorm:"column:join_method"`
}

// TableName names the table.
func (membershipRow) TableName() string { return "org_memberships" }

// ErrNoOrganization answers a caller whose account is in no organization (RAM.1802), and
// ErrNoMember one who names an account that is not in its organization.
var (
	ErrNoOrganization = fault.New(fault.State, "RAM.1802", "This account is in no organization. Create one, or ask the management account of one to invite this account.")
	ErrNoMember       = fault.New(fault.NotFound, "ORG.1901", "No member of the organization has this ID.")
)

// NotManagementIn refuses a caller of o whose account is not the management account, and
// names that (RAM.1801).
func NotManagementIn(tx *iam.Tx, o Organization) error {
	names, err := iam.AccountNames(tx.DB(), []iam.AccountID{o.Management})
	if err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "RAM.1801", fmt.Sprintf("Only the management account of the organization, %s, can do this. Ask somebody of that account.", names[o.Management]))
}

// managed locks the organization that the caller's account manages, so that switch and
// tree stand still, and decides action on it.
func managed(tx *iam.Tx, action iam.Action) (organizationRow, error) {
	var row organizationRow
	err := store.ForUpdate(tx.DB()).Where("management_account_id = ?", string(tx.Caller.Account)).Take(&row).Error
	if err != nil && !store.NotFound(err) {
		return organizationRow{}, fmt.Errorf("read organization: %w", err)
	}
	id := row.ID
	if id == "" {
		id = "*"
	}
	if err := tx.Allow(action, urn(tx.Caller.Account, "organization", id)); err != nil {
		return organizationRow{}, err
	}
	if row.ID != "" {
		return row, nil
	}
	m, ok, err := OfIn(tx, tx.Caller.Account)
	switch {
	case err != nil:
		return organizationRow{}, err
	case !ok:
		return organizationRow{}, ErrNoOrganization
	}
	return organizationRow{}, NotManagementIn(tx, m.Organization)
}

// managedThing is managed for an act on something named by its ID: to an account in no
// organization it is missing, whatever its ID.
func managedThing(tx *iam.Tx, action iam.Action, missing error) (organizationRow, error) {
	row, err := managed(tx, action)
	if isNoOrganization(err) {
		return row, missing
	}
	return row, err
}

// lockOrganization takes the row of an organization, which may be gone: ok is false then.
func lockOrganization(tx *iam.Tx, id string) (row organizationRow, ok bool, err error) {
	err = store.ForUpdate(tx.DB()).Where("id = ?", id).Take(&row).Error
	if store.NotFound(err) {
		return row, false, nil
	}
	if err != nil {
		return row, false, fmt.Errorf("lock organization %s: %w", id, err)
	}
	return row, true, nil
}

func membershipOf(db *gorm.DB, account iam.AccountID) (membershipRow, error) {
	var row membershipRow
	err := db.Where("account_id = ?", string(account)).Take(&row).Error
	if store.NotFound(err) {
		return row, ErrNoOrganization
	}
	if err != nil {
		return row, fmt.Errorf("read membership of %s: %w", account, err)
	}
	return row, nil
}

// unitsOf reads all units of an organization, 1,000 at most.
func unitsOf(db *gorm.DB, organization string) (map[string]unitRow, error) {
	var rows []unitRow
	if err := db.Where("organization_id = ?", organization).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read units of %s: %w", organization, err)
	}
	units := make(map[string]unitRow, len(rows))
	for _, r := range rows {
		units[r.ID] = r
	}
	return units, nil
}

// place writes what an account in unit answers to: each OU above it and the
// organization. The root answers as the organization.
func place(tx *iam.Tx, account iam.AccountID, organization organizationRow, units map[string]unitRow, unit string) error {
	through := []iam.Principal{{Kind: "organization", Name: organization.URN}}
	for u, ok := units[unit]; ok && u.Parent != nil; u, ok = units[*u.Parent] {
		through = append(through, iam.Principal{Kind: "ou", Name: u.URN})
	}
	return iam.SetPrincipalsIn(tx.DB(), account, through)
}

var (
	errNoUnit     = fault.New(fault.NotFound, "ORG.1902", "No organizational unit with this ID exists in the organization.")
	errTreeHidden = fault.New(fault.State, "RAM.1013", "Sharing with the organization is off. Ask its management account to turn it on.")
)

func urn(management iam.AccountID, kind, id string) iam.URN {
	return iam.URN{Service: "organizations", Account: management, Type: kind, ID: id}
}

// randomID is prefix and n letters or digits.
func randomID(prefix string, n int) string {
	const letters = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return prefix + string(b)
}

func isNoOrganization(err error) bool { return errors.Is(err, ErrNoOrganization) }
