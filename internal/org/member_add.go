package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// AddMember puts an account into a unit; an empty unit is the root. It asks the account
// nothing, so it is for whoever runs the console, and no page offers it.
//
// Errors: NotFound for an unknown account or unit; Conflict when the account is in an
// organization; Forbidden for other accounts than the management account.
func (s *Service) AddMember(ctx context.Context, caller iam.Caller, account iam.AccountID, unit UnitID) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managed(tx, actionAddMember)
		if err != nil {
			return err
		}
		var known []string
		if err := tx.DB().Table("account_names").Where("id = ?", string(account)).Pluck("id", &known).Error; err != nil {
			return err
		}
		if len(known) == 0 {
			return fault.New(fault.NotFound, "", "No account has this ID.")
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		to, err := unitOrRoot(units, unit)
		if err != nil {
			return err
		}
		tx.CopyTo(account)
		tx.Detail("account", string(account))
		return join(tx, organization, units, account, to.ID)
	})
	if store.Duplicate(err) {
		return fault.New(fault.Conflict, "", "The account is in an organization already.")
	}
	if err != nil {
		return fmt.Errorf("add member: %w", err)
	}
	return nil
}

// MoveMember puts a member into another unit. What is shared with its units follows.
//
// Errors: NotFound for an account that is no member and an unknown unit; Forbidden for
// other accounts than the management account.
func (s *Service) MoveMember(ctx context.Context, caller iam.Caller, account iam.AccountID, unit UnitID) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managed(tx, actionMove)
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
		if err := store.Changed(moved, fault.New(fault.NotFound, "", "No member of the organization has this ID.")); err != nil {
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
