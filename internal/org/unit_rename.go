package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// RenameUnit gives a unit another name. Shares name units by URN, which stays.
//
// Errors: Invalid with the field name; NotFound, also for the root, which bears the
// organization's name; Forbidden for other accounts than the management account.
func (s *Service) RenameUnit(ctx context.Context, caller iam.Caller, unit UnitID, name string) error {
	if !unitName.MatchString(name) {
		return fault.InField("name", "", badName)
	}
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managedThing(tx, ActionRenameUnit, errNoUnit)
		if err != nil {
			return err
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		u, ok := units[string(unit)]
		if !ok || u.Parent == nil {
			return errNoUnit
		}
		tx.Detail("unit", u.ID)
		if u.Name == name {
			return nil
		}
		if err := nameFree(units, *u.Parent, name); err != nil {
			return err
		}
		renamed := tx.DB().Table("org_units").Where("id = ? AND organization_id = ?", u.ID, organization.ID).Update("name", name)
		return store.Changed(renamed, errNoUnit)
	})
	if err != nil {
		return fmt.Errorf("rename organizational unit: %w", err)
	}
	return nil
}
