package org

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// MoveMember puts a member into another unit. What is shared with its units follows.
//
// Errors: NotFound for an account that is no member and an unknown unit; Forbidden for
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
