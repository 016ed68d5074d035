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
		found, err := iam.FindAccount(tx.DB(), string(account))
		if err != nil {
			return err
		}
		if found != account {
			found = ""
		}
		m, _, err := OfIn(tx, tx.Caller.Account)
		if err != nil {
			return err
		}
		if err := s.sharing.MemberJoinsIn(tx, m.Organization.ID, found); err != nil {
			return err
		}
		organization, err := managed(tx, ActionInvite)
		if err != nil {
			return err
		}
		tx.As("joinOrganization")
		if found == "" {
			return fault.New(fault.NotFound, "ORG.1901", "No account has this ID.")
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
		if err := join(tx, organization, units, account, to.ID, Created); err != nil {
			return err
		}
		return s.sharing.MemberJoinedIn(tx, organization.toOrganization(), account)
	})
	if store.Duplicate(err) {
		return fault.New(fault.Conflict, "", "The account is in an organization already.")
	}
	if err != nil {
		return fmt.Errorf("add member: %w", err)
	}
	return nil
}
