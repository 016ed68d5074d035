package ram

import (
	"fmt"
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// removePrincipals dissolves the associations that end, with the invitations that wait.
func (e edit) removePrincipals(tx *iam.Tx, share string) error {
	if len(e.removed) == 0 {
		return nil
	}
	ids := make([]string, 0, len(e.removed))
	for _, p := range e.removed {
		ids = append(ids, string(p.ID))
		if p.State == InvitationPending {
			withdrawn(tx, shareRow{ID: share, AccountID: string(tx.Caller.Account), Name: e.parts.state.Name}, p.Invitation, p.Account)
		}
	}
	now := store.At(tx.Now)
	ended := tx.DB().Model(&principalRow{}).Where("id IN ? AND share_id = ? AND ended_at IS NULL", ids, share).
		Updates(map[string]any{"status": disassociated, "ended_at": now, "ended_by": "removed"})
	if ended.Error == nil && int(ended.RowsAffected) != len(ids) {
		return errMoved
	}
	if ended.Error != nil {
		return fmt.Errorf("remove principals of share %s: %w", share, ended.Error)
	}
	closed := tx.DB().Model(&invitationRow{}).Where("association_id IN ? AND status = 'pending'", ids).
		Updates(map[string]any{"status": string(StatusCancelled), "answered_at": now})
	if closed.Error != nil {
		return fmt.Errorf("withdraw invitations of share %s: %w", share, closed.Error)
	}
	return tx.ReturnQuota(tx.Caller.Account, quotaPending, int(closed.RowsAffected))
}

func (e edit) removeKeys(tx *iam.Tx, share string) error {
	if len(e.mine.KeysRemoved) == 0 {
		return nil
	}
	ended := tx.DB().Model(&resourceRow{}).Where("share_id = ? AND key_id IN ? AND ended_at IS NULL", share, keyIDs(e.mine.KeysRemoved)).
		Updates(map[string]any{"status": disassociated, "ended_at": store.At(tx.Now)})
	if ended.Error != nil {
		return fmt.Errorf("remove keys of share %s: %w", share, ended.Error)
	}
	return nil
}

// replacePermission ties a share to another permission, or to another version of it. What
// principals may do changes in the same transaction.
func replacePermission(tx *iam.Tx, share string, p Permission) error {
	now := store.At(tx.Now)
	ended := tx.DB().Model(&sharePermissionRow{}).Where("share_id = ? AND resource_type = ? AND ended_at IS NULL", share, ResourceTypeKey).Update("ended_at", now)
	if ended.Error != nil {
		return fmt.Errorf("replace permission of share %s: %w", share, ended.Error)
	}
	return insert(tx, []sharePermissionRow{{
		ID: newID(), ShareID: share, AccountID: string(tx.Caller.Account), ResourceType: ResourceTypeKey,
		PermissionID: string(p.ID), VersionID: p.version, CreatedAt: now,
	}})
}

// addResources puts own keys, which are locked, into a share.
func addResources(tx *iam.Tx, share string, keys []Key) error {
	var rows []resourceRow
	for _, k := range keys {
		rows = append(rows, resourceRow{
			ID: newID(), ShareID: share, AccountID: string(tx.Caller.Account), ResourceType: ResourceTypeKey, URN: k.URN(tx.Caller.Account).String(),
			KeyID: k.ID, Region: k.Region, Status: associated, CreatedAt: store.At(tx.Now),
		})
	}
	return insert(tx, rows)
}

// addPrincipals names the added ones, each with a new association and the invitation it
// needs.
func (e edit) addPrincipals(tx *iam.Tx, id string) error {
	var rows []principalRow
	var invitations []invitationRow
	for _, p := range e.added {
		if err := makeRoom(tx, shareRow{ID: id, AccountID: string(tx.Caller.Account), EndsAt: e.was.EndsAt}, p); err != nil {
			return err
		}
		row, invitation := associate(tx, e.was, e.circle, p)
		rows = append(rows, row)
		if invitation != nil {
			invitations = append(invitations, *invitation)
		}
		if p.Kind == KindAccount {
			tx.CopyTo(iam.AccountID(p.Principal))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	tx.PrivateDetail("invitations", strconv.Itoa(len(invitations)))
	if err := insert(tx, rows); err != nil {
		return err
	}
	if len(invitations) == 0 {
		return nil
	}
	if err := tx.TakeQuota(quotaPending, len(invitations)); err != nil {
		return err
	}
	return insert(tx, invitations)
}

// writeTags sets and deletes tags of a share.
func writeTags(tx *iam.Tx, share shareRow, changes []TagChange) error {
	var gone []string
	var set []tagRow
	for _, c := range changes {
		gone = append(gone, c.Key)
		if c.To != nil {
			set = append(set, tagRow{ShareID: share.ID, AccountID: share.AccountID, Key: c.Key, Value: *c.To, CreatedAt: share.CreatedAt})
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := tx.DB().Where("share_id = ? AND tag_key IN ?", share.ID, gone).Delete(&tagRow{}).Error; err != nil {
		return fmt.Errorf("change tags of share %s: %w", share.ID, err)
	}
	return insert(tx, set)
}

// tags lists the keys of tags that are set, or of those that are deleted, for the trail.
func (d Difference) tags(set bool) string {
	var keys []string
	for _, t := range d.Tags {
		if (t.To != nil) == set {
			keys = append(keys, t.Key)
		}
	}
	return strings.Join(keys, " ")
}

// accountsOf gives the accounts among live principals, for their trails: those that the
// organization no longer carries are out already.
func accountsOf(list []Principal) []iam.AccountID {
	var ids []iam.AccountID
	for _, p := range list {
		if p.Kind == KindAccount && p.State != Ineffective {
			ids = append(ids, p.Account)
		}
	}
	return ids
}

func principalWords(list []Named) string {
	names := make([]string, 0, len(list))
	for _, n := range list {
		names = append(names, n.Principal)
	}
	return strings.Join(names, " ")
}

func permissionWords(p Permission) string {
	return fmt.Sprintf("%s, version %d", p.Name, p.Version)
}
