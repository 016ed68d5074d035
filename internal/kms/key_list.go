package kms

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Orders of a list of custom keys.
const (
	SortCreated = "created"
	SortName    = "name"
)

// ListKeysInput selects custom keys; empty fields select all.
type ListKeysInput struct {
	Region   string
	Search   string // start of the name in any case, or of the ID
	State    State
	Spec     Spec
	Usage    Usage
	Origin   Origin
	From     time.Time // created at it or later
	Before   time.Time // created earlier
	TagKey   string
	TagValue string // with TagKey; empty for any value
	Sort     string // SortCreated or SortName
	Desc     bool
	Slice    store.Slice
}

// KeyList is a slice of custom keys and how many of the quota exist.
type KeyList struct {
	Keys  []Key
	Edges store.Edges
	Used  int64
	Quota int64
}

// ListKeys gives the account's custom keys of a region; keys of other accounts and
// default keys are never among them. Two queries.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) ListKeys(ctx context.Context, caller iam.Caller, in ListKeysInput) (KeyList, error) {
	var list KeyList
	keyset := store.Keyset{Column: "created_at", ID: "id", Time: true, Desc: in.Desc}
	if in.Sort == SortName {
		keyset = store.Keyset{Column: "name_lower", ID: "id", Desc: in.Desc}
	}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, allKeys(caller, in.Region)); err != nil {
			return err
		}
		var rows []keyRow
		err := tx.DB().Select("id, account_id, region, kind, name, name_lower, spec, usage, origin, state, created_at, updated_at, deletion_at").
			Scopes(in.matching(caller.Account), keyset.Apply(in.Slice)).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("list keys: %w", err)
		}
		rows, list.Edges = store.Cut(keyset, in.Slice, rows, func(r keyRow) (any, string) {
			if in.Sort == SortName {
				return r.NameLower, r.ID
			}
			return r.CreatedAt, r.ID
		})
		list.Keys = toKeys(rows)
		list.Used, list.Quota, err = tx.QuotaUse(keyQuota(in.Region))
		return err
	})
	return list, err
}

func (in ListKeysInput) matching(account iam.AccountID) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		db = db.Where("account_id = ? AND region = ? AND kind = ?", string(account), in.Region, string(Custom))
		if in.State != "" && in.State != Deleted {
			db = db.Where("state = ?", string(in.State))
		} else {
			db = db.Where("state <> 'deleted'")
		}
		if in.TagKey != "" {
			tags := "SELECT key_id FROM key_tags WHERE account_id = ? AND tag_key = ?"
			args := []any{string(account), in.TagKey}
			if in.TagValue != "" {
				tags, args = tags+" AND tag_value = ?", append(args, in.TagValue)
			}
			db = db.Where("id IN ("+tags+")", args...)
		}
		if !in.From.IsZero() {
			db = db.Where("created_at >= ?", store.At(in.From))
		}
		if !in.Before.IsZero() {
			db = db.Where("created_at < ?", store.At(in.Before))
		}
		return db.Scopes(store.NameOrID("name_lower", "id", in.Search), being("", in.Spec, in.Usage, in.Origin))
	}
}
