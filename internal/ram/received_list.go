package ram

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// receivedCard is a share as it came to one account: by the association that counts
// most, or ended.
type receivedCard struct {
	ShareID   string      `gorm:"column:share_id"`
	Since     store.Time  `gorm:"column:since"`
	Invited   bool        `gorm:"column:invited"` // by invitation, else through the organization
	Path      string      `gorm:"column:path"`
	EndedBy   string      `gorm:"column:ended_by"`
	EndsAt    *store.Time `gorm:"column:ends_at"` // of the last path to end; nil when one has no end
	Name      string      `gorm:"column:name"`
	NameLower string      `gorm:"column:share_name"`
	Owner     string      `gorm:"column:account_id"`
	OwnerName string      `gorm:"column:owner_name"`
	Keys      int         `gorm:"column:resource_count"`
}

// rank orders the paths by which one share reaches an account: what was accepted by
// invitation first, because it can be left, then the narrower path.
const rank = "CASE WHEN %[1]s.organization_id IS NULL THEN 0 WHEN %[1]s.%[2]s = 'account' THEN 1 WHEN %[1]s.%[2]s = 'ou' THEN 2 ELSE 3 END"

// lastEnd is when the last path of a listed share to an account ends; NULL when one has no
// end. It takes the account and the time.
const lastEnd = `(SELECT CASE WHEN count(*) = count(p.ends_at) THEN max(p.ends_at) END FROM live_principals p
	WHERE p.share_id = sp.share_id AND p.account_id = ? AND (p.ends_at IS NULL OR p.ends_at > ?))`

// last is lastEnd of paths that were read.
func last(paths []receivedCard) *store.Time {
	var end *store.Time
	for _, p := range paths {
		if p.EndsAt == nil {
			return nil
		}
		if end == nil || p.EndsAt.After(end.Time) {
			end = p.EndsAt
		}
	}
	return end
}

// received selects a slice of the shares that reach the caller's account, and of those
// that ended for it in the last 48 h and do not reach it by another path. Each principal
// that the account answers to is read in the order of an index and cut by itself, so a
// page costs the same however many shares there are. What is asked of each row is asked by
// value, in forms that PostgreSQL expects to hold for most: for an EXISTS, or for one that
// it thinks rare, it would read all associations of the account first.
func received(tx *iam.Tx, filter ReceivedFilter, slice store.Slice) (*gorm.DB, error) {
	account, now, shown := string(tx.Caller.Account), store.At(tx.Now), store.At(tx.Now.Add(-EndedShown))
	reach, err := iam.ReachOf(tx)
	if err != nil {
		return nil, err
	}
	columns := "coalesce(sp.past_name, s.name) AS name, sp.share_name, s.account_id, s.resource_count"
	filtered := func(db *gorm.DB) *gorm.DB {
		db = db.Joins("JOIN shares s ON s.id = sp.share_id")
		db = db.Scopes(store.NameOrID("sp.share_name", "sp.share_id", filter.Name))
		if filter.Owner != "" {
			db = db.Where("sp.account_id = ?", queryPrincipal(filter.Owner))
		}
		return db
	}
	var parts []string
	var args []any
	for _, r := range reach {
		if filter.State == StandingEnded {
			break
		}
		live := filter.Part.lead(tx, r).Scopes(filtered, filter.Part.inRegion("sp.share_id"), filter.order("sp.associated_at").Apply(slice)).
			Select("sp.share_id, sp.associated_at AS since, sp.organization_id IS NULL AS invited, sp.kind AS path, '' AS ended_by, "+lastEnd+" AS ends_at, "+columns, account, now).
			Where("sp.kind = ? AND sp.principal = ? AND sp.status = 'associated'", r.Kind, r.Principal).Scopes(filter.Part.ending(tx)).
			Where("(SELECT 1 FROM live_principals lp WHERE lp.association_id = sp.id AND lp.account_id = ? AND (lp.ends_at IS NULL OR lp.ends_at > ?) LIMIT 1) IS NOT NULL", account, now).
			Where(`coalesce((SELECT 0 FROM live_principals better WHERE better.share_id = sp.share_id AND better.account_id = ?
				AND (better.ends_at IS NULL OR better.ends_at > ?) AND (`+fmt.Sprintf(rank, "better", "path")+", better.association_id) < ("+fmt.Sprintf(rank, "sp", "kind")+", sp.id) LIMIT 1), 1) <> 0", account, now)
		parts, args = append(parts, "SELECT * FROM (?) AS live"), append(args, live)
	}
	ended := tx.DB().Table("share_principals AS sp").Scopes(filtered, filter.Part.held, filter.order("sp.ended_at").Apply(slice)).
		Select("sp.share_id, sp.ended_at AS since, sp.organization_id IS NULL AS invited, sp.kind AS path, sp.ended_by, sp.ends_at, "+columns).
		Where("sp.kind = 'account' AND sp.principal = ? AND sp.ended_at > ? AND sp.associated_at IS NOT NULL", account, shown).
		Where("NOT EXISTS (SELECT 1 FROM live_principals lp WHERE lp.share_id = sp.share_id AND lp.account_id = ?)", account).
		Where(`NOT EXISTS (SELECT 1 FROM share_principals later WHERE later.share_id = sp.share_id AND later.kind = 'account' AND later.principal = sp.principal
			AND later.associated_at IS NOT NULL AND (later.ended_at, later.id) > (sp.ended_at, sp.id))`)
	if filter.Part.Ending {
		ended = ended.Where("1 = 0") // what has ended ends no more
	}
	if filter.State != StandingLive {
		parts, args = append(parts, "SELECT * FROM (?) AS past"), append(args, ended)
	}
	return tx.DB().Table("("+strings.Join(parts, " UNION ALL ")+") AS r", args...).
		Joins("JOIN account_names a ON a.id = r.account_id").Select("r.*, a.name AS owner_name").Scopes(filter.order("r.since").Apply(slice)), nil
}

