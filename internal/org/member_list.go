package org

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// MemberRow is an account in the list of all accounts of an organization.
type MemberRow struct {
	Member
	Unit     UnitID
	UnitName string
}

// MemberPage is a slice of the accounts of an organization.
type MemberPage struct {
	Organization Organization
	Members      []MemberRow
	Edges        store.Edges
}

type memberCard struct {
	Account  string     `gorm:"column:account_id"`
	Unit     string     `gorm:"column:unit_id"`
	JoinedAt store.Time `gorm:"column:joined_at"`
	Method   string     `gorm:"column:join_method"`
	Name     string     `gorm:"column:name"`
	UnitName string     `gorm:"column:unit_name"`
}

var wholeID = regexp.MustCompile(`^[0-9a-f]{32}$`)

var byTimeJoined = store.Keyset{Column: "m.joined_at", ID: "m.account_id", Time: true, Desc: true}

// ListMembers gives the management account the accounts of its organization, those that
// joined last first. A search finds a part of the name in any case, or the start of an ID, and
// what is a whole ID finds that account alone; it reads no more than the organization has.
//
// Errors: Forbidden without organizations:accounts:list, and (RAM.1801) for a member; State
// (RAM.1802) for an account in no organization.
func (s *Service) ListMembers(ctx context.Context, caller iam.Caller, search string, slice store.Slice) (MemberPage, error) {
	var page MemberPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionAccounts, anyOrganization(tx.Caller)); err != nil {
			return err
		}
		o, err := ownOrganization(tx)
		if err != nil {
			return err
		}
		page.Organization = o
		db := tx.Steady().Table("org_memberships AS m").Joins("JOIN account_names AS n ON n.id = m.account_id JOIN org_units AS u ON u.id = m.unit_id").
			Where("m.organization_id = ?", string(o.ID))
		switch search = strings.ToLower(strings.TrimSpace(search)); {
		case wholeID.MatchString(search): // no need to look at every name
			db = db.Where("m.account_id = ?", search)
		case search != "":
			db = db.Where("(n.name_lower LIKE ? ESCAPE '!' OR m.account_id >= ? AND m.account_id < ?)", store.Anywhere(search), search, search+"\U0010FFFF")
		}
		var rows []memberCard
		err = db.Select("m.account_id, m.unit_id, m.joined_at, m.join_method, n.name, u.name AS unit_name").Scopes(byTimeJoined.Apply(slice)).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("list members of %s: %w", o.ID, err)
		}
		rows, page.Edges = store.Cut(byTimeJoined, slice, rows, func(r memberCard) (any, string) { return r.JoinedAt, r.Account })
		for _, r := range rows {
			page.Members = append(page.Members, MemberRow{
				Member: Member{ID: iam.AccountID(r.Account), Name: r.Name, Management: iam.AccountID(r.Account) == o.Management, JoinedAt: r.JoinedAt.Time, Method: JoinMethod(r.Method)},
				Unit:   UnitID(r.Unit), UnitName: r.UnitName,
			})
		}
		return nil
	})
	return page, err
}
