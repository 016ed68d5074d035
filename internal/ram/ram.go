// Package ram keeps resource shares: which keys an account shares with whom, and what
// the receivers answered.
//
// Words: a ResourceShare holds Resources (own custom keys), one Permission per resource
// type, Principals (accounts, organizational units, an organization) and tags. An
// Association ties a share to a resource or a principal; it is history, so an ended row
// stays and only live rows are unique. An Invitation asks one account outside the
// owner's organization, or inside while sharing is off, to take part. A Draft is the
// unfinished form of a share, or of changes to one.
//
// Invariants:
//   - Access is the view key_access and nothing else; ending an association ends the
//     access in the same transaction. This room writes the rows that the view joins. Each
//     live association has its share's owner and end, and ends before the share does.
//   - Every change of a share takes its row FOR UPDATE, after the owner's quota row and
//     the organization, before keys, associations and invitation, so that no two changes
//     wait for each other in a circle. Accept, remove, leave and delete of one share
//     therefore run one after the other, and each looks at the rows again once it has
//     the lock.
//   - An act that finds its end reached already, because the other side was faster,
//     answers with how it ended, not with an error.
//   - An invitation is expired at its time, whether the sweep ran or not.
//   - resource_count and principal_count of a share count its live associations.
//
// Rejected: one status per share for the recipient (a share can reach an account by
// several paths); answering from the newest invitation alone (a rejected one and a
// pending one coexist after the owner invites again); a table of effective access (it
// goes stale).
package ram

import (
	"time"

	"github.com/google/uuid"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
	"sharedkms/internal/tag"
)

// ShareID is a UUID.
type ShareID string

// DraftID is a UUID.
type DraftID string

// AssociationID is a UUID, of a share's tie to a resource or to a principal.
type AssociationID string

// InvitationID is a UUID.
type InvitationID string

// PermissionID is a UUID.
type PermissionID string

// ResourceTypeKey is the one resource type that can be shared.
const ResourceTypeKey = "kms:KeyId"

// The actions this room asks the gate for, by the vendor's names. ActionLeave is the
// console's own: the vendor uses disassociate for owner and recipient alike, which
// would keep participants from leaving.
const (
	ActionCreate       iam.Action = "ram:resourceShares:create"
	ActionSearch       iam.Action = "ram:resourceShares:search"
	ActionUpdate       iam.Action = "ram:resourceShares:update"
	ActionDelete       iam.Action = "ram:resourceShares:delete"
	ActionAssociate    iam.Action = "ram:resourceShares:associate"
	ActionDisassociate iam.Action = "ram:resourceShares:disassociate"
	ActionLeave        iam.Action = "ram:resourceShares:leave"
	ActionReplace      iam.Action = "ram:resourceShares:associatePermission"
	ActionTag          iam.Action = "ram:resourceShares:tagResource"
	ActionUntag        iam.Action = "ram:resourceShares:untagResource"
	ActionInvitations  iam.Action = "ram:resourceShareInvitations:search"
	ActionAccept       iam.Action = "ram:resourceShareInvitations:accept"
	ActionReject       iam.Action = "ram:resourceShareInvitations:reject"
	ActionPermissions  iam.Action = "ram:permissions:list"
	ActionPermission   iam.Action = "ram:permissions:get"

	// actionGetKey is asked on every key that is put into a share: who may not see a
	// key may not share it (RAM.1008).
	actionGetKey iam.Action = "kms:cmk:get"
)

// Limits. Lengths, tags, keys and principals per submission, the life of an invitation and
// how long ended rows are shown are the vendor's (Huawei Cloud RAM User Guide and API
// Reference, Creating a Resource Share); the others are this console's own.
const (
	MaxNameLength        = 64  // runes
	MaxDescriptionLength = 256 // runes
	MaxTags              = tag.Max
	MaxKeys              = 20 // per submission
	MaxPrincipals        = 20 // per submission
	MaxSharePrincipals   = 100
	MaxShareKeys         = 100
	MaxDrafts            = 20 // per user
	MaxAtOnce            = 50 // rows that one press of a button answers or removes

	DraftLifetime      = 24 * time.Hour
	InvitationLifetime = 7 * 24 * time.Hour
	EndsSoon           = 30 * 24 * time.Hour  // what ends within it is told ahead
	EndedShown         = 48 * time.Hour       // ended shares and associations stay in lists
	EndedKept          = 400 * 24 * time.Hour // and in the database
)