// ByName reports whether the list is in the order of names: where it is searched by name.
func (f ReceivedFilter) ByName() bool {
	return strings.TrimSpace(f.Name) != "" && !store.IDSought(f.Name)
}

// order is by a time, then the share; by name or ID where that is what is searched for.
func (f ReceivedFilter) order(column string) store.Keyset {
	table, _, _ := strings.Cut(column, ".")
	switch {
	case f.ByName():
		return store.Keyset{Column: table + ".share_name", ID: table + ".share_id"}
	case f.Name != "":
		return store.Keyset{ID: table + ".share_id"}
	}
	return store.Keyset{Column: column, ID: table + ".share_id", Time: true, Desc: !f.Oldest}
}

func (c receivedCard) toRow() ReceivedRow {
	row := ReceivedRow{
		ID: ShareID(c.ShareID), Name: c.Name, Owner: iam.AccountID(c.Owner), OwnerName: c.OwnerName, Keys: c.Keys, Since: c.Since.Time,
		Path: PrincipalKind(c.Path), EndsAt: c.EndsAt.TimePtr(),
	}
	switch {
	case c.EndedBy != "":
		row.State, row.Keys, row.HiddenAt = endState(c.EndedBy, &c.Since), 0, hiddenAt(&c.Since)
	case c.Invited:
		row.State, row.CanLeave = Accepted, true
	default:
		row.State, row.WhyNot = AccessAtOnce, whyStay(c.OwnerName)
	}
	return row
}

// whyStay is the reason why a share that came through the organization stays.
func whyStay(owner string) string {
	return fmt.Sprintf("This share reaches the account through the organization, so only its owner can end it. Ask %s to do that.", owner)
}

// ListReceived is the tab Accepted Resource Shares: invited and accepted, reached
// through the organization, and ended in the last 48 h.
func (s *Service) ListReceived(ctx context.Context, caller iam.Caller, filter ReceivedFilter, slice store.Slice) (ReceivedPage, error) {
	var page ReceivedPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		db, err := received(tx, filter, slice)
		if err != nil {
			return err
		}
		var cards []receivedCard
		if err := db.Scan(&cards).Error; err != nil {
			return fmt.Errorf("list received shares: %w", err)
		}
		cards, page.Edges = store.Cut(filter.order("r.since"), slice, cards, func(c receivedCard) (any, string) {
			if filter.ByName() {
				return c.NameLower, c.ShareID
			}
			return c.Since, c.ShareID
		})
		for _, c := range cards {
			page.Shares = append(page.Shares, c.toRow())
		}
		return nil
	})
	return page, err
}
