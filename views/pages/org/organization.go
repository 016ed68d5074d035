package org

import (
	"strconv"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/views/components/label"
	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/layout"
	"sharedkms/views/to"

	"github.com/a-h/templ"
)

// Organization is the page of the account's organization, or of the way into one.
type Organization struct {
	In         bool
	Name       string
	ID         string
	Management account
	Joined     time.Time
	Path       string // the account's place
	Sharing    templ.Component
	Accounts   string // "6 of 10"
	Tree       *Node
	NoTree     string // why there is none
	ListHref   string // of all accounts; empty for who may not list them
	May        Rights
	CanDelete  bool

	Received []Received
	Sent     []Sent

	New      Typed // name of the organization to be made
	Account  Typed // to be invited
	Note     Typed
	Problems Problems
}

// Received is an invitation that waits for this account.
type Received struct {
	Organization string
	Sender       account
	Note         string
	Left         string // "13 days left"
	SentAt       time.Time
	Accept       string // posts there
	Decline      string
}

// Sent is an invitation of this organization.
type Sent struct {
	Target string
	Status templ.Component
	Note   string // below the status
	SentAt time.Time
	Cancel string // posts there; empty when it cannot be cancelled
}

var sentColumns = []table.Column{{Title: "Account"}, {Title: "Status"}, {Title: "Sent"}, {Title: "Operation", Unseen: true}}

// New makes the page for account.
func New(v org.View, reader iam.AccountID, may Rights, now time.Time) Organization {
	m := Organization{May: may}
	for _, i := range v.Received {
		r := Received{
			Organization: i.OrganizationName, Sender: newAccount(i.Sender, i.SenderName), Note: i.Note, SentAt: i.SentAt, Left: when.Distance(i.ExpiresAt, now),
		}
		if may.Answer {
			r.Accept, r.Decline = to.OrganizationInvitationAct(string(i.ID), "accept"), to.OrganizationInvitationAct(string(i.ID), "decline")
		}
		m.Received = append(m.Received, r)
	}
	if v.Place == nil {
		return m
	}
	p := v.Place
	management := p.Management(reader)
	m.In, m.Name, m.ID = true, p.Organization.Name, string(p.Organization.ID)
	m.Management, m.Joined, m.Path = newAccount(p.Organization.Management, p.ManagementName), p.JoinedAt, pathText(p.Path)
	m.May = may.of(management)
	m.Sharing = label.Status(label.Grey, "Off")
	if p.Organization.SharingEnabled {
		m.Sharing = label.Status(label.Green, "On")
	}
	if p.Unlisted {
		m.NoTree = "Your policies do not show the units and accounts of the organization. The account's root user can attach one that does."
	} else if p.Tree == nil {
		m.NoTree = "Members see units and accounts while sharing with the organization is on. " + p.ManagementName + " can turn it on."
	} else {
		tree := newNode(p.Tree.Root)
		m.Tree = &tree
		m.Accounts = strconv.Itoa(v.Members)
		if management {
			if may.ListAccounts {
				m.ListHref = to.Members()
			}
			m.Accounts += " of at most " + strconv.FormatInt(v.Limit, 10)
		}
		m.CanDelete = m.May.Delete && v.Members == 1 && len(p.Tree.Root.Units) == 0
	}
	for _, i := range v.Sent {
		m.Sent = append(m.Sent, newSent(i, m.May.Cancel, now))
	}
	return m
}

func newSent(i org.Invitation, cancel bool, now time.Time) Sent {
	s := Sent{Target: i.Target, SentAt: i.SentAt}
	switch i.Status {
	case org.Pending:
		s.Status, s.Note = label.Status(label.Violet, "Waiting"), "expires "+when.Distance(i.ExpiresAt, now)
		if cancel {
			s.Cancel = to.OrganizationInvitationAct(string(i.ID), "cancel")
		}
	case org.Accepted:
		s.Status = label.Status(label.Green, "Accepted")
	case org.Declined:
		s.Status = label.Status(label.Grey, "Declined")
	case org.Cancelled:
		s.Status = label.Status(label.Grey, "Cancelled")
	default:
		s.Status, s.Note = label.Status(label.Grey, "Expired"), "not answered in 14 days"
	}
	return s
}

// Question asks before the organization is deleted.
type Question struct {
	Name     string
	Problems Problems
}

func deleteCrumbs() []layout.Crumb { return crumbs(layout.Crumb{Text: "Delete"}) }
