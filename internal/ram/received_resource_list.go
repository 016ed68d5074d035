package ram

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// ReceivedResource is another account's key that shares bring to the caller's account,
// once.
type ReceivedResource struct {
	Key       Key
	Owner     iam.AccountID
	OwnerName string
	Since     time.Time // when the newest of these shares reached the account
	Shares    int       // that hold it and reach the account now
}

// ReceivedResourceFilter narrows the list. Zero values narrow nothing.
type ReceivedResourceFilter struct {
	Search string // start of the key's name in any case, or of its ID
	Region string
	Owner  string // whole account ID
}

// ReceivedResourcePage is a slice of the list.
type ReceivedResourcePage struct {
	Resources []ReceivedResource
	Edges     store.Edges
}

func byReached(since, key string) store.Keyset {
	return store.Keyset{Column: since, ID: key, Time: true, Desc: true}
}

// ListReceivedResources lists the keys of other accounts that reach the caller's account
// now, each once, what came last first. Each principal that the account answers to is read
// in the order of an index, and a key counts where it came last. Three queries.
//
// Errors: Forbidden.
func (s *Service) ListReceivedResources(ctx context.Context, caller iam.Caller, filter ReceivedResourceFilter, slice store.Slice) (ReceivedResourcePage, error) {
	var page ReceivedResourcePage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		reach, err := iam.ReachOf(tx)
		if err != nil || len(reach) == 0 {
			return err
		}
		var parts []string
		var args []any
		for _, r := range reach {
			parts, args = append(parts, "SELECT * FROM (?) AS part"), append(args, filter.part(tx, r, slice))
		}
		var cards []receivedKey
		err = tx.DB().Table("("+strings.Join(parts, " UNION ALL ")+") AS r", args...).Joins("JOIN account_names a ON a.id = r.account_id").
			Select("r.*, a.name AS owner_name").Scopes(byReached("r.since", "r.id").Apply(slice)).Scan(&cards).Error
		if err != nil {
			return fmt.Errorf("list received keys: %w", err)
		}
		cards, page.Edges = store.Cut(byReached("r.since", "r.id"), slice, cards, func(c receivedKey) (any, string) { return c.Since, c.Key.ID })
		page.Resources, err = countReceived(tx, cards)
		return err
	})
	return page, err
}

type receivedKey struct {
	Key       keyCard    `gorm:"embedded"`
	OwnerName string     `gorm:"column:owner_name"`
	Since     store.Time `gorm:"column:since"`
}

// part selects a slice of the keys that one principal brings.
func (f ReceivedResourceFilter) part(tx *iam.Tx, r iam.Reach, slice store.Slice) *gorm.DB {
	order := byReached("sp.associated_at", "sr.key_id")
	if f.Owner != "" {
		return f.ofOwner(tx, r, order, slice)
	}
	return f.keys(tx, r).Scopes(order.Apply(slice))
}

