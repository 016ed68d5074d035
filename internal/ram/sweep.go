package ram

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// The actions of the console itself. They name events in the trail; no policy grants
// them.
const (
	actionExpire iam.Action = "ram:resourceShareInvitations:expire"
	actionSettle iam.Action = "ram:resourceShares:disassociate"
)

// sweepBatch is how much of a kind one run takes, so that a run ends.
const sweepBatch = 500

// errSettled ends a sweep's act whose work another one has done, before it decided
// anything, so that it leaves no trace.
var errSettled = errors.New("ram: settled already")

// RunOnce sweeps: lapsed drafts, expired invitations, associations whose end has come or that the
// organization no longer carries, resources whose key is deleted for good, and rows
// past their keeping. None of it changes who has access: the view knew before. It is
// safe in several replicas at once. A row that cannot be settled does not keep others
// from it: the errors come together at the end.
func (s *Service) RunOnce(ctx context.Context, now time.Time) error {
	return errors.Join(
		s.dropDrafts(ctx, now),
		s.expireInvitations(ctx, now),
		s.settleEnded(ctx, now),
		s.settleOrganization(ctx),
		s.settleKeys(ctx),
		s.purge(ctx, now),
	)
}

func (s *Service) dropDrafts(ctx context.Context, now time.Time) error {
	err := s.st.Write(ctx, func(db *gorm.DB) error {
		return db.Where("expires_at <= ?", store.At(now)).Delete(&draftRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("drop lapsed drafts: %w", err)
	}
	return nil
}

func (s *Service) expireInvitations(ctx context.Context, now time.Time) error {
	var due []invitationRow
	err := s.st.Read(ctx).Where("status = 'pending' AND expires_at <= ?", store.At(now)).Order("expires_at, id").Limit(sweepBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("find expired invitations: %w", err)
	}
	var failed []error
	for _, invitation := range due {
		err := s.settle(ctx, iam.AccountID(invitation.Sender), func(tx *iam.Tx) error {
			if err := lockPending(tx, invitation.Sender); err != nil {
				return err
			}
			share, err := lockShare(tx, invitation.ShareID)
			if err != nil {
				return err
			}
			var row invitationRow
			err = store.ForUpdate(tx.DB()).Where("id = ? AND status = 'pending' AND expires_at <= ?", invitation.ID, store.At(now)).Take(&row).Error
			if store.NotFound(err) {
				return errSettled
			}
			if err != nil {
				return err
			}
			if err := tx.Allow(actionExpire, shareURN(tx.Caller.Account, share.ID)); err != nil {
				return err
			}
			tx.CopyTo(iam.AccountID(row.Receiver))
			tx.Detail("invitation", row.ID)
			tx.Detail("share_name", share.Name)
			return endPrincipal(tx, share, principalRow{ID: row.AssociationID}, "expired", StatusExpired, false)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("expire invitation %s: %w", invitation.ID, err))
		}
	}
	return errors.Join(failed...)
}

// settleOrganization marks associations whose organization turned sharing off.
func (s *Service) settleOrganization(ctx context.Context) error {
	const dead = `sp.ended_at IS NULL AND sp.organization_id IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM sharing_switches o WHERE o.id = sp.organization_id AND o.sharing_enabled AND o.sharing_epoch = sp.sharing_epoch)`
	var due []principalRow
	err := s.st.Read(ctx).Table("share_principals AS sp").Where(dead).Order("sp.share_id, sp.id").Limit(sweepBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("find associations of ended sharing: %w", err)
	}
	var failed []error
	for _, d := range due {
		err := s.settle(ctx, iam.AccountID(d.AccountID), func(tx *iam.Tx) error {
			if err := lockPending(tx, d.AccountID); err != nil {
				return err
			}
			share, err := lockShare(tx, d.ShareID)
			if err != nil {
				return err
			}
			var row principalRow
			err = tx.DB().Table("share_principals AS sp").Where("sp.id = ?", d.ID).Where(dead).Take(&row).Error
			if store.NotFound(err) {
				return errSettled
			}
			if err != nil {
				return err
			}
			if err := tx.Allow(actionSettle, shareURN(tx.Caller.Account, share.ID)); err != nil {
				return err
			}
			tx.Detail("share_name", row.nameIn(share))
			tx.Detail("why", "sharing with the organization was turned off")
			tx.PrivateDetail("principal", row.Principal)
			if row.Kind == string(KindAccount) {
				tx.CopyTo(iam.AccountID(row.Principal))
			}
			return endPrincipal(tx, share, row, "sharing_disabled", StatusCancelled, false)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("settle association %s: %w", d.ID, err))
		}
	}
	return errors.Join(failed...)
}

// settleKeys takes keys that are deleted for good out of their shares.
func (s *Service) settleKeys(ctx context.Context) error {
	var due []resourceRow
	err := s.st.Read(ctx).Table("share_resources AS sr").Joins("JOIN key_cards k ON k.id = sr.key_id AND k.state = 'deleted'").
		Select("sr.*").Where("sr.ended_at IS NULL").Order("sr.share_id, sr.id").Limit(sweepBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("find shared keys that are deleted: %w", err)
	}
	var failed []error
	for _, d := range due {
		err := s.settle(ctx, iam.AccountID(d.AccountID), func(tx *iam.Tx) error {
			share, err := lockShare(tx, d.ShareID)
			if err != nil {
				return err
			}
			var live []string
			if err := tx.DB().Model(&resourceRow{}).Where("id = ? AND ended_at IS NULL", d.ID).Pluck("id", &live).Error; err != nil {
				return err
			}
			if len(live) == 0 {
				return errSettled
			}
			if err := tx.Allow(actionSettle, shareURN(tx.Caller.Account, share.ID)); err != nil {
				return err
			}
			tx.Detail("share_name", share.Name)
			tx.Detail("key", d.KeyID)
			tx.Detail("why", "the key was deleted")
			accounts, err := accountsIn(tx, share.ID)
			if err != nil {
				return err
			}
			tx.CopyTo(accounts...)
			return endResource(tx, share.ID, AssociationID(d.ID), "The key was deleted for good.", false)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("settle key of share %s: %w", d.ShareID, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) settle(ctx context.Context, owner iam.AccountID, act func(tx *iam.Tx) error) error {
	if err := s.gate.Write(ctx, iam.System(owner), act); err != nil && !errors.Is(err, errSettled) {
		return err
	}
	return nil
}

// forgotten are the versions of permissions that were deleted so long ago that no share
// tells of the permission any more.
const forgotten = `SELECT v.id FROM permission_versions v JOIN permissions p ON p.id = v.permission_id
WHERE COALESCE(v.deleted_at, p.deleted_at) <= ? AND NOT EXISTS (SELECT 1 FROM share_permissions sp WHERE sp.permission_id = p.id)`

// purge deletes what ended 400 days ago: whole shares, and parts of those that live.
func (s *Service) purge(ctx context.Context, now time.Time) error {
	before := store.At(now.Add(-EndedKept))
	old := []string{
		"DELETE FROM invitations WHERE association_id IN (SELECT id FROM share_principals WHERE ended_at <= ?)",
		"DELETE FROM share_principals WHERE ended_at <= ?",
		"DELETE FROM share_resources WHERE ended_at <= ?",
		"DELETE FROM share_permissions WHERE ended_at <= ?",
		"DELETE FROM permission_version_actions WHERE version_id IN (" + forgotten + ")",
		"DELETE FROM permission_versions WHERE id IN (" + forgotten + ")",
		"DELETE FROM permissions WHERE deleted_at <= ? AND NOT EXISTS (SELECT 1 FROM permission_versions v WHERE v.permission_id = permissions.id)",
		"DELETE FROM share_tags WHERE share_id IN (SELECT id FROM shares WHERE deleted_at <= ?)",
		"DELETE FROM shares WHERE deleted_at <= ?",
	}
	err := s.st.Write(ctx, func(db *gorm.DB) error {
		for _, query := range old {
			if err := db.Exec(query, before).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("purge what ended 400 days ago: %w", err)
	}
	return nil
}
