package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// DeletePermission deletes an own permission that no live share is tied to. Shares that
// ended still tell its name, and the name is free for another.
//
// Errors: NotFound; Forbidden; State for a system-defined permission, or when a share uses
// it.
func (s *Service) DeletePermission(ctx context.Context, caller iam.Caller, id PermissionID) error {
	err := s.changePermission(ctx, caller, ActionDeletePermission, id, func(tx *iam.Tx, p permissionHead, versions []Permission) error {
		ids := make([]string, len(versions))
		for i, v := range versions {
			ids[i] = v.version
		}
		if err := unused(tx, ids, "this permission"); err != nil {
			return err
		}
		gone := tx.DB().Model(&permissionHead{}).Where("id = ? AND deleted_at IS NULL", p.ID).
			Updates(map[string]any{"deleted_at": store.At(tx.Now), "name": p.Name + freedName + p.ID})
		if err := store.Changed(gone, errMoved); err != nil {
			return err
		}
		return tx.ReturnQuota(tx.Caller.Account, quotaPermissions, 1)
	})
	if err != nil {
		return fmt.Errorf("delete permission: %w", err)
	}
	return nil
}

// keepPermission makes the permission of the own account that a share is about to be tied
// to stand still until the transaction ends: its deletion waits, or has happened. A new
// share takes it after its keys, a change of shares after those and before keys; neither
// waits for the other, because the lock is a shared one and deletion takes no key and no
// share. System-defined ones cannot be deleted.
func keepPermission(tx *iam.Tx, id PermissionID) error {
	var ids []string
	err := store.ForShare(tx.DB()).Model(&permissionHead{}).Where("id = ? AND account_id = ?", store.QueryID(id), string(tx.Caller.Account)).Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("keep permission %s: %w", id, err)
	}
	return nil
}
