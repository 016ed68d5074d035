package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// MoveMember puts a member into another unit, which may be the root. What is shared with its
// units follows.
//
// Errors: Invalid with the field unit when that is empty; NotFound for an account that is no member and an unknown unit; Forbidden for
// other accounts than the management account.
func (s *Service) MoveMember(ctx context.Context, caller iam.Caller, account iam.AccountID, unit UnitID) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managedThing(tx, ActionMove, ErrNoMember)
		if err != nil {
			return err
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		if unit == "" { // the root has an ID: nobody is moved out of all units by what a form lacks
			return fault.InField("unit", "", "Choose where the account goes.")
		}
		to, err := unitOrRoot(units, unit)
		if err != nil {
			return err
		}
		moved := tx.DB().Table("org_memberships").Where("account_id = ? AND organization_id = ?", string(account), organization.ID).Update("unit_id", to.ID)
		if err := store.Changed(moved, ErrNoMember); err != nil {
			return err
		}
		tx.CopyTo(account)
		tx.Detail("account", string(account))
		tx.Detail("unit", to.ID)
		return place(tx, account, organization, units, to.ID)
	})
	if err != nil {
		return fmt.Errorf("move member: %w", err)
	}
	return nil
}
