package org

import (
	"time"

	"sharedkms/internal/org"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
)

// InvitationList is the list of the invitations that an organization sent.
type InvitationList struct {
	Organization string
	Filter       filter.Props
	Rows         []Sent
	Pager        pager.Props
	Empty        bool // and no filter is in force
}

// Add adds an invitation; may are the reader's rights.
func (m *InvitationList) Add(i org.Invitation, may Rights, now time.Time) {
	m.Rows = append(m.Rows, newSent(i, may.Cancel, now))
}
