package org

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Place is an account's place in its organization.
type Place struct {
	Organization   Organization
	ManagementName string
	JoinedAt       time.Time
	Path           []Unit // from the root to the account's unit, without what is in them
	Tree           *Tree  // nil for a member while sharing is off, and for a caller who is Unlisted
	Unlisted       bool   // the caller's policies do not list units
}

// Management reports whether account is the management account.
func (p Place) Management(account iam.AccountID) bool { return p.Organization.Management == account }

// View is what an account sees of organizations: its own, if any, and invitations.
type View struct {
	Place    *Place       // nil for an account in none
	Sent     []Invitation // by the management account in the last year, newest first, the first of them; for callers who may list, send or cancel them
	Received []Invitation // that wait, newest first
	Members  int          // accounts in the organization; known with the tree
	Limit    int64        // of those
}

// GetView gives the organization of the caller's account and its invitations. Each
// account reads its own organization; the tree goes to the management account, and to
// members while sharing is on, where the caller may list units.
//
// Errors: Forbidden.
func (s *Service) GetView(ctx context.Context, caller iam.Caller) (View, error) {
	var v View
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionGet, anyOrganization(tx.Caller)); err != nil {
			return err
		}
		place, err := placeOf(tx)
		if err != nil {
			return err
		}
		if v.Place = place; place == nil {
			v.Received, err = received(tx)
			return err
		}
		if place.Tree != nil {
			v.Members = place.Tree.Root.Size()
		}
		if v.Limit, err = iam.LimitOf(tx.DB(), place.Organization.Management, quotaAccounts); err != nil {
			return err
		}
		if place.Management(tx.Caller.Account) {
			if tx.Caller.May(actionOnSent(tx.Caller), anyOrganization(tx.Caller)) {
				v.Sent, err = sent(tx, place.Organization.ID)
			}
			return err
		}
		v.Received, err = received(tx)
		return err
	})
	return v, err
}

// actionOnSent is one of the actions on invitations that the caller has, or the one to list
// them: they hold names and notes, which whoever acts on them sees.
func actionOnSent(c iam.Caller) iam.Action {
	for _, a := range []iam.Action{ActionInvite, ActionCancel} {
		if c.May(a, anyOrganization(c)) {
			return a
		}
	}
	return ActionListSent
}

// GetUnit gives a unit of the caller's organization with all that is below it.
//
// Errors: NotFound; State (RAM.1013) for a member while sharing is off; Forbidden.
func (s *Service) GetUnit(ctx context.Context, caller iam.Caller, id UnitID) (Place, []Unit, error) {
	var place Place
	var path []Unit
	err := s.readTree(ctx, caller, func(_ *iam.Tx, p Place) error {
		place, path = p, p.Tree.Root.Path(func(u Unit) bool { return u.ID == id })
		if path == nil {
			return errNoUnit
		}
		return nil
	}, errNoUnit)
	return place, path, err
}

// GetMember gives a member of the caller's organization, and the units from the root to
// its own.
//
// Errors: NotFound; State (RAM.1013) for a member while sharing is off; Forbidden.
func (s *Service) GetMember(ctx context.Context, caller iam.Caller, id iam.AccountID) (Place, Member, []Unit, error) {
	var place Place
	var path []Unit
	var member Member
	err := s.readTree(ctx, caller, func(tx *iam.Tx, p Place) error {
		is := func(m Member) bool { return m.ID == id }
		place, path = p, p.Tree.Root.Path(func(u Unit) bool { return slices.ContainsFunc(u.Accounts, is) })
		if path == nil {
			return ErrNoMember
		}
		in := path[len(path)-1].Accounts
		member = in[slices.IndexFunc(in, is)]
		m, err := membershipOf(tx.DB(), id)
		member.JoinedAt, member.Method = m.JoinedAt.Time, JoinMethod(m.Method)
		return err
	}, ErrNoMember)
	return place, member, path, err
}

func (s *Service) readTree(ctx context.Context, caller iam.Caller, use func(*iam.Tx, Place) error, missing error) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionListUnits, anyOrganization(tx.Caller)); err != nil {
			return err
		}
		place, err := placeOf(tx)
		switch {
		case err != nil:
			return err
		case place == nil:
			return missing
		case place.Tree == nil:
			return errTreeHidden
		}
		return use(tx, *place)
	})
}

