package ram

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// ListDrafts gives the caller's drafts that were not confirmed yet, newest first.
func (s *Service) ListDrafts(ctx context.Context, caller iam.Caller) ([]Draft, error) {
	var drafts []Draft
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := allowDrafts(tx); err != nil {
			return err
		}
		var rows []draftRow
		err := tx.DB().Where("user_id = ? AND account_id = ? AND share_id IS NULL AND expires_at > ?",
			string(tx.Caller.User), string(tx.Caller.Account), store.At(tx.Now)).Order("updated_at DESC, id").Limit(MaxDrafts).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("list drafts: %w", err)
		}
		for _, r := range rows {
			data, err := r.data()
			if err != nil {
				return err
			}
			drafts = append(drafts, r.toDraft(data))
		}
		return nil
	})
	return drafts, err
}

// allowDrafts lets in who may make shares or change some.
func allowDrafts(tx *iam.Tx) error {
	if urn := anyShare(tx.Caller); !tx.Caller.May(ActionCreate, urn) && tx.Caller.May(ActionUpdate, urn) {
		return tx.Allow(ActionUpdate, urn)
	}
	return tx.Allow(ActionCreate, anyShare(tx.Caller))
}

// GetDraft gives one draft of the caller, submitted or not.
//
// Errors: NotFound for a missing one, a lapsed one and another user's.
func (s *Service) GetDraft(ctx context.Context, caller iam.Caller, id DraftID) (Draft, error) {
	var draft Draft
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, data, err := allowDraft(tx, id)
		draft = row.toDraft(data)
		return err
	})
	return draft, err
}

// DeleteDraft discards a draft; one that is gone already is no error.
func (s *Service) DeleteDraft(ctx context.Context, caller iam.Caller, id DraftID) error {
	err := s.gate.Read(ctx, caller, allowDrafts)
	if err != nil {
		return err
	}
	err = s.st.Write(ctx, func(db *gorm.DB) error {
		return db.Where("id = ? AND account_id = ? AND user_id = ?", store.QueryID(id), string(caller.Account), string(caller.User)).Delete(&draftRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("delete draft %s: %w", id, err)
	}
	return nil
}
