package kms

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// offer is an index range that shared keys are read from: what one principal that the
// account answers to is offered, by all owners or by one.
type offer struct {
	iam.Reach `gorm:"embedded"`
	Owner     string `gorm:"column:owner_id"` // empty for all
	OwnerName string `gorm:"column:name"`
}

// offersFrom lists the offers of each owner that shares keys of the region with
// the caller's account. It jumps from one owner to the next in the index: as many steps as
// there are owners, however many keys.
func offersFrom(tx *iam.Tx, region string) ([]offer, error) {
	var offers []offer
	err := tx.DB().Raw(`WITH RECURSIVE next(kind, principal, owner_id) AS (
	SELECT ar.kind, ar.principal, (SELECT min(o.owner_id) FROM offered_keys o WHERE o.kind = ar.kind AND o.principal = ar.principal AND o.region = ?)
	FROM account_reach ar WHERE ar.account_id = ?
	UNION ALL
	SELECT next.kind, next.principal, (SELECT min(o.owner_id) FROM offered_keys o WHERE o.kind = next.kind AND o.principal = next.principal AND o.region = ? AND o.owner_id > next.owner_id)
	FROM next WHERE next.owner_id IS NOT NULL
)
SELECT next.kind, next.principal, next.owner_id, (SELECT an.name FROM account_names an WHERE an.id = next.owner_id) AS name FROM next WHERE next.owner_id <> ?`,
		region, string(tx.Caller.Account), region, string(tx.Caller.Account)).Scan(&offers).Error
	if err != nil {
		return nil, fmt.Errorf("read who shares keys: %w", err)
	}
	return offers, nil
}

// ownedBy keeps the offers of owners whose account ID, or name in any case, begins so.
func ownedBy(offers []offer, search string) []offer {
	lower := strings.ToLower(strings.TrimSpace(search))
	return slices.DeleteFunc(offers, func(o offer) bool {
		return !strings.HasPrefix(o.Owner, lower) && !strings.HasPrefix(strings.ToLower(o.OwnerName), lower)
	})
}

// source is an offer with what a list asks of its keys.
type source struct {
	offer
	owners []string // of whom it holds keys, when not of one or all
	search string   // start of name or ID
	shares []string // by one of which the keys come, when not by any
}

func (s source) keys(tx *iam.Tx, region string) *gorm.DB {
	db := tx.DB().Table("offered_keys AS o")
	if len(s.shares) > 0 { // they lead to the keys, not the other way round
		db = tx.DB().Table("(SELECT DISTINCT e.key_id FROM offered_paths AS e WHERE e.share_id IN ?) AS f CROSS JOIN offered_keys AS o", s.shares).Where("o.key_id = f.key_id")
	}
	db = db.Where("o.kind = ? AND o.principal = ? AND o.region = ? AND o.owner_id <> ?", s.Kind, s.Principal, region, string(tx.Caller.Account))
	if s.Owner != "" {
		db = db.Where("o.owner_id = ?", s.Owner)
	}
	if len(s.owners) > 0 {
		db = db.Where("o.owner_id IN ?", s.owners)
	}
	return db.Select("o.key_id, o.name_lower, o.since").Scopes(store.NameOrID("o.name_lower", "o.key_id", s.search))
}

// sharesMax is how many shares lead to their keys. Where more have the name that is asked
// for, most keys match, and each is asked for its shares.
const sharesMax = 200

// sharesNamed finds the shares that reach the account and whose name begins so.
func sharesNamed(tx *iam.Tx, search string) ([]string, error) {
	var ids []string
	err := tx.DB().Table("account_reach AS ar CROSS JOIN received_names AS rn").Distinct("rn.share_id").
		Where("ar.account_id = ? AND rn.kind = ar.kind AND rn.principal = ar.principal", string(tx.Caller.Account)).
		Scopes(store.Prefix("rn.share_name", strings.ToLower(strings.TrimSpace(search)))).Limit(sharesMax+1).Pluck("rn.share_id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("find shares: %w", err)
	}
	return ids, nil
}

