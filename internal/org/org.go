// Package org keeps organizations: their units, their member accounts, and the switch
// that lets accounts share within them without invitations.
//
// Words: an Organization has one management account, one root, and Units below it, at
// most 5 levels deep. A Member is an account in exactly one unit (the root is one) of
// exactly one organization. An Invitation asks an account to join for 14 days; it is the
// vendor's handshake.
//
// Invariants: account_principals mirrors the tree, written by iam.SetPrincipalsIn in
// the transaction that changes it (a test compares both). Turning sharing off raises
// the epoch, and an association lives only in the epoch it was made in, so turning it
// on again revives nothing. An organization's row is locked FOR UPDATE by whoever
// changes switch or tree, FOR SHARE by whoever relies on it. An invitation is expired at
// its time, whether the sweep ran or not.
//
// Inviting by ID tells whether an account has this ID, as naming a principal does: IDs
// are random and cannot be tried one by one. Names can be guessed, so inviting by name
// answers alike whether somebody has it or not, and the invitation waits and expires
// alike; who invites learns of an account when that account answers. For the same reason
// an invitation goes out to accounts that are in another organization: they cannot accept
// before they leave.
//
// Rejected: a counter of accounts per organization in account_quotas, which another
// account's joining would have to write; the members are counted under the organization's
// lock instead, and there are as few as the limit allows.
package org

import (
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// OrganizationID is o- and letters or digits; UnitID ou- (the root r-) likewise.
type (
	OrganizationID string
	UnitID         string
)

// Organization is an organization without its tree.
type Organization struct {
	ID             OrganizationID
	URN            string // organizations::<management account>:organization:<id>, canonical as a principal
	Name           string
	Management     iam.AccountID
	SharingEnabled bool
	SharingEpoch   int64 // raised when sharing is turned off
}

// Membership is an account's place in its organization.
type Membership struct {
	Organization Organization
	Unit         UnitID
}

// Unit is an organizational unit, or the root, with what is below it, by name.
type Unit struct {
	ID       UnitID
	URN      string // canonical as a principal; the root's is the organization's
	Name     string
	Root     bool
	Units    []Unit
	Accounts []Member
}

// JoinMethod is how an account came into its organization (Organizations API Reference,
// join_method).
type JoinMethod string

// The ways in. The management account made the organization.
const (
	Created JoinMethod = "created"
	Invited JoinMethod = "invited"
)

// Member is an account in a unit.
type Member struct {
	ID         iam.AccountID
	Name       string
	Management bool
	JoinedAt   time.Time  // of GetMember and ListMembers only
	Method     JoinMethod // likewise
}

// Tree is an organization from its root down.
type Tree struct {
	Organization Organization
	Root         Unit
}

// Service keeps organizations.
type Service struct {
	st      *store.Store
	gate    *iam.Gate
	sharing Sharing
	now     func() time.Time
}

// New makes the service. sharing follows what changes; now is the clock.
func New(st *store.Store, gate *iam.Gate, sharing Sharing, now func() time.Time) *Service {
	return &Service{st: st, gate: gate, sharing: sharing, now: now}
}
