package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// AcceptInvitation makes the caller's account a member, below the root. Other invitations
// of the organization to it are cancelled.
//
// Errors: NotFound; State when the invitation was answered, withdrawn or has expired;
// Conflict when the account is in an organization; Quota when that is full.
func (s *Service) AcceptInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Organization, error) {
	var joined Organization
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		row, err := findInvitation(tx, ActionAccept, id, receiver)
		if err != nil {
			return err
		}
		account := tx.Caller.Account
		tx.CopyTo(iam.AccountID(row.Sender))
		tx.Detail("organization", row.Organization)
		if err := row.answered(tx.Now); err != nil {
			return err
		}
		if err := s.sharing.MemberJoinsIn(tx, OrganizationID(row.Organization), account); err != nil {
			return err
		}
		organization, ok, err := lockOrganization(tx, row.Organization)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.State, "", fmt.Sprintf("%s does not exist any more.", row.OrganizationName))
		}
		if _, err := membershipOf(tx.DB(), account); !isNoOrganization(err) {
			if err != nil {
				return err
			}
			return errMember
		}
		members, limit, err := accounts(tx, organization)
		if err != nil {
			return err
		}
		if members >= limit {
			return fault.New(fault.Quota, "", fmt.Sprintf("%s holds as many accounts as it may. Ask its management account to make room.", organization.Name))
		}
		if err := row.close(tx, Accepted); err != nil {
			return err
		}
		others := tx.DB().Model(&invitationRow{}).Where("organization_id = ? AND receiver = ? AND status = 'pending'", organization.ID, string(account)).
			Updates(map[string]any{"status": string(Cancelled), "answered_at": store.At(tx.Now)})
		if others.Error != nil {
			return others.Error
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		root, err := unitOrRoot(units, "")
		if err != nil {
			return err
		}
		if err := join(tx, organization, units, account, root.ID, Invited); err != nil {
			return err
		}
		joined = organization.toOrganization()
		return s.sharing.MemberJoinedIn(tx, joined, account)
	})
	if store.Duplicate(err) {
		err = errMember
	}
	if err != nil {
		return Organization{}, fmt.Errorf("accept invitation into organization: %w", err)
	}
	return joined, nil
}

var errMember = fault.New(fault.Conflict, "", "This account is in an organization already. It has to leave that one before it can join another.")

// DeclineInvitation turns an invitation down.
//
// Errors: NotFound; State when it was answered, withdrawn or has expired.
func (s *Service) DeclineInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	return s.closeInvitation(ctx, caller, ActionDecline, id, receiver, Declined)
}

// CancelInvitation withdraws an invitation that the caller's account sent.
//
// Errors: NotFound; State when it was answered, withdrawn or has expired.
func (s *Service) CancelInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	return s.closeInvitation(ctx, caller, ActionCancel, id, sender, Cancelled)
}

func (s *Service) closeInvitation(ctx context.Context, caller iam.Caller, action iam.Action, id InvitationID, side func(invitationRow) string, as InvitationStatus) (Invitation, error) {
	var closed Invitation
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		row, err := findInvitation(tx, action, id, side)
		if err != nil {
			return err
		}
		tx.CopyTo(iam.AccountID(row.Sender), iam.AccountID(receiver(row)))
		tx.Detail("organization", row.Organization)
		if err := row.answered(tx.Now); err != nil {
			return err
		}
		closed = row.toInvitation(tx.Now)
		closed.Status = as
		return row.close(tx, as)
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("%s invitation into organization: %w", as, err)
	}
	return closed, nil
}
