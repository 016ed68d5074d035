package ram

import (
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
)

// Organization does for shares what follows when an organization changes (org.Sharing),
// in the transaction of the change. Who has access is decided by the view and needs none
// of it; these rows keep it from coming back, and tell both sides how it ended.
//
// The organization is locked FOR UPDATE by then, so no association can come to carry it
// meanwhile. All statements but those that lock quotas are as many for one association as
// for thousands.
type Organization struct{}

var _ org.Sharing = Organization{}

// waiting are the invitations that an account's joining settles: between it and accounts
// of the organization, of shares that do not treat these like others. It takes account
// and organization twice each, then the present twice.
const waiting = `FROM invitations i JOIN shares s ON s.id = i.share_id AND s.status = 'active' AND NOT s.retain_on_leave
	JOIN share_principals sp ON sp.id = i.association_id
WHERE i.status = 'pending' AND i.id IN (
	SELECT r.id FROM invitations r JOIN account_places p ON p.account_id = r.sender WHERE r.receiver = ? AND p.organization_id = ? AND r.status = 'pending'
	UNION ALL
	SELECT r.id FROM invitations r JOIN account_places p ON p.account_id = r.receiver WHERE r.sender = ? AND p.organization_id = ? AND r.status = 'pending')
AND i.expires_at > ? AND (s.ends_at IS NULL OR s.ends_at > ?) AND (sp.ends_at IS NULL OR sp.ends_at > ?)`

func waitingArgs(tx *iam.Tx, o org.OrganizationID, account iam.AccountID) []any {
	now := store.At(tx.Now)
	return []any{string(account), string(o), string(account), string(o), now, now, now}
}

// MemberJoinsIn locks the quotas of invitations that MemberJoinedIn will settle.
func (Organization) MemberJoinsIn(tx *iam.Tx, o org.OrganizationID, account iam.AccountID) error {
	if o == "" || account == "" {
		return nil
	}
	var senders []string
	if err := tx.DB().Raw("SELECT DISTINCT i.sender "+waiting+" ORDER BY i.sender", waitingArgs(tx, o, account)...).Scan(&senders).Error; err != nil {
		return fmt.Errorf("read invitations between members: %w", err)
	}
	for _, s := range senders {
		if err := lockPending(tx, s); err != nil {
			return err
		}
	}
	return nil
}

// MemberJoinedIn accepts, in the name of the organization, the invitations that wait
// between the account and other members, while sharing is on. Their access is then the
// organization's, not the account's own.
func (Organization) MemberJoinedIn(tx *iam.Tx, o org.Organization, account iam.AccountID) error {
	if !o.SharingEnabled {
		return nil
	}
	args := waitingArgs(tx, o.ID, account)
	shares, err := lockShares(tx, "id IN (SELECT i.share_id "+waiting+")", args...)
	if err != nil {
		return err
	}
	if err := lockKeysOf(tx, slices.Collect(maps.Keys(shares))); err != nil {
		return err
	}
	var due []struct {
		Row       invitationRow `gorm:"embedded"`
		ShareName string        `gorm:"column:share_name"`
	}
	if err := tx.DB().Raw("SELECT i.*, s.name AS share_name "+waiting+" ORDER BY i.id", args...).Scan(&due).Error; err != nil {
		return fmt.Errorf("read invitations between members: %w", err)
	}
	senders := map[string]int{}
	ids, associations := make([]string, len(due)), make([]string, len(due))
	for i, d := range due {
		ids[i], associations[i] = d.Row.ID, d.Row.AssociationID
		senders[d.Row.Sender]++
		tx.Follow(ActionAccept, "acceptResourceShareInvitation", invitationURN(iam.AccountID(d.Row.Receiver), d.Row.ID), func() {
			tx.CopyTo(iam.AccountID(d.Row.Sender))
			tx.Detail("share_name", d.ShareName)
			tx.Detail("why", acceptedByOrganization)
		})
	}
	if len(due) == 0 {
		return nil
	}
	now := store.At(tx.Now)
	err = tx.DB().Model(&principalRow{}).Where("id IN ? AND status = 'associating'", associations).Updates(map[string]any{
		"status": associated, "associated_at": now, "organization_id": string(o.ID), "sharing_epoch": o.SharingEpoch, "external": false,
	}).Error
	if err != nil {
		return fmt.Errorf("associate members: %w", err)
	}
	err = tx.DB().Model(&invitationRow{}).Where("id IN ? AND status = 'pending'", ids).
		Updates(map[string]any{"status": string(StatusAccepted), "answered_at": now, "note": acceptedByOrganization}).Error
	if err != nil {
		return fmt.Errorf("accept invitations of members: %w", err)
	}
	for sender, n := range senders {
		if err := tx.ReturnQuota(iam.AccountID(sender), quotaPending, n); err != nil {
			return err
		}
	}
	return nil
}

