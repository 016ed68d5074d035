package ram

import (
	"time"

	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/components/tabs"
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
	Invitations  []InvitationRow
	Shares       []ReceivedRow
	Pager        pager.Props
	AcceptedHref string
	MayAnswer    bool
}

// InvitationRow is an invitation to this account.
type InvitationRow struct {
	Name       string
	Href       string
	ID         string
	Owner      Party
	Keys       string
	Permission string
	Sent       time.Time
	Expires    time.Time
	Left       string // "in 4 days"
	AcceptHref string // posts; empty when the reader may not answer
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

var invitationColumns = []table.Column{
	{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Keys"}, {Title: "Sent"}, {Title: "Expires"}, {Title: "Operation"},
}

var receivedColumns = []table.Column{
	{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Status"}, {Title: "Keys"}, {Title: "Accepted"}, {Title: "Operation"},
}