// sourcesOf are what a list is read from: a source for each principal, or, where owners are
// asked for, one for each of them.
func sourcesOf(tx *iam.Tx, in ListSharedKeysInput) ([]source, error) {
	if in.Share == "" {
		return sourcesOfOwners(tx, in)
	}
	shares, err := sharesNamed(tx, in.Share)
	if err != nil || len(shares) == 0 {
		return nil, err
	}
	sources, err := sourcesOfOwners(tx, in)
	for i := range sources {
		if len(shares) <= sharesMax {
			sources[i].shares = shares
		}
	}
	return sources, err
}

func sourcesOfOwners(tx *iam.Tx, in ListSharedKeysInput) ([]source, error) {
	if in.Owner == "" && (!in.anyOf || in.Search == "" || store.IsUUID(in.Search)) { // no owner is called like the whole ID of a key
		reach := in.reach
		if reach == nil {
			var err error
			if reach, err = iam.ReachOf(tx); err != nil {
				return nil, err
			}
		}
		return toReach(reach, in.Search), nil
	}
	from, err := offersFrom(tx, in.Region)
	if err != nil || in.Owner != "" {
		return ofOwners(ownedBy(from, in.Owner), in.Search), err
	}
	return append(inAll(from, in.Search), ofOwners(ownedBy(from, in.Search), "")...), err
}

// toReach gives a source for each of the principals, by all owners.
func toReach(reach []iam.Reach, search string) []source {
	sources := make([]source, len(reach))
	for i, r := range reach {
		sources[i] = source{offer: offer{Reach: r}, search: search}
	}
	return sources
}

// inAll gives a source for each principal that something is offered to, by all owners.
func inAll(offers []offer, search string) []source {
	var reach []iam.Reach
	for _, o := range offers {
		if !slices.Contains(reach, o.Reach) {
			reach = append(reach, o.Reach)
		}
	}
	return toReach(reach, search)
}

// sourcesMax is how many sources are read one by one. The keys of more owners are read by
// principal, with a condition on the owner: then most keys match.
const sourcesMax = 40

func ofOwners(offers []offer, search string) []source {
	var sources []source
	if len(offers) <= sourcesMax {
		for _, o := range offers {
			sources = append(sources, source{offer: o, search: search})
		}
		return sources
	}
	for _, o := range offers {
		at := slices.IndexFunc(sources, func(s source) bool { return s.Kind == o.Kind && s.Principal == o.Principal })
		if at < 0 {
			at, sources = len(sources), append(sources, source{offer: offer{Reach: o.Reach}, search: search})
		}
		sources[at].owners = append(sources[at].owners, o.Owner)
	}
	return sources
}

// live is the condition that the offered key is brought now, by a share whose name begins
// with share if that is not empty.
func live(tx *iam.Tx, share string) func(*gorm.DB) *gorm.DB {
	return iam.LiveOffer(tx, func(path *gorm.DB) *gorm.DB {
		if share != "" {
			path = path.Joins("JOIN share_cards AS sc ON sc.id = lp.share_id").Scopes(store.Prefix("sc.name_lower", strings.ToLower(share)))
		}
		return path
	})
}

// firstOffer leaves out a key's later offers to the account, so that a list in the order of
// time shows it once. PostgreSQL expects a condition of this form to hold for most.
func firstOffer(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		return db.Where(`coalesce((SELECT 0 FROM account_reach ar CROSS JOIN offered_keys e
	WHERE ar.account_id = ? AND e.kind = ar.kind AND e.principal = ar.principal AND e.key_id = o.key_id AND (e.since, e.kind, e.principal) < (o.since, o.kind, o.principal) LIMIT 1), 1) <> 0`, string(tx.Caller.Account))
	}
}
