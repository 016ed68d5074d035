package org

import (
	"fmt"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// InvitationID is h- and letters or digits.
type InvitationID string

// InvitationStatus is what became of an invitation at the time of reading.
type InvitationStatus string

// The states of an invitation (Huawei Cloud Organizations API Reference, handshakes).
const (
	Pending   InvitationStatus = "pending"
	Accepted  InvitationStatus = "accepted"
	Declined  InvitationStatus = "declined"
	Cancelled InvitationStatus = "cancelled"
	Expired   InvitationStatus = "expired"
)

// Limits (Huawei Cloud Organizations User Guide). An account's own limits of accounts and of
// removals may be higher: rows organization_account and organization_removal of account_quotas.
const (
	InvitationLifetime = 14 * 24 * time.Hour
	InvitationKept     = 365 * 24 * time.Hour
	MaxNote            = 1024 // characters
	MaxInvitations     = 20   // in 24 hours, answered or not
)

var (
	quotaAccounts = iam.Quota{Kind: "organization_account", Default: 10, Thing: "accounts in its organization"}
	quotaRemovals = iam.Quota{Kind: "organization_removal", Default: 5, Thing: "removals from its organization in 24 hours"}
)

// Quotas are those of the room; they know no region.
func Quotas() []iam.Quota { return []iam.Quota{quotaAccounts, quotaRemovals} }

// Invitation asks an account to join an organization.
type Invitation struct {
	ID               InvitationID
	Organization     OrganizationID
	OrganizationName string
	Sender           iam.AccountID
	SenderName       string
	Target           string // as the sender typed it: an account ID or a name
	Note             string
	Status           InvitationStatus
	SentAt           time.Time
	ExpiresAt        time.Time
	AnsweredAt       *time.Time
}

type invitationRow struct {
	ID               string      `gorm:"column:id"`
	Organization     string      `gorm:"column:organization_id"`
	OrganizationName string      `gorm:"column:organization_name"`
	Sender           string      `gorm:"column:sender"`
	Target           string      `gorm:"column:target"`
	TargetLower      string      `gorm:"column:target_lower"`
	Receiver         *string     `gorm:"column:receiver"` // nobody has the name
	Status           string      `gorm:"column:status"`
	Note             string      `gorm:"column:note"`
	CreatedAt        store.Time  `gorm:"column:created_at"`
	ExpiresAt        store.Time  `gorm:"column:expires_at"`
	AnsweredAt       *store.Time `gorm:"column:answered_at"`
}

// TableName names the table.
func (invitationRow) TableName() string { return "org_invitations" }

func (r invitationRow) status(now time.Time) InvitationStatus {
	if r.Status == string(Pending) && !r.ExpiresAt.After(now) {
		return Expired
	}
	return InvitationStatus(r.Status)
}

func (r invitationRow) toInvitation(now time.Time) Invitation {
	return Invitation{
		ID: InvitationID(r.ID), Organization: OrganizationID(r.Organization), OrganizationName: r.OrganizationName,
		Sender: iam.AccountID(r.Sender), Target: r.Target, Note: r.Note, Status: r.status(now),
		SentAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time, AnsweredAt: r.AnsweredAt.TimePtr(),
	}
}

// findInvitation reads an invitation by its ID alone and decides action on it for one of
// its sides, to which it belongs.
func findInvitation(tx *iam.Tx, action iam.Action, id InvitationID, side func(invitationRow) string) (invitationRow, error) {
	var row invitationRow
	err := tx.DB().Where("id = ?", string(id)).Take(&row).Error
	if err != nil && !store.NotFound(err) {
		return row, fmt.Errorf("read invitation %s: %w", id, err)
	}
	return row, tx.Allow(action, urn(iam.AccountID(side(row)), "handshake", string(id)))
}

func sender(r invitationRow) string { return r.Sender }

func receiver(r invitationRow) string {
	if r.Receiver == nil {
		return ""
	}
	return *r.Receiver
}

// answered says why an invitation cannot be answered or cancelled any more.
func (r invitationRow) answered(now time.Time) error {
	switch r.status(now) {
	case Pending:
		return nil
	case Accepted:
		return fault.New(fault.State, "", "This invitation was accepted already.")
	case Declined:
		return fault.New(fault.State, "", "This invitation was declined already.")
	case Cancelled:
		return fault.New(fault.State, "", fmt.Sprintf("%s has withdrawn this invitation.", r.OrganizationName))
	default:
		return fault.New(fault.State, "", fmt.Sprintf("This invitation expired on %s. %s can send another one.", r.ExpiresAt.Format("2006-01-02"), r.OrganizationName))
	}
}

// close is the compare-and-set that ends a pending invitation.
func (r invitationRow) close(tx *iam.Tx, as InvitationStatus) error {
	closed := tx.DB().Model(&invitationRow{}).Where("id = ? AND status = 'pending'", r.ID).
		Updates(map[string]any{"status": string(as), "answered_at": store.At(tx.Now)})
	return store.Changed(closed, errMoved)
}

var errMoved = fault.New(fault.Conflict, "", "Somebody else answered this at the same moment. Look at it again.")