// placeOf reads where the caller's account stands, nil when in no organization.
func placeOf(tx *iam.Tx) (*Place, error) {
	m, ok, err := OfIn(tx, tx.Caller.Account)
	if err != nil || !ok {
		return nil, err
	}
	place := &Place{Organization: m.Organization}
	if place.JoinedAt, err = joinedAt(tx); err != nil {
		return nil, err
	}
	names, err := iam.AccountNames(tx.DB(), []iam.AccountID{m.Organization.Management})
	if err != nil {
		return nil, err
	}
	place.ManagementName = names[m.Organization.Management]
	place.Unlisted = !tx.Caller.May(ActionListUnits, anyOrganization(tx.Caller))
	if !place.Unlisted && (m.Organization.SharingEnabled || place.Management(tx.Caller.Account)) {
		tree, err := TreeIn(tx, m.Organization)
		if err != nil {
			return nil, err
		}
		place.Tree = &tree
		place.Path = tree.Root.Path(func(u Unit) bool { return u.ID == m.Unit })
		return place, nil
	}
	place.Path, err = pathOf(tx, m)
	return place, err
}

func joinedAt(tx *iam.Tx) (time.Time, error) {
	m, err := membershipOf(tx.DB(), tx.Caller.Account)
	return m.JoinedAt.Time, err
}

// pathOf reads the units above the caller's account alone, the root first.
func pathOf(tx *iam.Tx, m Membership) ([]Unit, error) {
	var rows []unitRow
	err := tx.DB().Where("organization_id = ? AND (parent_id IS NULL OR urn IN (SELECT principal FROM account_reach WHERE account_id = ? AND kind = 'ou'))",
		string(m.Organization.ID), string(tx.Caller.Account)).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read units above %s: %w", tx.Caller.Account, err)
	}
	units := map[string]unitRow{}
	for _, r := range rows {
		units[r.ID] = r
	}
	var path []Unit
	for u, ok := units[string(m.Unit)]; ok; u, ok = units[*u.Parent] {
		path = append(path, Unit{ID: UnitID(u.ID), URN: u.URN, Name: u.Name, Root: u.Parent == nil})
		if u.Parent == nil {
			break
		}
	}
	slices.Reverse(path)
	return path, nil
}

// sentShown are on the page of the organization; the list has all. receivedShown are what
// waits for an account: more organizations than that invite none.
const (
	sentShown     = 20
	receivedShown = 100
)

func sent(tx *iam.Tx, organization OrganizationID) ([]Invitation, error) {
	var rows []invitationRow
	err := tx.DB().Where("organization_id = ?", string(organization)).Order("created_at DESC, id DESC").Limit(sentShown).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read invitations of %s: %w", organization, err)
	}
	list := make([]Invitation, len(rows))
	for i, r := range rows {
		list[i] = r.toInvitation(tx.Now)
	}
	return list, nil
}

// received reads the invitations to the caller's account that wait.
func received(tx *iam.Tx) ([]Invitation, error) {
	var rows []struct {
		Row        invitationRow `gorm:"embedded"`
		SenderName string        `gorm:"column:sender_name"`
	}
	err := tx.DB().Table("org_invitations AS i").Joins("JOIN account_names n ON n.id = i.sender").Select("i.*, n.name AS sender_name").
		Where("i.receiver = ? AND i.status = 'pending' AND i.expires_at > ?", string(tx.Caller.Account), store.At(tx.Now)).
		Order("i.created_at DESC, i.id DESC").Limit(receivedShown).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read invitations into organizations: %w", err)
	}
	list := make([]Invitation, len(rows))
	for i, r := range rows {
		list[i] = r.Row.toInvitation(tx.Now)
		list[i].SenderName = r.SenderName
	}
	return list, nil
}

// ReceivedInvitations lists the invitations into organizations that wait for the caller's
// account, newest first.
//
// Errors: Forbidden.
func (s *Service) ReceivedInvitations(ctx context.Context, caller iam.Caller) ([]Invitation, error) {
	var list []Invitation
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionGet, anyOrganization(tx.Caller)); err != nil {
			return err
		}
		var err error
		list, err = received(tx)
		return err
	})
	return list, err
}

// GetInvitation gives an invitation to the caller's account, answered or not.
//
// Errors: NotFound; Forbidden.
func (s *Service) GetInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	var found Invitation
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, err := findInvitation(tx, ActionDecline, id, receiver)
		if err != nil {
			return err
		}
		names, err := iam.AccountNames(tx.DB(), []iam.AccountID{iam.AccountID(row.Sender)})
		found = row.toInvitation(tx.Now)
		found.SenderName = names[found.Sender]
		return err
	})
	return found, err
}

func anyOrganization(c iam.Caller) iam.URN { return urn(c.Account, "organization", "*") }
