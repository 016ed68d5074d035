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
	row := draftRow{ID: newID(), AccountID: string(caller.Account), UserID: string(caller.User), Version: 1}
	data := draftData{Name: suggestedName(), AllowExternal: true}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionCreate, anyShare(tx.Caller)); err != nil {
			return err
		}
		now := store.At(tx.Now)
		row.CreatedAt, row.UpdatedAt, row.ExpiresAt = now, now, store.At(tx.Now.Add(DraftLifetime))
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
	text, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("write draft: %w", err)
	}
	row.Data = string(text)
	err = s.st.Write(ctx, func(db *gorm.DB) error {
		mine := func() *gorm.DB {
			return db.Model(&draftRow{}).Where("user_id = ? AND share_id IS NULL AND expires_at > ?", row.UserID, row.CreatedAt)
		}
		// Two who are about to make the 20th wait for each other on the 19 others, and
		// the second counts again.
		var ids []string
		if err := store.ForUpdate(mine()).Order("id").Pluck("id", &ids).Error; err != nil {
			return err
		}
		if err := mine().Pluck("id", &ids).Error; err != nil {
			return err
		}
		if len(ids) >= MaxDrafts {
			return errDraftsFull
		}
		return db.Create(&row).Error
	})
	if err != nil {
		return "", fmt.Errorf("create draft: %w", err)
	}
	return DraftID(row.ID), nil
}
