package csms

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Sort is an order of the list.
type Sort string

// The orders. Newest is the one of the zero value.
const (
	Newest   Sort = ""
	Oldest   Sort = "created"
	ByName   Sort = "name"
	ByNameUp Sort = "-name"
)

// ListFilter narrows the list. Zero values do not.
type ListFilter struct {
	Region   string
	Search   string // start of the name in any case, or an ID or its start
	Key      string // ID of the encryption key
	TagKey   string
	TagValue string // with TagKey; empty for any value
	Sort     Sort
}

func (f ListFilter) keyset() store.Keyset {
	switch f.Sort {
	case Oldest:
		return store.Keyset{Column: "s.created_at", ID: "s.id", Time: true}
	case ByName:
		return store.Keyset{Column: "s.name_lower", ID: "s.id"}
	case ByNameUp:
		return store.Keyset{Column: "s.name_lower", ID: "s.id", Desc: true}
	}
	return store.Keyset{Column: "s.created_at", ID: "s.id", Time: true, Desc: true}
}

// ListSecrets gives one slice of the account's secrets in a region, with their keys and
// tags, in three queries.
//
// Errors: Forbidden without csms:secret:list.
func (s *Service) ListSecrets(ctx context.Context, caller iam.Caller, f ListFilter, slice store.Slice) ([]Secret, store.Edges, error) {
	var secrets []Secret
	var edges store.Edges
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, urn(caller.Account, f.Region, "*")); err != nil {
			return err
		}
		keyset := f.keyset()
		var rows []secretRow
		err := tx.DB().Table("secrets AS s").Joins(keyJoins).Select(secretColumns+keyColumns).
			Where("s.account_id = ? AND s.region = ?", string(caller.Account), f.Region).
			Scopes(f.narrow, keyset.Apply(slice)).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("list secrets: %w", err)
		}
		rows, edges = store.Cut(keyset, slice, rows, func(r secretRow) (any, string) {
			if keyset.Time {
				return r.CreatedAt, r.ID
			}
			return r.NameLower, r.ID
		})
		secrets, err = withKeysAndTags(tx, rows)
		return err
	})
	return secrets, edges, err
}

func withKeysAndTags(tx *iam.Tx, rows []secretRow) ([]Secret, error) {
	ids := make([]string, len(rows))
	parts := make([]keyPart, len(rows))
	for i, r := range rows {
		ids[i], parts[i] = r.ID, r.Key
	}
	ways, err := waysIn(tx, foreignKeys(tx.Caller.Account, parts))
	if err != nil {
		return nil, err
	}
	tags, err := tagsOf(tx, ids)
	if err != nil {
		return nil, err
	}
	secrets := make([]Secret, len(rows))
	for i, r := range rows {
		secrets[i] = r.toSecret(tx.Caller.Account)
		secrets[i].Key = r.Key.reach(tx.Caller.Account, ways)
		secrets[i].Tags = tags[r.ID]
	}
	return secrets, nil
}

func (f ListFilter) narrow(db *gorm.DB) *gorm.DB {
	db = db.Scopes(store.NameOrID("s.name_lower", "s.id", f.Search))
	if f.Key != "" {
		db = db.Where("s.key_id = ?", store.QueryID(strings.ToLower(f.Key)))
	}
	if f.TagKey != "" {
		tagged := "EXISTS (SELECT 1 FROM secret_tags AS t WHERE t.account_id = s.account_id AND t.secret_id = s.id AND t.tag_key = ?"
		if f.TagValue != "" {
			return db.Where(tagged+" AND t.tag_value = ?)", f.TagKey, f.TagValue)
		}
		return db.Where(tagged+")", f.TagKey)
	}
	return db
}