const acceptedByOrganization = "the organization accepted it"

// MemberLeftIn ends what carries the organization in the shares of the account, and in
// shares of others the parts that name it. Shares with units and with the organization
// stay as they are: membership decides whom they reach.
func (Organization) MemberLeftIn(tx *iam.Tx, o org.OrganizationID, account iam.AccountID) error {
	return endCarried(tx, "organization_left", "The account left the organization.",
		"organization_id = ? AND (account_id = ? OR kind = 'account' AND principal = ?)", string(o), string(account), string(account))
}

// UnitDeletedIn ends the parts of shares that name the unit.
func (Organization) UnitDeletedIn(tx *iam.Tx, _ org.OrganizationID, unit string) error {
	return endCarried(tx, "unit_deleted", "The organizational unit was deleted.", "kind = 'ou' AND principal = ?", unit)
}

// OrganizationDeletedIn ends all that still carries the organization.
func (Organization) OrganizationDeletedIn(tx *iam.Tx, o org.OrganizationID) error {
	return endCarried(tx, "organization_left", "The organization was deleted.", "organization_id = ?", string(o))
}

// endCarried ends the live associations that the condition selects. They came through the
// organization, so none of them has an invitation that waits.
func endCarried(tx *iam.Tx, by, why, condition string, args ...any) error {
	condition = "ended_at IS NULL AND (" + condition + ")"
	shares, err := lockShares(tx, "id IN (SELECT share_id FROM share_principals WHERE "+condition+")", args...)
	if err != nil {
		return err
	}
	if len(shares) == 0 {
		return nil
	}
	var ended []principalRow
	if err := tx.DB().Where(condition, args...).Order("share_id, id").Find(&ended).Error; err != nil {
		return fmt.Errorf("read associations: %w", err)
	}
	for _, p := range ended {
		tx.Follow(actionSettle, "disassociateResourceShare", shareURN(iam.AccountID(p.AccountID), p.ShareID), func() {
			tx.Detail("share_name", shares[p.ShareID])
			tx.Detail("principal", p.Principal)
			tx.Detail("why", why)
			if p.Kind == string(KindAccount) {
				tx.CopyTo(iam.AccountID(p.Principal))
			}
		})
	}
	now := store.At(tx.Now)
	err = tx.DB().Model(&principalRow{}).Where(condition, args...).
		Updates(map[string]any{"status": disassociated, "status_message": why, "ended_at": now, "ended_by": by}).Error
	if err != nil {
		return fmt.Errorf("end associations: %w", err)
	}
	err = tx.DB().Model(&shareRow{}).Where("id IN (SELECT share_id FROM share_principals WHERE ended_at = ? AND ended_by = ?)", now, by).
		Updates(map[string]any{
			"updated_at":      now,
			"principal_count": gorm.Expr("(SELECT count(*) FROM share_principals p WHERE p.share_id = shares.id AND p.ended_at IS NULL)"),
		}).Error
	if err != nil {
		return fmt.Errorf("count principals of shares: %w", err)
	}
	return nil
}

// lockShares takes the rows of the shares that the condition selects, by id, and gives
// their names.
func lockShares(tx *iam.Tx, condition string, args ...any) (map[string]string, error) {
	var rows []shareRow
	if err := store.ForUpdate(tx.DB()).Select("id", "name").Where(condition, args...).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("lock shares: %w", err)
	}
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, nil
}
