package kms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// errTaken says that another replica, or the owner's cancel, came first.
var errTaken = errors.New("kms: deletion is no longer due")

// RunOnce deletes for good the keys whose waiting time is over at now, at most 100: the
// material is overwritten, then removed; the key's row stays as a tombstone and the
// quota is returned. Replicas may run it at once.
func (s *Service) RunOnce(ctx context.Context, now time.Time) error {
	var due []keyRow
	err := s.st.Read(ctx).Select("id, account_id, region, kind, name").
		Where("deletion_at <= ? AND state = ?", store.At(now), string(PendingDeletion)).Order("deletion_at, id").Limit(100).Find(&due).Error
	if err != nil {
		return fmt.Errorf("find keys due for deletion: %w", err)
	}
	var errs []error
	deleted := 0
	for _, row := range due {
		err := s.deleteKey(ctx, row.toKey(), now)
		switch {
		case err == nil:
			deleted++
		case !errors.Is(err, errTaken):
			errs = append(errs, fmt.Errorf("delete key %s: %w", row.ID, err))
		}
	}
	if deleted > 0 {
		errs = append(errs, s.forgetPages(ctx))
	}
	return errors.Join(errs...)
}

func (s *Service) deleteKey(ctx context.Context, k Key, now time.Time) error {
	return s.gate.Write(ctx, iam.System(k.Account), func(tx *iam.Tx) error {
		if err := tx.ReturnQuota(k.Account, keyQuota(k.Region), 1); err != nil {
			return err
		}
		result := tx.DB().Exec("UPDATE keys SET state = ?, deletion_at = NULL, description = '', updated_at = ? WHERE id = ? AND account_id = ? AND state = ? AND deletion_at <= ?",
			string(Deleted), store.At(tx.Now), string(k.ID), string(k.Account), string(PendingDeletion), store.At(now))
		if err := store.Changed(result, errTaken); err != nil {
			return err
		}
		if err := tx.Allow(ActionUpdate, k.URN()); err != nil {
			return err
		}
		tx.As("deleteKey")
		tx.Detail("name", k.Name)
		return wipeMaterial(tx, k)
	})
}

// wipeMaterial writes zeros over the sealed bytes before the rows go, so that the place
// they stood in no longer holds them.
func wipeMaterial(tx *iam.Tx, k Key) error {
	var versions []struct {
		Version uint32 `gorm:"column:version"`
		Size    int    `gorm:"column:size"`
	}
	if err := tx.DB().Raw("SELECT version, length(sealed) AS size FROM key_versions WHERE key_id = ?", string(k.ID)).Scan(&versions).Error; err != nil {
		return fmt.Errorf("measure material: %w", err)
	}
	for _, v := range versions {
		if err := tx.DB().Exec("UPDATE key_versions SET sealed = ? WHERE key_id = ? AND version = ?", make([]byte, v.Size), string(k.ID), v.Version).Error; err != nil {
			return fmt.Errorf("overwrite material: %w", err)
		}
	}
	for _, table := range []string{"key_versions", "key_tags"} {
		if err := tx.DB().Exec("DELETE FROM "+table+" WHERE key_id = ?", string(k.ID)).Error; err != nil {
			return fmt.Errorf("delete from %s: %w", table, err)
		}
	}
	return nil
}

// forgetPages empties SQLite's log, in which overwritten pages stand until then. It does
// less while a reader is busy; the next deletion or restart finishes it.
func (s *Service) forgetPages(ctx context.Context) error {
	if s.st.Dialect() != store.SQLite {
		return nil
	}
	_, write := s.st.Pools()
	if _, err := write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("empty the database's log: %w", err)
	}
	return nil
}
