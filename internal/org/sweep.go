package org

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// actionExpire is the console's own act; no policy grants it.
const actionExpire iam.Action = "organizations:handshakes:expire"

// sweepBatch is how many invitations one run takes, so that a run ends.
const sweepBatch = 500

var errSettled = errors.New("org: settled already")

// RunOnce sweeps: invitations that nobody answered in time, those older than a year, and
// removals that no limit counts any more.
// It is safe in several replicas at once.
func (s *Service) RunOnce(ctx context.Context, now time.Time) error {
	return errors.Join(s.expireInvitations(ctx, now), s.purge(ctx, now))
}

func (s *Service) expireInvitations(ctx context.Context, now time.Time) error {
	var due []invitationRow
	err := s.st.Read(ctx).Where("status = 'pending' AND expires_at <= ?", store.At(now)).Order("expires_at, id").Limit(sweepBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("find expired invitations into organizations: %w", err)
	}
	var failed []error
	for _, row := range due {
		err := s.gate.Write(ctx, iam.System(iam.AccountID(row.Sender)), func(tx *iam.Tx) error {
			if err := row.close(tx, Expired); errors.Is(err, errMoved) {
				return errSettled
			} else if err != nil {
				return err
			}
			if err := tx.Allow(actionExpire, urn(tx.Caller.Account, "handshake", row.ID)); err != nil {
				return err
			}
			tx.CopyTo(iam.AccountID(receiver(row)))
			tx.Detail("organization", row.Organization)
			return nil
		})
		if err != nil && !errors.Is(err, errSettled) {
			failed = append(failed, fmt.Errorf("expire invitation %s: %w", row.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) purge(ctx context.Context, now time.Time) error {
	err := s.st.Write(ctx, func(db *gorm.DB) error {
		if err := db.Exec("DELETE FROM org_removals WHERE removed_at <= ?", store.At(now.Add(-removalWindow))).Error; err != nil {
			return err
		}
		return db.Where("created_at <= ?", store.At(now.Add(-InvitationKept))).Delete(&invitationRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("purge invitations into organizations and removals: %w", err)
	}
	return nil
}
