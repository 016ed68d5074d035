package ram

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// SharedResource is a key in shares of the caller's account, once.
type SharedResource struct {
	Key        Key
	Shares     Count // active ones that hold it
	Principals Count // in those
}

// SharedResourceFilter narrows the list. Zero values narrow nothing.
type SharedResourceFilter struct {
	Search    string // start of the key's name in any case, or of its ID
	Region    string
	Principal string // whole account ID or URN: keys of shares that name it
}

// SharedResourcePage is a slice of the list.
type SharedResourcePage struct {
	Resources []SharedResource
	Edges     store.Edges
}

// The list is in the order of regions, then IDs; a search by name is in the order of names.
var (
	byURN     = store.Keyset{Column: "urn"}
	byKeyName = store.Keyset{Column: "k.name_lower", ID: "k.id"}
)

// ListSharedResources lists the keys that the caller's account shares, each once. Two
// queries.
//
// Errors: Forbidden.
func (s *Service) ListSharedResources(ctx context.Context, caller iam.Caller, filter SharedResourceFilter, slice store.Slice) (SharedResourcePage, error) {
	var page SharedResourcePage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		ids, edges, err := filter.keys(tx, s.regions, slice)
		if err != nil || len(ids) == 0 {
			return err
		}
		page.Edges = edges
		page.Resources, err = sharedResources(tx, ids)
		return err
	})
	return page, err
}

// keys gives the IDs of a slice.
func (f SharedResourceFilter) keys(tx *iam.Tx, regions []string, slice store.Slice) ([]string, store.Edges, error) {
	search := strings.ToLower(strings.TrimSpace(f.Search))
	if search != "" && !store.BeginsID(search) {
		return f.named(tx, regions, search, slice)
	}
	query, args := f.query(tx, regions, search, slice)
	var urns []string
	if err := tx.DB().Raw(query, args...).Scan(&urns).Error; err != nil {
		return nil, store.Edges{}, fmt.Errorf("list shared keys: %w", err)
	}
	urns, edges := store.Cut(byURN, slice, urns, func(urn string) (any, string) { return urn, store.NoID })
	for i, urn := range urns {
		urns[i] = lastPart(urn)
	}
	return urns, edges, nil
}

func lastPart(urn string) string { return urn[strings.LastIndexByte(urn, ':')+1:] }

// query walks through the URNs of live keys, region by region, or reads those of the
// shares that name a principal.
func (f SharedResourceFilter) query(tx *iam.Tx, regions []string, id string, slice store.Slice) (string, []any) {
	account := tx.Caller.Account
	behind := ""
	if value, _, ok := byURN.From(slice); ok {
		behind = fmt.Sprint(value)
	}
	if f.Principal != "" {
		return f.ofPrincipal(tx, regions, id, slice)
	}
	var list []walk
	var parts []string
	for _, region := range f.regions(regions, slice.Back) {
		w := walk{
			name: fmt.Sprintf("w%d", len(list)), table: "share_resources", column: "urn", from: behind, desc: slice.Back,
			where: "account_id = ? AND ended_at IS NULL", args: []any{string(account)},
			low: keyURN(region, account, id).String(), high: keyURN(region, account, id+"g").String(),
		}
		list, parts = append(list, w), append(parts, "SELECT v FROM (SELECT v FROM "+w.name+" WHERE v IS NOT NULL LIMIT ?) AS "+w.name+"_slice")
	}
	with, args := walks(list...)
	for range parts {
		args = append(args, slice.Size+1)
	}
	return with + strings.Join(parts, " UNION ALL ") + " ORDER BY v" + direction(slice.Back) + " LIMIT ?", append(args, slice.Size+1)
}

// ofPrincipal reads the keys that live shares bring to a principal, region by region in the
// order of an index, and those of the few invitations that wait.
func (f SharedResourceFilter) ofPrincipal(tx *iam.Tx, regions []string, id string, slice store.Slice) (string, []any) {
	account, now, principal := string(tx.Caller.Account), store.At(tx.Now), queryPrincipal(f.Principal)
	kind := KindAccount
	if n, err := parsePrincipal(principal); err == nil {
		kind = n.kind
	}
	op, dir := " > ?", direction(slice.Back)
	if slice.Back {
		op = " < ?"
	}
	behind, _, from := byURN.From(slice)
	var parts, places []string
	var args, within []any
	for i, region := range f.regions(regions, slice.Back) {
		low, high := keyURN(region, tx.Caller.Account, id).String(), keyURN(region, tx.Caller.Account, id+"g").String()
		places, within = append(places, "(sr.urn >= ? AND sr.urn < ?)"), append(within, low, high)
		begin := keyURN(region, tx.Caller.Account, "").String()
		part := tx.DB().Table("offered_keys AS o").Select("? || CAST(o.key_id AS text) AS urn", begin).
			Where("o.kind = ? AND o.principal = ? AND o.owner_id = ? AND o.region = ? AND "+offeredNow, string(kind), principal, account, region, now, now, now).
			Scopes(store.NameOrID("o.name_lower", "o.key_id", id)).Order("o.key_id" + dir).Limit(slice.Size + 1)
		if from {
			at, inside := strings.CutPrefix(fmt.Sprint(behind), begin)
			if !inside && (begin > fmt.Sprint(behind)) == slice.Back {
				continue
			}
			if inside {
				part = part.Where("o.key_id"+op, store.QueryID(at))
			}
		}
		parts, args = append(parts, fmt.Sprintf("SELECT urn FROM (?) AS r%d", i)), append(args, part)
	}
	waiting := `SELECT sr.urn FROM invitations i JOIN share_principals sp ON sp.id = i.association_id JOIN share_resources sr ON sr.share_id = i.share_id AND sr.ended_at IS NULL
WHERE i.sender = ? AND i.status = 'pending' AND sp.principal = ? AND ` + livePart + " AND (" + strings.Join(places, " OR ") + ")"
	args = append(append(args, account, principal, now, now, now), within...)
	if from {
		waiting, args = waiting+" AND sr.urn"+op, append(args, behind)
	}
	return "SELECT urn FROM (" + strings.Join(append(parts, waiting), " UNION ") + ") AS u ORDER BY urn" + dir + " LIMIT ?", append(args, slice.Size+1)
}

