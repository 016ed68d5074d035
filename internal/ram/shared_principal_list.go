package ram

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// SharedPrincipal is somebody named in shares of the caller's account, once.
type SharedPrincipal struct {
	Principal string // account ID or canonical URN
	Kind      PrincipalKind
	Name      string // an account's ID, where its name may not be read; empty when it is gone, or no part of the own organization
	External  bool   // outside the owner's organization when it was named
	Shares    Count  // active ones that name it
	Keys      Count  // in those
}

// SharedPrincipalFilter narrows the list. Zero values narrow nothing.
type SharedPrincipalFilter struct {
	Principal string // whole account ID or URN
	Resource  string // ID of a key: principals of shares that hold it
	Kind      PrincipalKind
	External  *bool
}

// SharedPrincipalPage is a slice of the list.
type SharedPrincipalPage struct {
	Principals []SharedPrincipal
	Edges      store.Edges
}

// livePart is the condition under which a live association sp still counts at a time,
// whether sweeps ran or not; it takes the time three times. The invitation is looked up for
// each association that waits: of EXISTS PostgreSQL would make a join with all of them.
const livePart = `sp.ended_at IS NULL AND (sp.ends_at IS NULL OR sp.ends_at > ?) AND (sp.share_ends_at IS NULL OR sp.share_ends_at > ?)
	AND (sp.status = 'associated' OR (SELECT 1 FROM invitations i WHERE i.association_id = sp.id AND i.status = 'pending' AND i.expires_at > ? LIMIT 1) IS NOT NULL)`

// offeredNow is the condition under which one of the ways that offer a key, as o says, counts
// at a time; it takes the time three times.
const offeredNow = `(SELECT 1 FROM offered_paths e JOIN share_principals sp ON sp.id = e.association_id
	WHERE e.kind = o.kind AND e.principal = o.principal AND e.key_id = o.key_id AND ` + livePart + ` LIMIT 1) IS NOT NULL`

var byPrincipal = store.Keyset{Column: "principal"}

// ListSharedPrincipals lists whom the shares of the caller's account name, each once:
// those with access and those whose invitation waits. Accounts come first, then the
// organization, then its units. One query.
//
// Errors: Forbidden.
func (s *Service) ListSharedPrincipals(ctx context.Context, caller iam.Caller, filter SharedPrincipalFilter, slice store.Slice) (SharedPrincipalPage, error) {
	var page SharedPrincipalPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		query, args := filter.query(tx, slice)
		var rows []struct {
			Principal string  `gorm:"column:principal"`
			Account   *string `gorm:"column:account_name"`
			Unit      *string `gorm:"column:unit_name"`
			Org       *string `gorm:"column:organization_name"`
			External  bool    `gorm:"column:external"`
			Shares    int     `gorm:"column:shares"`
			Keys      int     `gorm:"column:keys"`
		}
		if err := tx.Steady().Raw(query, args...).Scan(&rows).Error; err != nil {
			return fmt.Errorf("list principals: %w", err)
		}
		list := make([]SharedPrincipal, 0, len(rows))
		for _, r := range rows {
			one := SharedPrincipal{Principal: r.Principal, Kind: KindAccount, External: r.External, Shares: capped(r.Shares, r.Shares), Keys: unpacked(r.Keys)}
			if n, err := parsePrincipal(r.Principal); err == nil {
				one.Kind = n.kind
			}
			for _, name := range []*string{r.Account, r.Unit, r.Org} {
				if name != nil {
					one.Name = *name
				}
			}
			list = append(list, one)
		}
		page.Principals, page.Edges = store.Cut(byPrincipal, slice, list, func(p SharedPrincipal) (any, string) { return p.Principal, store.NoID })
		return nil
	})
	return page, err
}

// query selects a slice of principals, then what their rows say. The slice is a table by
// itself: SQLite would else sort all that the walk finds.
func (f SharedPrincipalFilter) query(tx *iam.Tx, slice store.Slice) (string, []any) {
	account, now := string(tx.Caller.Account), store.At(tx.Now)
	live := []any{account, now, now, now}
	with, args := f.walk(tx, slice)
	values := "SELECT w.v AS principal FROM w WHERE w.v IS NOT NULL" + f.ofKind() + `
	AND (SELECT 1 FROM share_principals sp WHERE sp.account_id = ? AND sp.principal = w.v AND ` + livePart
	args = append(args, live...)
	if f.External != nil {
		values, args = values+" AND sp.external = ?", append(args, *f.External)
	}
	values += " LIMIT 1) IS NOT NULL"
	if f.Resource != "" {
		values += " ORDER BY w.v" + direction(slice.Back)
	}
	args = append(args, slice.Size+1)
	const of = "FROM share_principals sp WHERE sp.account_id = ? AND sp.principal = p.principal AND " + livePart
	// URNs instead of IDs: the index by share holds them.
	const keys = "SELECT sr.urn FROM share_principals sp JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL" +
		" WHERE sp.account_id = ? AND sp.principal = p.principal AND " + livePart
	for range 2 {
		args = append(append(args, live...), CountCap+1)
	}
	args = append(append(args, live...), account, account, account, account, account)
	return with + ", p AS MATERIALIZED (" + values + ` LIMIT ?)
SELECT p.principal,
	(SELECT count(*) FROM (SELECT 1 ` + of + unforeseen + `) AS c) AS shares,
	(SELECT ` + packed("urn") + ` FROM (` + keys + unforeseen + `) AS c) AS keys,
	EXISTS (SELECT 1 ` + of + ` AND sp.external = TRUE) AS external,
	(SELECT CASE WHEN ` + knownTo("a.id") + ` THEN a.name ELSE a.id END FROM account_names a WHERE a.id = p.principal) AS account_name,
	(SELECT u.name FROM unit_names u WHERE u.urn = p.principal AND u.organization_id = ` + ownOrganization + `) AS unit_name,
	(SELECT g.name FROM organization_names g WHERE g.urn = p.principal AND g.organization_id = ` + ownOrganization + `) AS organization_name
FROM p ORDER BY p.principal` + direction(slice.Back), args
}

