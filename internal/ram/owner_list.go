package ram

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Owner is an account whose shares reach the caller's account, once.
type Owner struct {
	Account iam.AccountID
	Name    string
	Shares  Count // that reach the account now
	Keys    Count // in those
}

// OwnerFilter narrows the list. Zero values narrow nothing.
type OwnerFilter struct {
	Owner string // whole account ID
}

// OwnerPage is a slice of the list.
type OwnerPage struct {
	Owners []Owner
	Edges  store.Edges
}

var byOwner = store.Keyset{ID: "owner"}

// reaching is the condition under which an association, named by its ID, reaches an account
// at a time. Most do, which PostgreSQL expects of a value that is there and not of an EXISTS.
func reaching(id string) string {
	return "(SELECT 1 FROM live_principals lp WHERE lp.association_id = " + id + " AND lp.account_id = ? AND (lp.ends_at IS NULL OR lp.ends_at > ?) LIMIT 1) IS NOT NULL"
}

// ListOwners lists the accounts whose shares reach the caller's account now, each once, by
// ID. Two queries.
//
// Errors: Forbidden.
func (s *Service) ListOwners(ctx context.Context, caller iam.Caller, filter OwnerFilter, slice store.Slice) (OwnerPage, error) {
	var page OwnerPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		reach, err := iam.ReachOf(tx)
		if err != nil || len(reach) == 0 {
			return err
		}
		query, args := filter.query(tx, reach, slice)
		var rows []struct {
			Owner  string `gorm:"column:owner"`
			Name   string `gorm:"column:name"`
			Shares int    `gorm:"column:shares"`
			Keys   int    `gorm:"column:keys"`
		}
		if err := tx.Steady().Raw(query, args...).Scan(&rows).Error; err != nil {
			return fmt.Errorf("list owners: %w", err)
		}
		list := make([]Owner, 0, len(rows))
		for _, r := range rows {
			list = append(list, Owner{Account: iam.AccountID(r.Owner), Name: r.Name, Shares: unpacked(r.Shares), Keys: unpacked(r.Keys)})
		}
		page.Owners, page.Edges = store.Cut(byOwner, slice, list, func(o Owner) (any, string) { return "", string(o.Account) })
		return nil
	})
	return page, err
}

// query walks through the owners of what each principal of the account is named in.
func (f OwnerFilter) query(tx *iam.Tx, reach []iam.Reach, slice store.Slice) (string, []any) {
	account, now := string(tx.Caller.Account), store.At(tx.Now)
	var list []walk
	var parts, shares []string
	var partArgs, shareArgs []any
	for i, r := range reach {
		w := walk{
			name: fmt.Sprintf("w%d", i), table: "share_principals", column: "account_id", desc: slice.Back,
			where: "kind = ? AND principal = ? AND status = 'associated'", args: []any{r.Kind, r.Principal},
		}
		if f.Owner != "" {
			w.low = queryPrincipal(f.Owner)
			w.high = w.low + " "
		}
		if _, id, ok := byOwner.From(slice); ok {
			w.from = id
		}
		list = append(list, w)
		parts = append(parts, "SELECT v FROM (SELECT "+w.name+".v FROM "+w.name+" WHERE "+w.name+`.v IS NOT NULL AND (SELECT 1 FROM share_principals sp
		WHERE sp.kind = ? AND sp.principal = ? AND sp.account_id = `+w.name+".v AND sp.status = 'associated' AND "+reaching("sp.id")+" LIMIT 1) IS NOT NULL LIMIT ?) AS "+w.name+"_slice")
		partArgs = append(partArgs, r.Kind, r.Principal, account, now, slice.Size+1)
		shares = append(shares, `SELECT share_id FROM (SELECT sp.share_id FROM share_principals sp
		WHERE sp.kind = ? AND sp.principal = ? AND sp.account_id = o.owner AND sp.status = 'associated' AND `+reaching("sp.id")+" LIMIT ?) AS s"+fmt.Sprint(i))
		shareArgs = append(shareArgs, r.Kind, r.Principal, account, now, CountCap+1)
	}
	with, args := walks(list...)
	reached := "(" + strings.Join(shares, " UNION ALL ") + ") AS r"
	keys := "(SELECT sr.urn FROM " + reached + " JOIN share_resources sr ON sr.share_id = r.share_id AND sr.ended_at IS NULL LIMIT ?) AS c"
	for range 2 {
		args = append(append(args, shareArgs...), CountCap+1)
	}
	args = append(append(args, partArgs...), slice.Size+1)
	return with + `SELECT o.owner, a.name,
	(SELECT ` + packed("share_id") + ` FROM (SELECT r.share_id FROM ` + reached + ` LIMIT ?) AS s) AS shares,
	(SELECT ` + packed("urn") + ` FROM ` + keys + `) AS keys
FROM (SELECT DISTINCT v AS owner FROM (` + strings.Join(parts, " UNION ALL ") + ") AS p ORDER BY v" + direction(slice.Back) + ` LIMIT ?) AS o
JOIN account_names a ON a.id = o.owner ORDER BY o.owner` + direction(slice.Back), args
}
