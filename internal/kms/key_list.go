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
	Part     bool   // Search is any part of the name, of the newest store.NewestSearched keys
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
	keyset := in.keyset()
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, allKeys(caller, in.Region)); err != nil {
			return err
		}
		var rows []keyRow
		err := in.from(tx).Select("k.id, k.account_id, k.region, k.kind, k.name, k.name_lower, k.spec, k.usage, k.origin, k.state, k.created_at, k.updated_at, k.deletion_at").
			Scopes(in.matching(caller.Account), keyset.Apply(in.Slice)).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("list keys: %w", err)
		}
		rows, list.Edges = store.Cut(keyset, in.Slice, rows, func(r keyRow) (any, string) {
			if keyset.Time {
				return r.CreatedAt, r.ID
			}
			return r.NameLower, r.ID
		})
		list.Keys = toKeys(rows)
		list.Used, list.Quota, err = tx.QuotaUse(keyQuota(in.Region))
		return err
	})
	return list, err
}

// from is what the list is read from. Tags know when their key was made, so that the list
// of a tag's keys is in the order of an index; it is sorted when it is by name.
func (in ListKeysInput) from(tx *iam.Tx) *gorm.DB {
	db, from := tx.DB(), ""
	if in.TagKey != "" {
		db, from = tx.Steady(), "key_tags AS t CROSS JOIN "
	}
	if in.Part {
		return db.Table(from+"(?) AS k", store.Newest(tx.DB(), "keys", "account_id = ? AND region = ? AND kind = ?", string(tx.Caller.Account), in.Region, string(Custom)))
	}
	return db.Table(from + "keys AS k")
}

// named finds what is searched for.
func (in ListKeysInput) named() func(*gorm.DB) *gorm.DB {
	if in.Part {
		return store.Inside("k.name_lower", in.Search)
	}
	return store.NameOrID("k.name_lower", "k.id", in.Search)
}

// keyset is the order; what an ID finds is in that of IDs.
func (in ListKeysInput) keyset() store.Keyset {
	switch {
	case store.IDSought(in.Search):
		return store.Keyset{ID: "k.id", Desc: in.Desc}
	case in.Sort == SortName:
		return store.Keyset{Column: "k.name_lower", ID: "k.id", Desc: in.Desc}
	case in.TagKey != "":
		return store.Keyset{Column: "t.created_at", ID: "t.key_id", Time: true, Desc: in.Desc}
	}
	return store.Keyset{Column: "k.created_at", ID: "k.id", Time: true, Desc: in.Desc}
}

func (in ListKeysInput) matching(account iam.AccountID) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		db = db.Scopes(store.OfAccount("k.account_id", string(account), store.IDSought(in.Search) || in.TagKey != "")).Where("k.region = ? AND k.kind = ?", in.Region, string(Custom))
		if in.State != "" && in.State != Deleted {
			db = db.Where("k.state = ?", string(in.State))
		} else {
			db = db.Where("k.state <> 'deleted'")
		}
		at := "k.created_at"
		if in.TagKey != "" {
			at = "t.created_at"
			db = db.Where("t.key_id = k.id AND t.account_id = ? AND t.region = ? AND t.tag_key = ?", string(account), in.Region, in.TagKey)
			if in.TagValue != "" {
				db = db.Where("t.tag_value = ?", in.TagValue)
			}
		}
		if !in.From.IsZero() {
			db = db.Where(at+" >= ?", store.At(in.From))
		}
		if !in.Before.IsZero() {
			db = db.Where(at+" < ?", store.At(in.Before))
		}
		return db.Scopes(in.named(), being("k.", in.Spec, in.Usage, in.Origin))
	}
}
