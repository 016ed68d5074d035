package ram

import (
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
	"sharedkms/internal/tag"
)

// Tag is a key with one value; value may be empty.
type Tag = tag.Tag

// ShareStatus is what became of a share.
type ShareStatus string

// The states of a share. A deleted one is shown for 48 h.
const (
	ShareActive  ShareStatus = "active"
	ShareDeleted ShareStatus = "deleted"
)

// PrincipalKind says what a principal is.
type PrincipalKind string

// The kinds of principals, as account_principals names them.
const (
	KindAccount      PrincipalKind = "account"
	KindUnit         PrincipalKind = "ou"
	KindOrganization PrincipalKind = "organization"
)

// PrincipalState is how a principal stands to a share at the time of reading.
type PrincipalState string

// The states of a principal. The first three are live. Ineffective: named through the
// organization, and switch, epoch or membership no longer hold, so nobody has access.
const (
	AccessAtOnce      PrincipalState = "access_at_once"
	InvitationPending PrincipalState = "invitation_pending" // until ExpiresAt
	Accepted          PrincipalState = "accepted"           // since Since
	Ineffective       PrincipalState = "ineffective"
	Rejected          PrincipalState = "rejected"
	Expired           PrincipalState = "expired"
	Left              PrincipalState = "left"
	Removed           PrincipalState = "removed"
	ShareEnded        PrincipalState = "share_deleted"
	SharingDisabled   PrincipalState = "sharing_disabled"
	OrganizationLeft  PrincipalState = "organization_left" // owner or recipient, or the organization was deleted
	UnitDeleted       PrincipalState = "unit_deleted"
	TimeEnded         PrincipalState = "time_ended" // the end that was set has come
)

// Live reports whether the principal is still part of the share.
func (s PrincipalState) Live() bool {
	return s == AccessAtOnce || s == InvitationPending || s == Accepted || s == Ineffective
}

// Key is what a share shows of a key.
type Key struct {
	ID, Region, Name, Spec, Usage, State string // State: enabled, disabled, pending_deletion, …, deleted
}

// URN names the key of owner.
func (k Key) URN(owner iam.AccountID) iam.URN { return keyURN(k.Region, owner, k.ID) }

// Resource is a key in a share. It has ended when EndedAt is set.
type Resource struct {
	ID        AssociationID
	Key       Key
	Since     time.Time
	EndedAt   *time.Time
	EndReason string // why it ended, a sentence or empty
}

// Principal is somebody a share names. Name is the name of account, unit or
// organization, empty when it is gone, and the ID of an account that has agreed to
// nothing yet.
type Principal struct {
	ID         AssociationID
	Kind       PrincipalKind
	Principal  string // account ID or canonical URN
	Name       string
	External   bool // outside the owner's organization when it was named
	State      PrincipalState
	Since      time.Time     // of State: invited, associated or ended at
	ExpiresAt  *time.Time    // of a pending invitation
	EndedAt    *time.Time    // set when the state is not live
	EndsAt     *time.Time    // its own end, nil without one; the share's may come first
	Invitation InvitationID  // empty without one
	Account    iam.AccountID // of kind account, else empty
	Reason     string        // what it said when it rejected, or empty

	ByOrganization bool // the organization accepted the invitation, nobody of the account did
}

// Share is a share as its owner sees it.
type Share struct {
	ID            ShareID
	Name          string
	Description   string
	AllowExternal bool
	Status        ShareStatus
	Version       int64 // raised by the owner's changes
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeletedAt     *time.Time
	HiddenAt      *time.Time   // of a deleted one: when lists drop it
	EndsAt        *time.Time   // when access of all ends; nil without an end
	Retain        bool         // accounts of the organization are invited, and stay when they leave it
	Tags          []Tag        // by key
	Permissions   []Permission // one per resource type, in the pinned version
	Resources     []Resource   // live ones first, then those ended in the last 48 h
	Principals    []Principal  // live ones first, then those ended in the last 48 h
}

// ShareRow is a share in the owner's list.
type ShareRow struct {
	ID          ShareID
	Name        string
	Description string
	Status      ShareStatus
	Tags        []Tag
	Keys        int // live resources
	CreatedAt   time.Time
	HiddenAt    *time.Time

	Access       int        // principals that have access
	AtOnce       int        // of those: through the organization
	Waiting      int        // invitations not answered
	WaitingUntil *time.Time // the first of those to expire
	Rejected     int        // rejected, expired, left, removed: ended in the last 48 h
	Expired      int
	Left         int
	Removed      int
	Ended        bool // some association ended, however long ago

	Reason   string // what one of Rejected said, or empty
	Outdated bool   // tied to another version of its permission than the default one

	TimeEnded int        // principals whose end came in the last 48 h
	EndsAt    *time.Time // when access of all ends
	FirstEnds *time.Time // the first end to come of single principals
}

// Reach narrows a list of shares by what became of its principals.
type Reach string

// The reaches a list can be narrowed to.
const (
	ReachAny      Reach = ""
	ReachWaiting  Reach = "waiting"  // some invitation is not answered
	ReachRejected Reach = "rejected" // somebody rejected or let it expire in the last 48 h
	ReachNobody   Reach = "nobody"   // no live principal
	ReachOutside  Reach = "external" // somebody outside the owner's organization
	ReachEnding   Reach = "ending"   // the share, or somebody's part in it, ends within EndsSoon
)

// ShareOrder is the order of a list of shares.
type ShareOrder string

// The orders; newest first is the usual one.
const (
	OrderNewest ShareOrder = ""
	OrderOldest ShareOrder = "oldest"
	OrderName   ShareOrder = "name"
	OrderNameZA ShareOrder = "name_desc"
)