// walk goes through the principals of live associations, or of the shares that hold a key.
func (f SharedPrincipalFilter) walk(tx *iam.Tx, slice store.Slice) (string, []any) {
	w := walk{name: "w", table: "share_principals", column: "principal", where: "account_id = ? AND ended_at IS NULL", args: []any{string(tx.Caller.Account)}, desc: slice.Back}
	if f.External != nil {
		w.where, w.args = w.where+" AND external = ?", append(w.args, *f.External)
	}
	switch f.Kind {
	case KindAccount:
		w.high = "g"
	case KindUnit, KindOrganization:
		w.low = "organizations:"
	}
	if f.Principal != "" {
		one := queryPrincipal(f.Principal)
		w.low = max(w.low, one)
		if behind := one + " "; w.high == "" || behind < w.high {
			w.high = behind
		}
	}
	if value, _, ok := byPrincipal.From(slice); ok {
		w.from = fmt.Sprint(value)
	}
	if f.Resource == "" {
		return walks(w)
	}
	return f.holding(tx, w, slice)
}

// holding goes through the principals that shares bring a key to, which an index holds in
// their order, and those of the few invitations that wait.
func (f SharedPrincipalFilter) holding(tx *iam.Tx, w walk, slice store.Slice) (string, []any) {
	account, now, key := string(tx.Caller.Account), store.At(tx.Now), store.QueryID(f.Resource)
	op, principal := ">", ""
	if w.desc {
		op = "<"
	}
	if f.Principal != "" {
		principal = queryPrincipal(f.Principal)
	}
	narrow := func(column, where string, args ...any) (string, []any) {
		if w.from != "" {
			where, args = where+" AND "+column+" "+op+" ?", append(args, w.from)
		}
		if principal != "" {
			where, args = where+" AND "+column+" = ?", append(args, principal)
		}
		return where, args
	}
	where, args := narrow("i.receiver", "i.sender = ? AND i.status = 'pending' AND i.expires_at > ?", account, now)
	parts := []string{`SELECT i.receiver FROM invitations i WHERE ` + where + ` AND (SELECT 1 FROM share_resources sr
		WHERE sr.share_id = i.share_id AND sr.key_id = ? AND sr.ended_at IS NULL LIMIT 1) IS NOT NULL`}
	args = append(args, key)
	// Whose the key is stands in the way of the index of its principals.
	const own = "(SELECT 1 FROM key_cards k WHERE k.id = ? AND k.account_id = ? LIMIT 1) IS NOT NULL"
	for _, kind := range []PrincipalKind{KindAccount, KindOrganization, KindUnit} {
		if f.Kind != "" && f.Kind != kind {
			continue
		}
		where, more := narrow("o.principal", "o.key_id = ? AND o.kind = ? AND "+own+" AND "+offeredNow, key, string(kind), key, account, now, now, now)
		if f.External != nil {
			where += " AND (SELECT 1 FROM share_principals sp WHERE sp.account_id = ? AND sp.principal = o.principal AND " + livePart + " AND sp.external = ? LIMIT 1) IS NOT NULL"
			more = append(more, account, now, now, now, *f.External)
		}
		parts = append(parts, "SELECT principal FROM (SELECT o.principal FROM offered_keys o WHERE "+where+" ORDER BY o.principal"+direction(w.desc)+" LIMIT ?) AS "+string(kind)+"_slice")
		args = append(append(args, more...), slice.Size+1)
	}
	return "WITH w(v) AS (" + strings.Join(parts, "\n\tUNION ") + ")", args
}

// ofKind tells units from the organization, whose URNs differ behind its account.
func (f SharedPrincipalFilter) ofKind() string {
	switch f.Kind {
	case KindUnit:
		return " AND w.v LIKE 'organizations::%:ou:%'"
	case KindOrganization:
		return " AND w.v LIKE 'organizations::%:organization:%'"
	}
	return ""
}

// queryPrincipal makes what was typed into a principal that a query can look for. What has
// not the shape of one finds nobody; a root stands for its organization.
func queryPrincipal(typed string) string {
	n, err := parsePrincipal(typed)
	if err != nil {
		return "-"
	}
	if n.root {
		urn, _ := iam.ParseURN(typed) // was parsed once
		urn.Type, urn.ID = "organization", n.organization
		return urn.String()
	}
	return typed
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return ""
}