// The vendor's codes used here (Huawei Cloud RAM API Reference, Error Codes). 19xx are this
// console's own; RAM.1801 is answered by the room org.
//
// Others of the vendor's have no place here. RAM.1001 to RAM.1003 refuse tokens and headers of
// requests to an API, which the console has not: a sign-in that is over leads to the sign-in
// page. RAM.1102 refuses to delete a share whose keys are in use; here the question before it
// counts what stops, and deleting is allowed.
const (
	codeUnknownAccount   = "RAM.1004"
	codeOwnAccount       = "RAM.1005"
	codePrincipalTwice   = "RAM.1006"
	codeResourceTwice    = "RAM.1007"
	codeNoRight          = "RAM.1008"
	codeNoPermission     = "RAM.1009"
	codeNotOwner         = "RAM.1010"
	codePerShareQuota    = "RAM.1011"
	codeTotalQuota       = "RAM.1012"
	codeSharingOff       = "RAM.1013"
	codeOtherOrg         = "RAM.1014"
	codeExternalRefused  = "RAM.1015"
	codeNoOrganization   = "RAM.1802"
	codeShareDeleted     = "RAM.1902"
	codeAlreadyAccepted  = "RAM.1904"
	codeAlreadyRejected  = "RAM.1905"
	codeExpired          = "RAM.1906"
	codeCancelled        = "RAM.1907"
	codeLeaveOrg         = "RAM.1908"
	codeLeaveOwn         = "RAM.1909"
	codeTagLimit         = "RAM.1912"
	codeVersionConflict  = "RAM.1913"
	codeDraftMissing     = "RAM.1914"
	codeDraftLimit       = "RAM.1915"
	codePrincipalMissing = "RAM.1916"
	codeResourceMissing  = "RAM.1917"
	codeNothingChanged   = "RAM.1918"
	codeStillExternal    = "RAM.1919"
	codeNotWaiting       = "RAM.1920"
	codeTimeEnded        = "RAM.1921"
	codeOrgAccepted      = "RAM.1922"
	codePermissionInUse  = "RAM.1930"
	codeSystemPermission = "RAM.1931"
	codePermissionMoved  = "RAM.1932"
)

var (
	quotaShares  = iam.Quota{Kind: "resource_share", Default: 100, Code: codeTotalQuota, Thing: "resource shares"}
	quotaPending = iam.Quota{Kind: "pending_invitation", Default: 200, Code: codeTotalQuota, Thing: "invitations waiting for an answer"}
)

// Quotas are those of the room; they know no region.
func Quotas() []iam.Quota { return []iam.Quota{quotaShares, quotaPending, quotaPermissions} }

// Service keeps resource shares.
type Service struct {
	st      *store.Store
	gate    *iam.Gate
	orgs    *org.Service
	regions []string
	now     func() time.Time
}

// New makes the service. regions are those offered; now is the clock.
func New(st *store.Store, gate *iam.Gate, orgs *org.Service, regions []string, now func() time.Time) *Service {
	return &Service{st: st, gate: gate, orgs: orgs, regions: regions, now: now}
}

func shareURN(owner iam.AccountID, id string) iam.URN {
	return iam.URN{Service: "ram", Account: owner, Type: iam.TypeShare, ID: id}
}

func invitationURN(receiver iam.AccountID, id string) iam.URN {
	return iam.URN{Service: "ram", Account: receiver, Type: "resourceShareInvitation", ID: id}
}

func keyURN(region string, owner iam.AccountID, id string) iam.URN {
	return iam.URN{Service: "kms", Region: region, Account: owner, Type: iam.TypeKey, ID: id}
}

// anyShare names the account's shares as a whole, for lists and for creating one.
func anyShare(c iam.Caller) iam.URN { return shareURN(c.Account, "*") }

func newID() string { return uuid.NewString() }
