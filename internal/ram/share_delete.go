package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// DeleteShare ends a share for all. It is shown for 48 h more.
//
// Errors: NotFound; Forbidden.
func (s *Service) DeleteShare(ctx context.Context, caller iam.Caller, id ShareID) (Ended, error) {
	var ended Ended
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionDelete, id)
		if err != nil {
			return err
		}
		if err := tx.ReturnQuota(tx.Caller.Account, quotaShares, 0); err != nil { // locked here, counted below
			return err
		}
		if err := lockPending(tx, share.AccountID); err != nil {
			return err
		}
		if share, err = lockShare(tx, share.ID); err != nil {
			return err
		}
		ended = Ended{State: ShareEnded, At: tx.Now, Name: share.Name}
		tx.Detail("share_name", share.Name)
		if share.DeletedAt != nil {
			ended.Already, ended.At = true, share.DeletedAt.Time
			tx.Detail("already", string(ShareEnded))
			return nil
		}
		accounts, err := accountsIn(tx, share.ID)
		if err != nil {
			return err
		}
		tx.CopyTo(accounts...)
		return endShare(tx, share)
	})
	if err != nil {
		return Ended{}, fmt.Errorf("delete share: %w", err)
	}
	return ended, nil
}

// endShare ends all parts of a share that is locked. Invitations that ran out unnoticed
// become expired, the others cancelled.
func endShare(tx *iam.Tx, share shareRow) error {
	now := store.At(tx.Now)
	pending, err := closeInvitations(tx, share)
	if err != nil {
		return err
	}
	if err := tx.ReturnQuota(iam.AccountID(share.AccountID), quotaPending, pending); err != nil {
		return err
	}
	steps := []struct {
		query string
		args  []any
	}{
		{"UPDATE share_principals SET status = 'disassociated', ended_at = ?, ended_by = 'share_deleted' WHERE share_id = ? AND ended_at IS NULL", []any{now, share.ID}},
		{"UPDATE share_resources SET status = 'disassociated', status_message = 'The share was deleted.', ended_at = ? WHERE share_id = ? AND ended_at IS NULL", []any{now, share.ID}},
		{"UPDATE share_permissions SET ended_at = ? WHERE share_id = ? AND ended_at IS NULL", []any{now, share.ID}},
	}
	for _, step := range steps {
		if err := tx.DB().Exec(step.query, step.args...).Error; err != nil {
			return fmt.Errorf("end parts of share %s: %w", share.ID, err)
		}
	}
	deleted := tx.DB().Model(&shareRow{}).Where("id = ? AND status = 'active'", share.ID).Updates(map[string]any{
		"status": string(ShareDeleted), "deleted_at": now, "updated_at": now, "version": share.Version + 1, "resource_count": 0, "principal_count": 0,
	})
	if err := store.Changed(deleted, errMoved); err != nil {
		return err
	}
	return tx.ReturnQuota(iam.AccountID(share.AccountID), quotaShares, 1)
}

// closeInvitations ends those that wait, and tells both sides of each that it was withdrawn.
func closeInvitations(tx *iam.Tx, share shareRow) (int, error) {
	now := store.At(tx.Now)
	var waiting []invitationRow
	if err := tx.DB().Where("share_id = ? AND status = 'pending' AND expires_at > ?", share.ID, now).Order("id").Find(&waiting).Error; err != nil {
		return 0, fmt.Errorf("read invitations of share %s: %w", share.ID, err)
	}
	for _, row := range waiting {
		withdrawn(tx, share, InvitationID(row.ID), iam.AccountID(row.Receiver))
	}
	closed := tx.DB().Exec(`UPDATE invitations SET status = CASE WHEN expires_at <= ? THEN 'expired' ELSE 'cancelled' END, answered_at = ?
WHERE share_id = ? AND status = 'pending'`, now, now, share.ID)
	if closed.Error != nil {
		return 0, fmt.Errorf("close invitations of share %s: %w", share.ID, closed.Error)
	}
	return int(closed.RowsAffected), nil
}
