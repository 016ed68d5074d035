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
	Shares    Count     // that hold it and reach the account now
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
// now, each once, what came last first. A key counts where it came last. Two queries, or
// three.
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
		keys, err := receivedSource{tx: tx, filter: filter, reach: reach, slice: slice}.read()
		if err != nil {
			return fmt.Errorf("list received keys: %w", err)
		}
		keys, page.Edges = store.Cut(byAssociated, slice, keys, func(k receivedKey) (any, string) { return k.Since, k.Key.ID })
		for _, k := range keys {
			page.Resources = append(page.Resources, ReceivedResource{
				Key: k.Key.toKey(), Owner: iam.AccountID(k.Key.AccountID), OwnerName: k.OwnerName, Since: k.Since.Time, Shares: unpacked(k.Shares),
			})
		}
		return nil
	})
	return page, err
}

type receivedKey struct {
	Key       keyCard    `gorm:"embedded"`
	OwnerName string     `gorm:"column:owner_name"`
	Since     store.Time `gorm:"column:since"`
	Shares    int        `gorm:"column:shares"` // packed
	Beyond    bool       `gorm:"column:beyond"` // there are associations that were not looked at
}

// receivedSource reads a slice of the keys that reach an account, by each of the principals
// that it answers to.
type receivedSource struct {
	tx     *iam.Tx
	filter ReceivedResourceFilter
	reach  []iam.Reach
	slice  store.Slice
}

var byAssociated = byReached("sp.associated_at", "sr.key_id")

// read gives the slice. Whether a key reaches the account, and where it came last, takes a
// dozen looks, so of many principals, or one owner, the associations next in the order are
// looked at first, and all only where these have not enough keys. PostgreSQL, which expects
// one owner to share little with one account, would collect the keys of all and sort them.
func (q receivedSource) read() ([]receivedKey, error) {
	if strings.TrimSpace(q.filter.Search) == "" && (len(q.reach) > 1 || q.filter.Owner != "") {
		keys, err := q.page(q.next())
		if err != nil || len(keys) > q.slice.Size || len(keys) > 0 && !keys[0].Beyond {
			return keys, err
		}
	}
	return q.page(q.all())
}

// page reads the slice from tables, the last of which is found, with what its rows say.
func (q receivedSource) page(tables string, args []any) (keys []receivedKey, err error) {
	account, order := string(q.tx.Caller.Account), byReached("f.since", "f.id")
	ways := q.tx.DB().Table("account_reach AS ar CROSS JOIN offered_paths AS e").Select("e.share_id").Limit(CountCap+1).
		Where("ar.account_id = ? AND e.kind = ar.kind AND e.principal = ar.principal AND e.key_id = page.id AND "+reaching("e.association_id"), account, account, store.At(q.tx.Now))
	slice := q.tx.DB().Table("found AS f").Scopes(order.Apply(q.slice))
	err = q.tx.Steady().Raw("WITH "+tables+", page AS MATERIALIZED (?)\nSELECT page.*, a.name AS owner_name, (SELECT "+packed("share_id")+" FROM (?) AS w) AS shares "+
		"FROM page JOIN account_names a ON a.id = page.account_id ORDER BY page.since"+q.direction()+", page.id"+q.direction(), append(args, slice, ways)...).Scan(&keys).Error
	return keys, err
}

func (q receivedSource) direction() string {
	return direction(!q.slice.Back)
}

// all are the tables of the first keys of each principal.
func (q receivedSource) all() (string, []any) {
	var parts []string
	var args []any
	for i, r := range q.reach {
		from := q.tx.DB().Table("share_principals AS sp"+withResources).Where("sp.kind = ? AND sp.principal = ?", r.Kind, r.Principal)
		if store.IDSought(q.filter.Search) { // leads to the ways of few keys, not the shares of the principal to their keys
			from = q.tx.DB().Table("offered_paths AS sr JOIN share_principals AS sp ON sp.id = sr.association_id").Where("sr.kind = ? AND sr.principal = ?", r.Kind, r.Principal)
		}
		parts, args = append(parts, fmt.Sprintf("SELECT * FROM (?) AS r%d", i)), append(args, q.keys(from))
	}
	return "found AS (SELECT a.*, FALSE AS beyond FROM (" + strings.Join(parts, " UNION ALL ") + ") AS a)", args
}

