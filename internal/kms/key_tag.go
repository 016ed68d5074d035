package kms

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

type tagRow struct {
	KeyID     string     `gorm:"column:key_id"`
	AccountID string     `gorm:"column:account_id"`
	TagKey    string     `gorm:"column:tag_key"`
	TagValue  string     `gorm:"column:tag_value"`
	Region    string     `gorm:"column:region"`     // of the key
	CreatedAt store.Time `gorm:"column:created_at"` // of the key
}

// TableName names the table.
func (tagRow) TableName() string { return "key_tags" }

// AddTags puts tags on an own key; one whose tag key is there already gets the new
// value. A key has at most 20.
//
// Errors: Invalid with the fields tags and tag_value; NotFound; Forbidden without kms:cmkTag:create or on a foreign key;
// Quota KMS.0409; State KMS.0211 on a default key.
func (s *Service) AddTags(ctx context.Context, caller iam.Caller, region string, id KeyID, tags []Tag) error {
	var fields fault.Fields
	if len(tags) == 0 {
		fields.Add("tags", "KMS.0401", "Give a tag key.")
	}
	checkTags(&fields, tags, "tag_value")
	if err := fields.Err(); err != nil {
		return err
	}
	return s.changeTags(ctx, caller, region, id, ActionCreateTag, "createKeyTag", func(tx *iam.Tx, k Key) error {
		if err := putTags(tx, k, tags); err != nil {
			return err
		}
		var n int
		if err := tx.DB().Raw("SELECT count(*) FROM key_tags WHERE key_id = ?", string(k.ID)).Scan(&n).Error; err != nil {
			return fmt.Errorf("count tags: %w", err)
		}
		if n > MaxTags {
			text := fmt.Sprintf("A key has at most %d tags. Delete one first.", MaxTags)
			return &fault.Error{Kind: fault.Quota, Code: "KMS.0409", Message: text, Fields: []fault.Field{{Name: "tags", Message: text, Code: "KMS.0409"}}}
		}
		return nil
	})
}

// DeleteTag takes a tag off an own key.
//
// Errors: NotFound KMS.0416 when the key has no such tag; otherwise as AddTags.
func (s *Service) DeleteTag(ctx context.Context, caller iam.Caller, region string, id KeyID, tagKey string) error {
	return s.changeTags(ctx, caller, region, id, ActionDeleteTag, "deleteKeyTag", func(tx *iam.Tx, k Key) error {
		result := tx.DB().Exec("DELETE FROM key_tags WHERE key_id = ? AND account_id = ? AND tag_key = ?", string(k.ID), string(k.Account), tagKey)
		return store.Changed(result, fault.New(fault.NotFound, "KMS.0416", "This key has no such tag. Somebody else may have deleted it."))
	})
}

// changeTags decides, and touches the key's row first: changes of one key's tags wait
// for each other there.
func (s *Service) changeTags(ctx context.Context, caller iam.Caller, region string, id KeyID, action iam.Action, event string, change func(*iam.Tx, Key) error) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		k, err := ownIn(tx, region, id, action, event)
		if err != nil {
			return err
		}
		if err := updateKey(tx, k, k.State, map[string]any{}, stateMoved()); err != nil {
			return err
		}
		return change(tx, k)
	})
}

func putTags(tx *iam.Tx, k Key, tags []Tag) error {
	if len(tags) == 0 {
		return nil
	}
	rows := make([]tagRow, len(tags))
	for i, t := range tags {
		rows[i] = tagRow{string(k.ID), string(k.Account), t.Key, t.Value, k.Region, store.At(k.CreatedAt)}
	}
	err := tx.DB().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "key_id"}, {Name: "tag_key"}},
		DoUpdates: clause.AssignmentColumns([]string{"tag_value"}),
	}).Create(&rows).Error
	if err != nil {
		return fmt.Errorf("put tags: %w", err)
	}
	return nil
}

func tagsOf(tx *iam.Tx, id KeyID) ([]Tag, error) {
	var rows []tagRow
	if err := tx.DB().Select("tag_key, tag_value").Where("key_id = ?", string(id)).Order("tag_key").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	tags := make([]Tag, len(rows))
	for i, r := range rows {
		tags[i] = Tag{Key: r.TagKey, Value: r.TagValue}
	}
	return tags, nil
}
