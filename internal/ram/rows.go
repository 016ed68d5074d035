package ram

import (
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

type shareRow struct {
	ID             string      `gorm:"column:id"`
	AccountID      string      `gorm:"column:account_id"`
	Name           string      `gorm:"column:name"`
	NameLower      string      `gorm:"column:name_lower"`
	Description    string      `gorm:"column:description"`
	AllowExternal  bool        `gorm:"column:allow_external"`
	Status         string      `gorm:"column:status"`
	Version        int64       `gorm:"column:version"`
	ResourceCount  int64       `gorm:"column:resource_count"`
	PrincipalCount int64       `gorm:"column:principal_count"`
	CreatedAt      store.Time  `gorm:"column:created_at"`
	UpdatedAt      store.Time  `gorm:"column:updated_at"`
	DeletedAt      *store.Time `gorm:"column:deleted_at"`
	EndsAt         *store.Time `gorm:"column:ends_at"`
	Retain         bool        `gorm:"column:retain_on_leave"`
}

// TableName names the table.
func (shareRow) TableName() string { return "shares" }

type tagRow struct {
	ShareID   string     `gorm:"column:share_id"`
	AccountID string     `gorm:"column:account_id"`
	Key       string     `gorm:"column:tag_key"`
	Value     string     `gorm:"column:tag_value"`
	CreatedAt store.Time `gorm:"column:created_at"` // of the share
}

// TableName names the table.
func (tagRow) TableName() string { return "share_tags" }

type resourceRow struct {
	ID            string      `gorm:"column:id"`
	ShareID       string      `gorm:"column:share_id"`
	AccountID     string      `gorm:"column:account_id"`
	ResourceType  string      `gorm:"column:resource_type"`
	URN           string      `gorm:"column:urn"`
	KeyID         string      `gorm:"column:key_id"`
	Region        string      `gorm:"column:region"`
	Status        string      `gorm:"column:status"`
	StatusMessage string      `gorm:"column:status_message"`
	CreatedAt     store.Time  `gorm:"column:created_at"`
	EndedAt       *store.Time `gorm:"column:ended_at"`
}

// TableName names the table.
func (resourceRow) TableName() string { return "share_resources" }

type principalRow struct {
	ID             string      `gorm:"column:id"`
	ShareID        string      `gorm:"column:share_id"`
	ShareName      string      `gorm:"column:share_name"` // lower-cased
	AccountID      string      `gorm:"column:account_id"`
	Kind           string      `gorm:"column:kind"`
	Principal      string      `gorm:"column:principal"`
	External       bool        `gorm:"column:external"`
	Status         string      `gorm:"column:status"`
	StatusMessage  string      `gorm:"column:status_message"`
	OrganizationID *string     `gorm:"column:organization_id"`
	SharingEpoch   *int64      `gorm:"column:sharing_epoch"`
	CreatedAt      store.Time  `gorm:"column:created_at"`
	AssociatedAt   *store.Time `gorm:"column:associated_at"`
	EndsAt         *store.Time `gorm:"column:ends_at"`
	ShareEndsAt    *store.Time `gorm:"column:share_ends_at"` // of the share: decides, and orders lists by end
	EndedAt        *store.Time `gorm:"column:ended_at"`
	EndedBy        string      `gorm:"column:ended_by"`
	PastName       *string     `gorm:"column:past_name"` // of the share, where it was renamed since
}

// TableName names the table.
func (principalRow) TableName() string { return "share_principals" }

type sharePermissionRow struct {
	ID           string      `gorm:"column:id"`
	ShareID      string      `gorm:"column:share_id"`
	AccountID    string      `gorm:"column:account_id"` // the share's owner
	ResourceType string      `gorm:"column:resource_type"`
	PermissionID string      `gorm:"column:permission_id"`
	VersionID    string      `gorm:"column:version_id"`
	CreatedAt    store.Time  `gorm:"column:created_at"`
	EndedAt      *store.Time `gorm:"column:ended_at"`
}

// TableName names the table.
func (sharePermissionRow) TableName() string { return "share_permissions" }

type invitationRow struct {
	ID            string      `gorm:"column:id"`
	ShareID       string      `gorm:"column:share_id"`
	AssociationID string      `gorm:"column:association_id"`
	Sender        string      `gorm:"column:sender"`
	Receiver      string      `gorm:"column:receiver"`
	Status        string      `gorm:"column:status"`
	Note          string      `gorm:"column:note"`
	CreatedAt     store.Time  `gorm:"column:created_at"`
	ExpiresAt     store.Time  `gorm:"column:expires_at"`
	AnsweredAt    *store.Time `gorm:"column:answered_at"`
}

// TableName names the table.
func (invitationRow) TableName() string { return "invitations" }

const (
	associating    = "associating"
	associated     = "associated"
	disassociated  = "disassociated"
	endedByLeaving = "left"
)

// findShare reads a share by id alone and decides action on it: on an unknown one as on
// one that nothing relates the caller to.
func findShare(tx *iam.Tx, action iam.Action, id ShareID) (shareRow, error) {
	var row shareRow
	err := tx.DB().Where("id = ?", store.QueryID(id)).Take(&row).Error
	if err != nil && !store.NotFound(err) {
		return row, fmt.Errorf("read share %s: %w", id, err)
	}
	return row, tx.Allow(action, shareURN(iam.AccountID(row.AccountID), string(id)))
}

// lockShare takes the share's row until the transaction ends, and reads it anew.
func lockShare(tx *iam.Tx, id string) (shareRow, error) {
	var row shareRow
	if err := store.ForUpdate(tx.DB()).Where("id = ?", id).Take(&row).Error; err != nil {
		return row, fmt.Errorf("lock share %s: %w", id, err)
	}
	return row, nil
}

// lockKeysOf takes the keys of shares that are locked, and more that come into them, before
// any association is written: the database copies from them what it lists for recipients
// and locks them for it, which would be too late after rows of that list are locked.
func lockKeysOf(tx *iam.Tx, shares []string, more ...string) error {
	if len(shares) == 0 {
		return nil
	}
	var held []string
	if err := tx.DB().Model(&resourceRow{}).Where("share_id IN ? AND ended_at IS NULL", shares).Pluck("key_id", &held).Error; err != nil {
		return fmt.Errorf("read keys to lock: %w", err)
	}
	var ids []kms.KeyID
	for _, id := range append(held, more...) {
		ids = append(ids, kms.KeyID(id))
	}
	return kms.LockKeysIn(tx, ids)
}

// lockPending takes the quota row of an account's waiting invitations, the first lock of
// acts that may end one.
func lockPending(tx *iam.Tx, owner string) error {
	return tx.ReturnQuota(iam.AccountID(owner), quotaPending, 0)
}

// touchShare raises the version of a share and adds to its counters, for an owner's
// change; a recipient's leaves the version alone.
func touchShare(tx *iam.Tx, id string, owners bool, resources, principals int) error {
	change := map[string]any{
		"resource_count":  gorm.Expr("resource_count + ?", resources),
		"principal_count": gorm.Expr("principal_count + ?", principals),
		"updated_at":      store.At(tx.Now),
	}
	if owners {
		change["version"] = gorm.Expr("version + 1")
	}
	if err := tx.DB().Model(&shareRow{}).Where("id = ?", id).Updates(change).Error; err != nil {
		return fmt.Errorf("count parts of share %s: %w", id, err)
	}
	return nil
}

var errMoved = fault.New(fault.Conflict, codeVersionConflict, "Somebody else changed this at the same moment. Look at it again.")

// endPrincipal dissolves one live association and what invitation it has, returns the
// quota, and counts. The share is locked. invitation is what becomes of a pending one.
func endPrincipal(tx *iam.Tx, share shareRow, p principalRow, by string, invitation InvitationStatus, owners bool) error {
	ended := tx.DB().Model(&principalRow{}).Where("id = ? AND ended_at IS NULL", p.ID).
		Updates(map[string]any{"status": disassociated, "ended_at": store.At(tx.Now), "ended_by": by})
	if err := store.Changed(ended, errMoved); err != nil {
		return err
	}
	closed := tx.DB().Model(&invitationRow{}).Where("association_id = ? AND status = 'pending'", p.ID).
		Updates(map[string]any{"status": string(invitation), "answered_at": store.At(tx.Now)})
	if closed.Error != nil {
		return fmt.Errorf("close invitation: %w", closed.Error)
	}
	if closed.RowsAffected > 0 { // then the act took the quota row first
		if err := tx.ReturnQuota(iam.AccountID(share.AccountID), quotaPending, int(closed.RowsAffected)); err != nil {
			return err
		}
	}
	return touchShare(tx, share.ID, owners, 0, -1)
}

// accountsIn gives the accounts that a share names and that have access or an invitation
// that waits, for their trails. Whose part is over is told nothing more, marked or not.
func accountsIn(tx *iam.Tx, share string) ([]iam.AccountID, error) {
	var ids []iam.AccountID
	now := store.At(tx.Now)
	err := tx.DB().Raw(`SELECT lp.account_id FROM live_principals lp WHERE lp.share_id = ? AND lp.path = 'account' AND (lp.ends_at IS NULL OR lp.ends_at > ?)
UNION SELECT sp.principal FROM share_principals sp JOIN shares s ON s.id = sp.share_id JOIN invitations i ON i.association_id = sp.id
WHERE sp.share_id = ? AND i.status = 'pending' AND i.expires_at > ? AND (sp.ends_at IS NULL OR sp.ends_at > ?) AND (s.ends_at IS NULL OR s.ends_at > ?)
ORDER BY 1`, share, now, share, now, now, now).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("read accounts of share %s: %w", share, err)
	}
	return ids, nil
}
