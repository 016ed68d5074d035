package org

import (
	"context"
	"fmt"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// RemoveMember takes an account out of the organization. What it shares within it, and
// what reaches it by way of it, ends with this transaction.
//
// Errors: NotFound for an account that is no member; State for the management account;
// Quota when 5 were removed within 24 hours; Forbidden for other accounts than that.
func (s *Service) RemoveMember(ctx context.Context, caller iam.Caller, account iam.AccountID) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managedThing(tx, ActionRemove, ErrNoMember)
		if err != nil {
			return err
		}
		if string(account) == organization.Management {
			return errManagementStays
		}
		tx.Detail("account", string(account))
		m, err := membershipOf(tx.DB(), account)
		switch {
		case isNoOrganization(err), err == nil && m.Organization != organization.ID:
			return ErrNoMember
		case err != nil:
			return err
		}
		if err := noteRemoval(tx); err != nil {
			return err
		}
		tx.CopyTo(account)
		return s.part(tx, organization, account)
	})
	if err != nil {
		return fmt.Errorf("remove member: %w", err)
	}
	return nil
}

// noteRemoval counts one more removal by the caller's account, or refuses. Its organization is
// locked, and an account manages one.
func noteRemoval(tx *iam.Tx) error {
	limit, err := iam.LimitOf(tx.DB(), tx.Caller.Account, quotaRemovals)
	if err != nil {
		return err
	}
	var recent int64
	err = tx.DB().Table("org_removals").Where("management_account_id = ? AND removed_at > ?", string(tx.Caller.Account), store.At(tx.Now.Add(-removalWindow))).Count(&recent).Error
	if err != nil {
		return fmt.Errorf("count removals: %w", err)
	}
	if recent >= limit {
		return fault.New(fault.Quota, "", fmt.Sprintf("At most %d accounts can be removed in 24 hours. Try again later, or let the account leave by itself.", limit))
	}
	return tx.DB().Exec("INSERT INTO org_removals (management_account_id, removed_at) VALUES (?, ?)", string(tx.Caller.Account), store.At(tx.Now)).Error
}

// LeaveOrganization takes the caller's account out of its organization, as RemoveMember
// does.
//
// Errors: State (RAM.1802) for an account in none, and for the management account, which
// can delete the organization when it is alone.
func (s *Service) LeaveOrganization(ctx context.Context, caller iam.Caller) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		m, err := membershipOf(tx.DB(), tx.Caller.Account)
		if err != nil && !isNoOrganization(err) {
			return err
		}
		if err := tx.Allow(ActionLeave, ownPlace(tx.Caller.Account, m.Organization)); err != nil {
			return err
		}
		if m.Organization == "" {
			return ErrNoOrganization
		}
		organization, ok, err := lockOrganization(tx, m.Organization)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNoOrganization
		}
		if organization.Management == string(tx.Caller.Account) {
			return errManagementStays
		}
		tx.Detail("organization", organization.ID)
		tx.CopyTo(iam.AccountID(organization.Management))
		err = s.part(tx, organization, tx.Caller.Account)
		if fault.Is(err, fault.NotFound) {
			return ErrNoOrganization // removed while we waited for the lock
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("leave organization: %w", err)
	}
	return nil
}

const removalWindow = 24 * time.Hour

var errManagementStays = fault.New(fault.State, "", "The management account cannot leave its organization. When no other account is left in it, it can delete the organization.")

// part ends a membership and what hangs on it. The organization is locked.
func (s *Service) part(tx *iam.Tx, organization organizationRow, account iam.AccountID) error {
	ended := tx.DB().Where("account_id = ? AND organization_id = ?", string(account), organization.ID).Delete(&membershipRow{})
	if err := store.Changed(ended, ErrNoMember); err != nil {
		return err
	}
	if err := noteMembers(tx, organization); err != nil {
		return err
	}
	if err := iam.SetPrincipalsIn(tx.DB(), account, nil); err != nil {
		return err
	}
	return s.sharing.MemberLeftIn(tx, OrganizationID(organization.ID), account)
}

// ownPlace names an account's own membership.
func ownPlace(account iam.AccountID, organization string) iam.URN {
	if organization == "" {
		organization = "*"
	}
	return urn(account, "account", organization+"/"+string(account))
}