// next are the tables of the keys of the few associations next in the order, and of some
// behind them where these have not enough. Of the first page, before which nothing is, they
// tell where a key came last; of others each key is asked.
func (q receivedSource) next() (string, []any) {
	near, far, last := ">=", "<", store.At(time.UnixMicro(0))
	if q.slice.Back {
		near, far, last = "<=", ">", store.At(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	few, some := max(1, q.slice.Size/6), max(2, q.slice.Size/2)
	_, _, behindFirst := byAssociated.From(q.slice)
	first := !behindFirst && !q.slice.Back
	keys := func() *gorm.DB {
		from := q.tx.DB().Table("account_reach AS r CROSS JOIN share_principals AS sp"+withResources).
			Where("r.account_id = ? AND sp.kind = r.kind AND sp.principal = r.principal", string(q.tx.Caller.Account))
		if first {
			return q.brought(from)
		}
		return q.keys(from)
	}
	edge := func(associations int) *gorm.DB {
		return q.tx.DB().Table("edges").Select("associated_at").Order("associated_at" + q.direction()).Offset(associations).Limit(1)
	}
	until := func(associations int) func(*gorm.DB) *gorm.DB {
		return func(db *gorm.DB) *gorm.DB {
			return db.Where("sp.associated_at "+near+" coalesce((?), ?)", edge(associations), last)
		}
	}
	// The edge is missing, and nothing behind nothing, where the few have enough.
	behind := func(db *gorm.DB) *gorm.DB {
		return db.Where("sp.associated_at "+far+" CASE WHEN (SELECT count(DISTINCT id) FROM few) <= ? THEN (?) END", q.slice.Size, edge(few))
	}
	both := "SELECT * FROM few UNION ALL SELECT * FROM more"
	if first {
		const card = "id, account_id, region, kind, name, name_lower, spec, usage, state"
		both = "SELECT " + card + ", max(since) AS since FROM (" + both + ") AS c GROUP BY " + card
	}
	return "edges AS MATERIALIZED (?), few AS MATERIALIZED (?), more AS MATERIALIZED (?),\nfound AS (SELECT b.*, (SELECT count(*) FROM edges) > ? AS beyond FROM (" + both + ") AS b)",
		[]any{q.edges(far+"= ?", some+1), keys().Scopes(until(few)), keys().Scopes(behind, until(some)), some}
}

// edges selects when the associations were made that are next in the order.
func (q receivedSource) edges(behind string, most int) *gorm.DB {
	var parts []string
	var args []any
	for i, r := range q.reach {
		db := q.tx.DB().Table("share_principals AS e").Select("e.associated_at").Where("e.kind = ? AND e.principal = ? AND e.status = 'associated'", r.Kind, r.Principal)
		if q.filter.Owner != "" {
			db = db.Where("e.account_id = ?", queryPrincipal(q.filter.Owner))
		}
		if from, _, ok := byAssociated.From(q.slice); ok {
			db = db.Where("e.associated_at "+behind, from)
		}
		parts, args = append(parts, fmt.Sprintf("SELECT * FROM (?) AS e%d", i)), append(args, db.Order("e.associated_at"+q.direction()).Limit(most))
	}
	return q.tx.DB().Raw(strings.Join(parts, " UNION ALL "), args...)
}

// withResources leads from associations sp to what their shares hold, sr.
const withResources = " JOIN share_resources AS sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL"

// keys selects a slice of the keys sr of associations sp, where no later path brings them.
func (q receivedSource) keys(from *gorm.DB) *gorm.DB {
	return q.brought(from).Scopes(byAssociated.Apply(q.slice)).
		Where(`coalesce((SELECT 0 FROM account_reach ar JOIN offered_paths o ON o.kind = ar.kind AND o.principal = ar.principal
			JOIN live_principals later ON later.association_id = o.association_id AND later.account_id = ar.account_id
			WHERE ar.account_id = ? AND o.key_id = sr.key_id AND o.since >= sp.associated_at AND (later.ends_at IS NULL OR later.ends_at > ?)
			AND (later.since, later.association_id) > (sp.associated_at, sp.id) LIMIT 1), 1) <> 0`, string(q.tx.Caller.Account), store.At(q.tx.Now))
}

// brought selects the keys sr that associations sp bring to the account.
func (q receivedSource) brought(from *gorm.DB) *gorm.DB {
	f, account, now := q.filter, string(q.tx.Caller.Account), store.At(q.tx.Now)
	db := from.Joins("JOIN key_cards k ON k.id = sr.key_id AND k.state <> 'deleted'").
		Select("k.id, k.account_id, k.region, k.kind, k.name, k.name_lower, k.spec, k.usage, k.state, sp.associated_at AS since").
		Where("sp.status = 'associated' AND "+reaching("sp.id"), account, now).
		Scopes(store.NameOrID("k.name_lower", "sr.key_id", f.Search))
	if f.Region != "" {
		db = db.Where("k.region = ?", f.Region)
	}
	if f.Owner != "" {
		db = db.Where("sp.account_id = ?", queryPrincipal(f.Owner))
	}
	return db
}
