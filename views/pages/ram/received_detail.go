package ram

import (
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/components/label"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// ReceivedDetail is a share as its recipient sees it: no tags, no other principals.
type ReceivedDetail struct {
	ID          string
	Name        string
	Description string
	Status      Status
	Owner       Party
	Keys        []Key
	KeysNote    string
	Permission  Permission
	How         string // "By invitation", "Through the organization"
	Pending     bool
	Expires     time.Time
	Left        string // "in 4 days"
	Since       time.Time
	Ends        time.Time // zero for access without an end
	EndsIn      string
	SinceText   string // what began then: Accepted, Access since, Ended
	Accept      Act    // absent when there is nothing to accept or the reader may not
	Reject      Act
	Leave       Act
	WhyStay     string // why Leave is not possible
}

// ReceiverRights says which acts the reader may do on received shares.
type ReceiverRights struct{ Accept, Reject, Leave bool }

// NewReceivedDetail words a share that reaches or invites the reader's account.
func NewReceivedDetail(s ram.ReceivedShare, may ReceiverRights, now time.Time) ReceivedDetail {
	id := string(s.ID)
	m := ReceivedDetail{
		ID: id, Name: s.Name, Description: s.Description, Owner: owner(s.Owner, s.OwnerName),
		Keys: newKeys(s.KeyList), KeysNote: keysOf(len(s.KeyList)), Permission: onlyPermission(s.Permissions),
		How: "By invitation", Since: s.Since, Status: receivedState(s.ReceivedRow, now),
	}
	if s.EndsAt != nil && s.State.Live() {
		m.Ends, m.EndsIn = *s.EndsAt, when.Distance(*s.EndsAt, now)
	}
	switch {
	case s.Status == ram.StatusPending && s.State == ram.InvitationPending:
		m.Pending, m.SinceText = true, "Invited"
		withoutLinks(m.Keys)
		if s.ExpiresAt != nil {
			m.Expires, m.Left = *s.ExpiresAt, when.Distance(*s.ExpiresAt, now)
		}
		if may.Accept {
			m.Accept = Act{Text: "Accept…", Href: to.InvitationAct(string(s.Invitation), "accept")}
		}
		if may.Reject {
			m.Reject = Act{Text: "Reject…", Href: to.InvitationAct(string(s.Invitation), "reject")}
		}
		return m
	case s.State == ram.Accepted:
		m.SinceText = "Accepted"
	case s.State.Live():
		m.SinceText = "Access since"
	default:
		m.SinceText = "Ended"
		withoutLinks(m.Keys)
		return m
	}
	if s.State == ram.AccessAtOnce {
		m.How = "Through the organization, without an invitation"
		if s.ByOrganization && s.Path == ram.KindAccount {
			m.How = "Through the organization, which accepted the invitation for this account"
		}
	}
	switch {
	case !may.Leave:
	case s.CanLeave:
		m.Leave = Act{Text: "Leave…", Href: to.ShareReceivedAct(id, "leave")}
	default:
		m.WhyStay = s.WhyNot
	}
	return m
}

func receivedState(r ram.ReceivedRow, now time.Time) Status {
	switch {
	case r.State == ram.InvitationPending:
		return Status{Label: label.Status(label.Violet, "Invitation pending")}
	case r.State == ram.Ineffective:
		return Status{Label: label.Status(label.Grey, "No access now"), Note: "the organization does not carry it"}
	case r.State.Live():
		return sharing(r.EndsAt, nil, now)
	default:
		return ended(r.State, "by this account", "by its owner")
	}
}