// ShareFilter narrows the owner's list. Zero values narrow nothing, except that
// deleted shares show only when Status asks for them.
type ShareFilter struct {
	Name     string // start of the name in any case, or of the ID
	Part     bool   // Name is any part of the name, of the newest store.NewestSearched shares
	Status   ShareStatus
	TagKey   string
	TagValue *string // nil matches any value
	Reach    Reach
	Order    ShareOrder

	// Shares with a live part of that kind. They are in the order of when that part came
	// in, the newest first, whatever Order says.
	Principal  string // whole account ID or URN
	Resource   string // ID of a key
	Permission string // ID, in any version
	Outdated   bool   // tied to another version of its permission than the default one
	Region     string // of a key
}

// SharePage is a slice of the owner's list.
type SharePage struct {
	Shares []ShareRow
	Edges  store.Edges
	Ended  bool // of an empty one: the account had shares, and all were deleted
	Old    bool // some share of the account, listed or not, is Outdated
}

// InvitationStatus is what became of an invitation at the time of reading.
type InvitationStatus string

// The states of an invitation.
const (
	StatusPending   InvitationStatus = "pending"
	StatusAccepted  InvitationStatus = "accepted"
	StatusRejected  InvitationStatus = "rejected"
	StatusExpired   InvitationStatus = "expired"
	StatusCancelled InvitationStatus = "cancelled"
)

// Invitation is an invitation as its receiver sees it: whose share, which keys, under
// which permission.
type Invitation struct {
	ID          InvitationID
	Share       ShareID
	ShareName   string
	Description string
	Owner       iam.AccountID
	OwnerName   string
	Status      InvitationStatus
	SentAt      time.Time
	ExpiresAt   time.Time
	EndsAt      *time.Time // when the access offered ends; nil without an end
	AnsweredAt  *time.Time
	Keys        []Key
	Permissions []Permission // of BeginAnswer, and of a list of Only; there by their names alone
}

// InvitationFilter narrows the tab To Be Accepted.
type InvitationFilter struct {
	Name   string // start of the share's name in any case, or of its ID
	Owner  string // whole account ID
	Part   PartFilter
	Oldest bool // the one sent first comes first
	Only   []InvitationID
}

// InvitationPage is a slice of the tab To Be Accepted.
type InvitationPage struct {
	Invitations []Invitation
	Edges       store.Edges
}

// ReceivedRow is a share in the tab Accepted Resource Shares.
type ReceivedRow struct {
	ID        ShareID
	Name      string
	Owner     iam.AccountID
	OwnerName string
	State     PrincipalState // AccessAtOnce, Accepted, or how it ended in the last 48 h
	Path      PrincipalKind  // by which it came; the invited path wins over organization
	Keys      int
	Since     time.Time
	HiddenAt  *time.Time // of an ended one
	EndsAt    *time.Time // when the last of the paths ends; nil when one has no end
	CanLeave  bool
	WhyNot    string // the reason when it cannot be left
}

// ReceivedFilter narrows the tab Accepted Resource Shares.
type ReceivedFilter struct {
	Name   string // start of the name in any case, or of the ID
	Owner  string // whole account ID
	Part   PartFilter
	State  Standing
	Oldest bool // the one that came or ended first comes first
}

// PartFilter narrows what comes to an account by what a share holds and when it ends.
type PartFilter struct {
	Resource string // ID of a key
	Region   string // of a key
	Ending   bool   // within EndsSoon
}

// Standing is whether a received share still reaches the account; empty for both.
type Standing string

// The two ways a received share stands. An ended one is listed for 48 h.
const (
	StandingLive  Standing = "live"
	StandingEnded Standing = "ended"
)

// ReceivedPage is a slice of the tab Accepted Resource Shares.
type ReceivedPage struct {
	Shares []ReceivedRow
	Edges  store.Edges
}

// ReceivedShare is a share as a recipient sees it: no tags, no other principals.
type ReceivedShare struct {
	ReceivedRow
	Description string
	CreatedAt   time.Time
	KeyList     []Key
	Permissions []Permission
	Paths       []PrincipalKind // all live paths to this account
	Invitation  InvitationID    // by which it came or would come; empty without one
	Status      InvitationStatus
	ExpiresAt   *time.Time // of a pending invitation

	ByOrganization bool // the organization accepted the invitation, nobody of the account did
}

// Ended tells how an end came about. Already: it had ended before this act, because
// somebody else was faster; State then says how.
type Ended struct {
	Already bool
	State   PrincipalState
	At      time.Time
	Name    string // of the principal, key or share
}

// KeptKey is a key that another live path keeps within reach.
type KeptKey struct {
	Key   Key
	Share ShareID // by which it stays
	Name  string  // of that share
	Path  PrincipalKind
	Lost  []iam.Action // what only the ending path allowed
}

// Impact is what ending a share, or a part of it, does: what stops working, of the
// caller's account by kind and name, of others by count.
type Impact struct {
	keyuse.Impact
	Name      string // share, key or principal that the dialog names
	Share     ShareID
	ShareName string
	Owner     iam.AccountID
	OwnerName string
	Lost      []Key                    // keys that go out of reach
	Kept      []KeptKey                // of LeaveImpact: keys that another live path keeps
	Reached   []Principal              // of the owner's: live principals that lose access or their invitation
	Accounts  map[iam.AccountID]string // names of the accounts in Others
}

// Stops counts the things that stop working.
func (i Impact) Stops() int { return i.OwnCount() + i.OtherCount() }