// regions gives those to look at, in the order of the list. One that is not offered finds
// nothing.
func (f SharedResourceFilter) regions(offered []string, desc bool) []string {
	if f.Region != "" {
		return []string{f.Region}
	}
	list := slices.Sorted(slices.Values(offered))
	if desc {
		slices.Reverse(list)
	}
	return list
}

// named finds shared keys by the start of their names, through the keys of the account.
func (f SharedResourceFilter) named(tx *iam.Tx, regions []string, search string, slice store.Slice) ([]string, store.Edges, error) {
	now := store.At(tx.Now)
	var parts []string
	var args []any
	for _, region := range f.regions(regions, slice.Back) {
		part := tx.DB().Table("key_cards AS k").Select("k.id, k.name_lower").
			Where("k.account_id = ? AND k.region = ? AND k.kind = 'custom' AND k.state <> 'deleted'", string(tx.Caller.Account), region).
			Scopes(store.Prefix("k.name_lower", search), byKeyName.Apply(slice))
		if f.Principal == "" {
			part = part.Where("(SELECT 1 FROM share_resources sr WHERE sr.key_id = k.id AND sr.ended_at IS NULL LIMIT 1) IS NOT NULL")
		} else {
			part = part.Where(`(SELECT 1 FROM share_resources sr JOIN share_principals sp ON sp.share_id = sr.share_id
				WHERE sr.key_id = k.id AND sr.ended_at IS NULL AND sp.principal = ? AND `+livePart+" LIMIT 1) IS NOT NULL", queryPrincipal(f.Principal), now, now, now)
		}
		parts, args = append(parts, "SELECT * FROM (?) AS part"), append(args, part)
	}
	type namedKey struct {
		ID        string `gorm:"column:id"`
		NameLower string `gorm:"column:name_lower"`
	}
	var rows []namedKey
	err := tx.DB().Table("("+strings.Join(parts, " UNION ALL ")+") AS k", args...).Select("k.id, k.name_lower").Scopes(byKeyName.Apply(slice)).Scan(&rows).Error
	if err != nil {
		return nil, store.Edges{}, fmt.Errorf("find shared keys: %w", err)
	}
	ids := make([]string, 0, len(rows))
	found, edges := store.Cut(byKeyName, slice, rows, func(r namedKey) (any, string) { return r.NameLower, r.ID })
	for _, r := range found {
		ids = append(ids, r.ID)
	}
	return ids, edges, nil
}

// sharedResources reads what the rows of keys say, in the order of ids.
func sharedResources(tx *iam.Tx, ids []string) ([]SharedResource, error) {
	var rows []struct {
		Key    keyCard `gorm:"embedded"`
		Shares int     `gorm:"column:shares"`
		Named  int     `gorm:"column:named"`
	}
	now := store.At(tx.Now)
	const named = `(SELECT sp.principal FROM share_resources sr JOIN share_principals sp ON sp.share_id = sr.share_id
		WHERE sr.key_id = k.id AND sr.ended_at IS NULL AND ` + livePart + ` LIMIT ?) AS c`
	err := tx.DB().Table("key_cards AS k").Select(`k.id, k.account_id, k.region, k.kind, k.name, k.name_lower, k.spec, k.usage, k.state,
	(SELECT count(*) FROM (SELECT 1 FROM share_resources sr WHERE sr.key_id = k.id AND sr.ended_at IS NULL LIMIT ?) AS c) AS shares,
	(SELECT `+packed("principal")+` FROM `+named+`) AS named`, CountCap+1, now, now, now, CountCap+1).
		Where("k.id IN ?", ids).Scopes(store.OfAccount("k.account_id", string(tx.Caller.Account), true)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read shared keys: %w", err)
	}
	list := make([]SharedResource, 0, len(rows))
	for _, id := range ids {
		for _, r := range rows {
			if r.Key.ID == id {
				list = append(list, SharedResource{Key: r.Key.toKey(), Shares: capped(r.Shares, r.Shares), Principals: unpacked(r.Named)})
			}
		}
	}
	return list, nil
}
