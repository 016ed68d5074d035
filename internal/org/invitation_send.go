package org

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// targetMax is more than an account's name has.
const targetMax = 64

// Invite asks an account, by ID or by name, to join the organization of the caller's
// account. A name that nobody has is answered as one that somebody has (package comment).
//
// Errors: Invalid with the field account or note; Quota when 20 were sent within 24
// hours, or members and waiting invitations fill the organization; Forbidden for other
// accounts than the management account.
func (s *Service) Invite(ctx context.Context, caller iam.Caller, account, note string) (Invitation, error) {
	account, note = strings.TrimSpace(account), strings.TrimSpace(note)
	var wrong fault.Fields
	if account == "" {
		wrong.Add("account", "", "Enter the ID or the name of the account.")
	}
	if utf8.RuneCountInString(account) > targetMax {
		wrong.Add("account", "", fmt.Sprintf("IDs and names of accounts have at most %d characters.", targetMax))
	}
	if n := utf8.RuneCountInString(note); n > MaxNote {
		wrong.Add("note", "", fmt.Sprintf("At most %d characters, these are %d.", MaxNote, n))
	}
	if err := wrong.Err(); err != nil {
		return Invitation{}, err
	}
	var made invitationRow
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managed(tx, ActionInvite)
		if err != nil {
			return err
		}
		to, err := iam.FindAccount(tx.DB(), account)
		if err != nil {
			return err
		}
		if to == "" && iam.IsAccountID(account) {
			return fault.InField("account", "RAM.1004", fmt.Sprintf("No account has the ID %s. Compare it with the one that the account itself shows.", account))
		}
		if err := invitable(tx, organization, to); err != nil {
			return err
		}
		made = invitationRow{
			ID: randomID("h-", 16), Organization: organization.ID, OrganizationName: organization.Name, Sender: organization.Management,
			Target: account, TargetLower: strings.ToLower(account), Status: string(Pending), Note: note,
			CreatedAt: store.At(tx.Now), ExpiresAt: store.At(tx.Now.Add(InvitationLifetime)),
		}
		if err := roomForInvitation(tx, organization, made); err != nil {
			return err
		}
		if to != "" {
			id := string(to)
			made.Receiver = &id
			tx.CopyTo(to)
		}
		tx.Detail("invitation", made.ID)
		tx.PrivateDetail("account", account)
		return tx.DB().Create(&made).Error
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("invite account: %w", err)
	}
	return made.toInvitation(made.CreatedAt.Time), nil
}

// invitable refuses members, whose names the management account knows.
func invitable(tx *iam.Tx, organization organizationRow, to iam.AccountID) error {
	if to == tx.Caller.Account {
		return fault.InField("account", "", "This is the management account itself.")
	}
	m, err := membershipOf(tx.DB(), to)
	if err != nil && !isNoOrganization(err) {
		return err
	}
	if m.Organization == organization.ID {
		return fault.InField("account", "", "This account is in the organization already.")
	}
	return nil
}

// roomForInvitation holds to the limits. The one of 24 hours is the sender's: an organization
// deleted and made anew does not begin it again. An invitation that expired unnoticed makes
// room for another one to the same account.
func roomForInvitation(tx *iam.Tx, organization organizationRow, next invitationRow) error {
	var recent []invitationRow
	err := tx.DB().Where("sender = ? AND created_at > ?", organization.Management, store.At(tx.Now.Add(-InvitationLifetime))).Find(&recent).Error
	if err != nil {
		return fmt.Errorf("read invitations of %s: %w", organization.ID, err)
	}
	today, waiting := 0, int64(0)
	for _, r := range recent {
		if r.CreatedAt.After(tx.Now.Add(-24 * time.Hour)) {
			today++
		}
		if r.Organization != organization.ID || r.status(tx.Now) != Pending {
			continue
		}
		waiting++
		if r.TargetLower == next.TargetLower {
			return fault.InField("account", "", fmt.Sprintf("%s was invited already and has not answered yet.", r.Target))
		}
	}
	if today >= MaxInvitations {
		return fault.New(fault.Quota, "", fmt.Sprintf("At most %d invitations can be sent in 24 hours. Try again later.", MaxInvitations))
	}
	members, limit, err := accounts(tx, organization)
	if err != nil {
		return err
	}
	if members+waiting >= limit {
		return fault.New(fault.Quota, "", fmt.Sprintf("The organization holds at most %d accounts, those invited counted. Cancel an invitation, remove an account, or ask the operator for more.", limit))
	}
	return tx.DB().Model(&invitationRow{}).Where("organization_id = ? AND target_lower = ? AND status = 'pending'", organization.ID, next.TargetLower).
		Updates(map[string]any{"status": string(Expired), "answered_at": store.At(tx.Now)}).Error
}

// accounts counts the members of an organization, and how many it may have.
func accounts(tx *iam.Tx, organization organizationRow) (members, limit int64, err error) {
	if members, err = countMembers(tx, organization); err != nil {
		return 0, 0, err
	}
	limit, err = iam.LimitOf(tx.DB(), iam.AccountID(organization.Management), quotaAccounts)
	return members, limit, err
}

func countMembers(tx *iam.Tx, organization organizationRow) (n int64, err error) {
	if err := tx.DB().Model(&membershipRow{}).Where("organization_id = ?", organization.ID).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count members of %s: %w", organization.ID, err)
	}
	return n, nil
}

// noteMembers writes down how many accounts the organization has, for its operator.
func noteMembers(tx *iam.Tx, organization organizationRow) error {
	n, err := countMembers(tx, organization)
	if err != nil {
		return err
	}
	return iam.NoteUse(tx.DB(), iam.AccountID(organization.Management), quotaAccounts, n)
}
