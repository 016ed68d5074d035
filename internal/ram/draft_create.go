package ram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// NewDraft is what a draft may begin with.
type NewDraft struct {
	Keys []string // own key IDs to pick beforehand; those that cannot be shared are left out
}

// CreateDraft begins a draft with a suggested name.
//
// Errors: Forbidden without ram:resourceShares:create; Quota beyond 20 drafts.
func (s *Service) CreateDraft(ctx context.Context, caller iam.Caller, in NewDraft) (DraftID, error) {
	var row draftRow
	id := newID()
	data := draftData{Name: suggestedName(), AllowExternal: true}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionCreate, anyShare(tx.Caller)); err != nil {
			return err
		}
		row = newDraftRow(tx, id)
		keys, err := ownKeys(tx, in.Keys[:min(len(in.Keys), MaxKeys)])
		if err != nil {
			return err
		}
		for _, id := range in.Keys {
			if k, ok := keys[id]; ok && shareable(tx, k) == nil && !slices.Contains(data.Keys, id) {
				data.Keys = append(data.Keys, id)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if err := s.keepDraft(ctx, row, data); err != nil {
		return "", fmt.Errorf("create draft: %w", err)
	}
	return DraftID(row.ID), nil
}

func newDraftRow(tx *iam.Tx, id string) draftRow {
	now := store.At(tx.Now)
	return draftRow{
		ID: id, AccountID: string(tx.Caller.Account), UserID: string(tx.Caller.User), Version: 1,
		CreatedAt: now, UpdatedAt: now, ExpiresAt: store.At(tx.Now.Add(DraftLifetime)),
	}
}

// keepDraft stores a new draft. One that would edit the same share and was never touched
// makes room for it.
func (s *Service) keepDraft(ctx context.Context, row draftRow, data draftData) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	row.Data = string(text)
	return s.st.Write(ctx, func(db *gorm.DB) error {
		mine := func() *gorm.DB {
			return db.Where("user_id = ? AND share_id IS NULL AND expires_at > ?", row.UserID, row.CreatedAt)
		}
		// Two who are about to make the 20th wait for each other on the 19 others, and
		// the second counts again.
		var drafts []draftRow
		if err := store.ForUpdate(mine()).Order("id").Find(&drafts).Error; err != nil {
			return err
		}
		for _, d := range drafts {
			if old, err := d.data(); err != nil || d.Version > 1 || data.Edits == "" || old.Edits != data.Edits {
				continue
			}
			if err := db.Where("id = ? AND version = 1", d.ID).Delete(&draftRow{}).Error; err != nil {
				return err
			}
		}
		var ids []string
		if err := mine().Model(&draftRow{}).Pluck("id", &ids).Error; err != nil {
			return err
		}
		if len(ids) >= MaxDrafts {
			return errDraftsFull
		}
		return db.Create(&row).Error
	})
}
