package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// SetTag gives a share a tag, or one of its tags another value.
//
// Errors: Invalid with the fields tags and tag_value; NotFound; Forbidden; State when the
// share is deleted.
func (s *Service) SetTag(ctx context.Context, caller iam.Caller, id ShareID, t Tag) error {
	err := s.changeShare(ctx, caller, ActionTag, id, func(tx *iam.Tx, share shareRow) (bool, error) {
		tags, err := tagsOf(tx, []string{share.ID})
		if err != nil {
			return false, err
		}
		was, wish := tags[share.ID], []Tag{t}
		for _, one := range was {
			if one.Key != t.Key {
				wish = append(wish, one)
			}
		}
		var wrong fault.Fields
		checkTags(&wrong, wish, "tag_value")
		if err := wrong.Err(); err != nil {
			return false, err
		}
		changes := tagChanges(was, wish)
		tx.PrivateDetail("tags", t.Key)
		return len(changes) > 0, writeTags(tx, share, changes)
	})
	if err != nil {
		return fmt.Errorf("tag share: %w", err)
	}
	return nil
}

// DeleteTag takes a tag off a share, and reports whether the share had it.
//
// Errors: NotFound; Forbidden; State when the share is deleted.
func (s *Service) DeleteTag(ctx context.Context, caller iam.Caller, id ShareID, key string) (had bool, err error) {
	err = s.changeShare(ctx, caller, ActionUntag, id, func(tx *iam.Tx, share shareRow) (bool, error) {
		gone := tx.DB().Where("share_id = ? AND tag_key = ?", share.ID, key).Delete(&tagRow{})
		if gone.Error != nil {
			return false, fmt.Errorf("delete tag: %w", gone.Error)
		}
		tx.PrivateDetail("tags", clip(key, 128))
		had = gone.RowsAffected > 0
		return had, nil
	})
	if err != nil {
		return false, fmt.Errorf("untag share: %w", err)
	}
	return had, nil
}
