package ram

import (
	"strconv"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/components/tabs"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// Tabs of the received shares, as ?tab= names them.
const (
	TabPending  = "pending"
	TabAccepted = "accepted"
)

// ReceivedList is one tab of what other accounts share with this one.
type ReceivedList struct {
	Tabs         []tabs.Tab
	Pending      bool // the tab: To Be Accepted
	Filter       filter.Props
	Filtered     bool
	Columns      []table.Column
	Invitations  []InvitationRow
	Shares       []ReceivedRow
	Pager        pager.Props
	AcceptedHref string

	Ticks                     bool // invitations can be answered several at once
	AllTicked                 bool
	TickAllHref, TickNoneHref string
}

// InvitationRow is an invitation to this account.
type InvitationRow struct {
	Invitation string // its ID
	Name       string
	Href       string
	ID         string
	Owner      Party
	Keys       string
	KeyNames   string
	Sent       time.Time
	Expires    time.Time
	Left       string // "in 4 days"
	Ends       string // "access ends in 40 days", or empty
	Accept     Act
	Reject     Act
}

// ReceivedRow is a share in which this account is or was.
type ReceivedRow struct {
	Name     string
	Href     string
	ID       string
	Owner    Party
	Status   Status
	Keys     string
	Accepted time.Time
	How      string // at once, or empty
	Leave    Act
}

// NewInvitationRow words an invitation of the tab To Be Accepted.
func NewInvitationRow(i ram.Invitation, may ReceiverRights, now time.Time) InvitationRow {
	id := string(i.ID)
	r := InvitationRow{
		Invitation: id, Name: i.ShareName, Href: to.ShareReceived(string(i.Share)), ID: string(i.Share), Owner: owner(i.Owner, i.OwnerName),
		Keys: keysOf(len(i.Keys)), KeyNames: keyNames(i.Keys, 2), Sent: i.SentAt, Expires: i.ExpiresAt, Left: when.Distance(i.ExpiresAt, now),
	}
	if i.EndsAt != nil {
		r.Ends = "access " + ends(i.EndsAt, now)
	}
	if may.Accept {
		r.Accept = Act{Text: "Accept…", Label: "Accept… " + i.ShareName, Href: to.InvitationAct(id, "accept")}
	}
	if may.Reject {
		r.Reject = Act{Text: "Reject…", Label: "Reject… " + i.ShareName, Href: to.InvitationAct(id, "reject")}
	}
	return r
}

// keyNames names the first keys, at most so many, with the state of one that cannot be used now.
func keyNames(keys []ram.Key, most int) string {
	var names []string
	for i, k := range keys {
		if i == most {
			names = append(names, strconv.Itoa(len(keys)-most)+" more")
			break
		}
		names = append(names, withState(k))
	}
	return list(names)
}

// withState names a key, with its state where nobody can use it now.
func withState(k ram.Key) string {
	if state := unusable(k); state != "" {
		return k.Name + " (" + state + ")"
	}
	return k.Name
}

// NewReceivedRow words a share of the tab Accepted.
func NewReceivedRow(s ram.ReceivedRow, may ReceiverRights, now time.Time) ReceivedRow {
	r := ReceivedRow{
		Name: s.Name, Href: to.ShareReceived(string(s.ID)), ID: string(s.ID), Owner: owner(s.Owner, s.OwnerName),
		Status: receivedState(s, now), Keys: strconv.Itoa(s.Keys), Accepted: s.Since,
	}
	switch {
	case !s.State.Live():
		r.How = "ended"
		r.Leave.Why = title(hiddenIn(s.HiddenAt, now))
		r.Href = ""
	case s.CanLeave && may.Leave:
		r.Leave = Act{Text: "Leave…", Label: "Leave… " + s.Name, Href: to.ShareReceivedAct(string(s.ID), "leave")}
	case !s.CanLeave && s.State == ram.AccessAtOnce:
		r.Leave.Why = "Through the organization: only the owner can end it" // in short; the detail page says more
	case !s.CanLeave:
		r.Leave.Why = s.WhyNot
	}
	if s.State == ram.AccessAtOnce {
		r.How = "at once"
	}
	return r
}
