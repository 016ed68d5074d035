package org

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// InvitationPage is a slice of the invitations that an organization sent in the last year.
type InvitationPage struct {
	Organization Organization
	Sent         []Invitation
	Edges        store.Edges
}

var byTimeSent = store.Keyset{Column: "created_at", ID: "id", Time: true, TextID: true, Desc: true}

// ListSent gives the management account the invitations of its organization, newest first;
// with a status, those that have it at the time of reading.
//
// Errors: Forbidden without one of the actions on invitations, and (RAM.1801) for a member;
// State (RAM.1802) for an account in no organization.
func (s *Service) ListSent(ctx context.Context, caller iam.Caller, status InvitationStatus, slice store.Slice) (InvitationPage, error) {
	var page InvitationPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(actionOnSent(tx.Caller), anyOrganization(tx.Caller)); err != nil {
			return err
		}
		o, err := ownOrganization(tx)
		if err != nil {
			return err
		}
		page.Organization = o
		var rows []invitationRow
		if err := tx.Steady().Where("organization_id = ?", string(o.ID)).Scopes(being(tx, status), byTimeSent.Apply(slice)).Find(&rows).Error; err != nil {
			return fmt.Errorf("list invitations of %s: %w", o.ID, err)
		}
		rows, page.Edges = store.Cut(byTimeSent, slice, rows, func(r invitationRow) (any, string) { return r.CreatedAt, r.ID })
		for _, r := range rows {
			page.Sent = append(page.Sent, r.toInvitation(tx.Now))
		}
		return nil
	})
	return page, err
}

// being is the condition for a status at the time of reading.
func being(tx *iam.Tx, status InvitationStatus) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		now := store.At(tx.Now)
		switch status {
		case "":
			return db
		case Pending:
			return db.Where("status = 'pending' AND expires_at > ?", now)
		case Expired:
			return db.Where("(status = 'expired' OR status = 'pending' AND expires_at <= ?)", now)
		}
		return db.Where("status = ?", string(status))
	}
}

// ownOrganization is the one that the caller's account manages.
func ownOrganization(tx *iam.Tx) (Organization, error) {
	m, ok, err := OfIn(tx, tx.Caller.Account)
	switch {
	case err != nil:
		return Organization{}, err
	case !ok:
		return Organization{}, ErrNoOrganization
	case m.Organization.Management != tx.Caller.Account:
		return Organization{}, NotManagementIn(tx, m.Organization)
	}
	return m.Organization, nil
}
