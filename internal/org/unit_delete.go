package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// DeleteUnit deletes a unit that is empty of accounts and units. Shares to it lose it.
//
// Errors: NotFound, also for the root; State when something is in it; Forbidden for other
// accounts than the management account.
func (s *Service) DeleteUnit(ctx context.Context, caller iam.Caller, unit UnitID) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managedThing(tx, ActionDeleteUnit, errNoUnit)
		if err != nil {
			return err
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		gone, ok := units[string(unit)]
		if !ok || gone.Parent == nil {
			return errNoUnit
		}
		for _, u := range units {
			if u.Parent != nil && *u.Parent == gone.ID {
				return fault.New(fault.State, "", fmt.Sprintf("%s still holds the unit %s. Move or delete that first.", gone.Name, u.Name))
			}
		}
		var inside []string
		if err := tx.DB().Table("org_memberships").Where("organization_id = ? AND unit_id = ?", organization.ID, gone.ID).Limit(1).Pluck("account_id", &inside).Error; err != nil {
			return fmt.Errorf("read members of %s: %w", gone.ID, err)
		}
		if len(inside) > 0 {
			return fault.New(fault.State, "", fmt.Sprintf("%s still holds accounts. Move them to another unit first.", gone.Name))
		}
		tx.Detail("unit", gone.ID)
		tx.Detail("name", gone.Name)
		if err := tx.DB().Where("id = ?", gone.ID).Delete(&unitRow{}).Error; err != nil {
			return err
		}
		return s.sharing.UnitDeletedIn(tx, OrganizationID(organization.ID), gone.URN)
	})
	if err != nil {
		return fmt.Errorf("delete organizational unit: %w", err)
	}
	return nil
}