// ofOwner selects the slice from the few shares next in the order; from as many behind
// them as the slice has rows, where these have not enough keys; and from the rest, where
// those have not either. PostgreSQL, which expects one owner to share little with one
// account, would collect the keys of all shares and sort them.
func (f ReceivedResourceFilter) ofOwner(tx *iam.Tx, r iam.Reach, order store.Keyset, slice store.Slice) *gorm.DB {
	near, far, desc, last := ">=", "<", " DESC", store.At(time.UnixMicro(0))
	if slice.Back {
		near, far, desc, last = "<=", ">", " ASC", store.At(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	edge := func(shares int) *gorm.DB {
		db := tx.DB().Table("share_principals AS e").Select("e.associated_at").
			Where("e.kind = ? AND e.principal = ? AND e.status = 'associated' AND e.account_id = ?", r.Kind, r.Principal, queryPrincipal(f.Owner))
		if from, _, ok := order.From(slice); ok {
			db = db.Where("e.associated_at "+far+"= ?", from)
		}
		return db.Order("e.associated_at" + desc).Offset(shares).Limit(1)
	}
	few := max(1, slice.Size/8)
	keys := func() *gorm.DB { return f.keys(tx, r).Scopes(order.Apply(slice)) }
	until := func(db *gorm.DB, shares int) *gorm.DB {
		return db.Where("sp.associated_at "+near+" coalesce((?), ?)", edge(shares), last)
	}
	// behind begins at an edge that is missing, and so nowhere, where the tables have enough.
	behind := func(db *gorm.DB, shares int, enough string) *gorm.DB {
		return db.Where("sp.associated_at "+far+" CASE WHEN ("+enough+") <= ? THEN (?) END", slice.Size, edge(shares))
	}
	const found, both = "SELECT count(*) FROM next", "SELECT count(*) FROM (SELECT id FROM next UNION ALL SELECT id FROM more) AS b"
	return tx.DB().Raw("WITH next AS MATERIALIZED (?), more AS MATERIALIZED (?) SELECT * FROM next UNION ALL SELECT * FROM more UNION ALL SELECT * FROM (?) AS rest",
		until(keys(), few), until(behind(keys(), few, found), slice.Size), behind(keys(), slice.Size, both))
}

// keys selects the keys that one principal brings, where no later path brings them.
func (f ReceivedResourceFilter) keys(tx *iam.Tx, r iam.Reach) *gorm.DB {
	account, now := string(tx.Caller.Account), store.At(tx.Now)
	from := tx.DB().Table("share_principals AS sp").Joins("JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL")
	if store.IDSought(f.Search) { // leads to the ways of few keys, not the shares of the principal to their keys
		from = tx.DB().Table("offered_paths AS sr").Joins("JOIN share_principals sp ON sp.id = sr.association_id").Where("sr.kind = ? AND sr.principal = ?", r.Kind, r.Principal)
	}
	db := from.Joins("JOIN key_cards k ON k.id = sr.key_id AND k.state <> 'deleted'").
		Select("k.id, k.account_id, k.region, k.kind, k.name, k.name_lower, k.spec, k.usage, k.state, sp.associated_at AS since").
		Where("sp.kind = ? AND sp.principal = ? AND sp.status = 'associated' AND "+reaching, r.Kind, r.Principal, account, now).
		Where(`coalesce((SELECT 0 FROM account_reach ar JOIN offered_paths o ON o.kind = ar.kind AND o.principal = ar.principal
			JOIN live_principals later ON later.association_id = o.association_id AND later.account_id = ar.account_id
			WHERE ar.account_id = ? AND o.key_id = sr.key_id AND o.since >= sp.associated_at AND (later.ends_at IS NULL OR later.ends_at > ?)
			AND (later.since, later.association_id) > (sp.associated_at, sp.id) LIMIT 1), 1) <> 0`, account, now).
		Scopes(store.NameOrID("k.name_lower", "sr.key_id", f.Search))
	if f.Region != "" {
		db = db.Where("k.region = ?", f.Region)
	}
	if f.Owner != "" {
		db = db.Where("sp.account_id = ?", queryPrincipal(f.Owner))
	}
	return db
}

// countReceived counts by how many shares each key reaches the account.
func countReceived(tx *iam.Tx, cards []receivedKey) ([]ReceivedResource, error) {
	if len(cards) == 0 {
		return nil, nil
	}
	ids := make([]string, len(cards))
	for i, c := range cards {
		ids[i] = c.Key.ID
	}
	var counts []struct {
		KeyID string `gorm:"column:key_id"`
		N     int    `gorm:"column:n"`
	}
	account := string(tx.Caller.Account)
	live := tx.DB().Scopes(iam.LiveAccess(tx.Now)).Select("1").Limit(1).
		Where("ka.key_id = e.key_id AND ka.association_id = e.association_id AND ka.account_id = ?", account)
	ways := tx.DB().Table("account_reach AS ar").Joins("JOIN offered_paths e ON e.kind = ar.kind AND e.principal = ar.principal").
		Select("count(DISTINCT e.share_id)").Where("ar.account_id = ? AND e.key_id = k.id AND (?) IS NOT NULL", account, live)
	err := tx.DB().Table("key_cards AS k").Select("k.id AS key_id, (?) AS n", ways).Where("k.id IN ?", ids).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count shares of received keys: %w", err)
	}
	shares := make(map[string]int, len(counts))
	for _, c := range counts {
		shares[c.KeyID] = c.N
	}
	list := make([]ReceivedResource, len(cards))
	for i, c := range cards {
		list[i] = ReceivedResource{Key: c.Key.toKey(), Owner: iam.AccountID(c.Key.AccountID), OwnerName: c.OwnerName, Since: c.Since.Time, Shares: shares[c.Key.ID]}
	}
	return list, nil
}
