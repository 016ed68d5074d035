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
	Part     bool   // Search is any part of the name, of the newest store.NewestSearched secrets
	Key      string // ID of the encryption key
	TagKey   string
	TagValue string // with TagKey; empty for any value
	Sort     Sort
}

// from is what the list is read from. Tags know when their secret was made, so that the
// list of a tag's secrets is in the order of an index; it is sorted when it is by name.
func (f ListFilter) from(tx *iam.Tx) *gorm.DB {
	db, from := tx.DB(), ""
	if f.TagKey != "" {
		db, from = tx.Steady(), "secret_tags AS t CROSS JOIN "
	}
	if f.Part {
		return db.Table(from+"(?) AS s", store.Newest(tx.DB(), "secrets", "account_id = ? AND region = ?", string(tx.Caller.Account), f.Region))
	}
	return db.Table(from + "secrets AS s")
}

// named finds what is searched for.
func (f ListFilter) named() func(*gorm.DB) *gorm.DB {
	if f.Part {
		return store.Inside("s.name_lower", f.Search)
	}
	return store.NameOrID("s.name_lower", "s.id", f.Search)
}

// keyset is the order; what an ID finds is in that of IDs.
func (f ListFilter) keyset() store.Keyset {
	if store.IDSought(f.Search) {
		return store.Keyset{ID: "s.id"}
	}
	if f.TagKey != "" && (f.Sort == Newest || f.Sort == Oldest) {
		return store.Keyset{Column: "t.created_at", ID: "t.secret_id", Time: true, Desc: f.Sort == Newest}
	}
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
		rows, err := store.Each(f.from(tx).Joins(keyJoins).Select(secretColumns+keyColumns).
			Where("s.region = ?", f.Region).
			Scopes(f.narrow(caller.Account), keyset.Apply(slice)), func(r *secretRow) []any { return append(r.places(), r.Key.places()...) })
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

func (f ListFilter) narrow(account iam.AccountID) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		db = db.Scopes(store.OfAccount("s.account_id", string(account), store.IDSought(f.Search) || f.TagKey != ""), f.named())
		if f.Key != "" {
			db = db.Where("s.key_id = ?", store.QueryID(strings.ToLower(f.Key)))
		}
		if f.TagKey != "" {
			db = db.Where("t.secret_id = s.id AND t.account_id = ? AND t.region = ? AND t.tag_key = ?", string(account), f.Region, f.TagKey)
			if f.TagValue != "" {
				db = db.Where("t.tag_value = ?", f.TagValue)
			}
		}
		return db
	}
}
