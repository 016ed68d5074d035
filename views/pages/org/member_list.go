package org

import (
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/org"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/label"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/to"
)

// MemberList is the list of all accounts of an organization.
type MemberList struct {
	Organization string
	Filter       filter.Props
	Rows         []MemberRow
	Pager        pager.Props
}

// MemberRow is an account in it.
type MemberRow struct {
	Account  account
	Href     string
	Role     string // grey; empty for a member
	Unit     string
	UnitHref string
	Status   templ.Component
	Method   string
	JoinedAt time.Time
}

// NewMemberRow words an account.
func NewMemberRow(m org.MemberRow) MemberRow {
	return MemberRow{
		Account: newAccount(m.ID, m.Name), Href: to.Member(string(m.ID)), Role: memberNote(m.Member),
		Unit: m.UnitName, UnitHref: to.Unit(string(m.Unit)), Status: active(), Method: joined(m.Member), JoinedAt: m.JoinedAt,
	}
}

// active is the status of accounts: the console closes and suspends none.
func active() templ.Component { return label.Status(label.Green, "Active") }

func joined(m org.Member) string {
	switch {
	case m.Management:
		return "Created the organization"
	case m.Method == org.Created:
		return "Created in the organization"
	}
	return "By invitation"
}

var memberColumns = []table.Column{{Title: "Name and ID"}, {Title: "Status"}, {Title: "Unit"}, {Title: "Join method"}, {Title: "Joined"}}
