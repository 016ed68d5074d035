package ram

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Ending is a share that ends at a time, for the caller's account.
type Ending struct {
	Share  ShareID
	Name   string
	EndsAt time.Time
	Given  bool          // the account shares; else it receives
	Part   AssociationID // of Given: one principal's part ends, not the whole
}

// ListEnding gives what ends by itself until a time, the first to end first, at most n:
// own shares and single parts in them, and received shares when the last of their paths
// ends. One query.
//
// Errors: Forbidden without ram:resourceShares:search.
func (s *Service) ListEnding(ctx context.Context, caller iam.Caller, until time.Time, n int) ([]Ending, error) {
	var list []Ending
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		var rows []endingRow
		if err := tx.DB().Raw(endingQuery, endingArgs(tx, until, n)).Scan(&rows).Error; err != nil {
			return fmt.Errorf("list what ends: %w", err)
		}
		list = endings(rows)
		return nil
	})
	return list, err
}

type endingRow struct {
	What   string     `gorm:"column:what"` // whole, part, received
	Share  string     `gorm:"column:share_id"`
	Name   string     `gorm:"column:name"`
	EndsAt store.Time `gorm:"column:ends_at"`
	Part   string     `gorm:"column:part"`
}

func endings(rows []endingRow) []Ending {
	list := make([]Ending, len(rows))
	for i, r := range rows {
		list[i] = Ending{Share: ShareID(r.Share), Name: r.Name, EndsAt: r.EndsAt.Time, Given: r.What != "received", Part: AssociationID(r.Part)}
	}
	slices.SortStableFunc(list, func(a, b Ending) int { return a.EndsAt.Compare(b.EndsAt) })
	return list
}

func endingArgs(tx *iam.Tx, until time.Time, n int) map[string]any {
	return map[string]any{"account": string(tx.Caller.Account), "now": store.At(tx.Now), "until": store.At(until), "n": n, "most": n + endingSpare}
}

// endingSpare is how many received shares more than asked for are looked at, because some of
// them reach the account by another path that lasts longer, or by none any more.
const endingSpare = 100

// lastOf is the end behind the last association of one principal that is looked at: without
// it all of its ends within the time are sorted with those of the others.
func lastOf(column string) string {
	return "coalesce((SELECT e." + column + " FROM share_principals e WHERE e.kind = ar.kind AND e.principal = ar.principal AND e.status = 'associated' AND e.account_id <> @account" +
		" AND e." + column + " > @now AND e." + column + " <= @until ORDER BY e." + column + " LIMIT 1 OFFSET @most), @until)"
}

// endingQuery reads what ends. It starts from what is the account's own and from the
// principals it answers to, each in the order of ends, and stops after @n and @most, so it
// costs the same however much is shared, by this account or by others.
var endingQuery = `SELECT * FROM (
SELECT * FROM (SELECT 'whole' AS what, CAST(s.id AS text) AS share_id, s.name AS name, s.ends_at AS ends_at, '' AS part
	FROM shares s WHERE s.account_id = @account AND s.status = 'active' AND s.ends_at > @now AND s.ends_at <= @until
	ORDER BY s.ends_at, s.id LIMIT @n) AS own
UNION ALL
SELECT * FROM (SELECT 'part', CAST(s.id AS text), s.name, sp.ends_at, CAST(sp.id AS text)
	FROM share_principals sp JOIN shares s ON s.id = sp.share_id AND s.status = 'active'
	WHERE sp.account_id = @account AND sp.ended_at IS NULL AND sp.ends_at > @now AND sp.ends_at <= @until AND (s.ends_at IS NULL OR s.ends_at > sp.ends_at)
	ORDER BY sp.ends_at, sp.share_id LIMIT @n) AS parts
UNION ALL
SELECT 'received', CAST(r.share_id AS text), s.name, r.ends_at, '' FROM (
	SELECT c.share_id, (SELECT CASE WHEN count(*) = count(lp.ends_at) THEN max(lp.ends_at) END FROM live_principals lp
		WHERE lp.share_id = c.share_id AND lp.account_id = @account AND (lp.ends_at IS NULL OR lp.ends_at > @now)) AS ends_at
	FROM (SELECT share_id, min(ends_at) AS first_end FROM (
			SELECT * FROM (SELECT sp.share_id, sp.ends_at FROM account_reach ar CROSS JOIN share_principals sp
				WHERE ar.account_id = @account AND sp.kind = ar.kind AND sp.principal = ar.principal AND sp.status = 'associated' AND sp.account_id <> @account
					AND sp.ends_at > @now AND sp.ends_at <= ` + lastOf("ends_at") + `
				ORDER BY sp.ends_at LIMIT @most) AS by_part
			UNION ALL
			SELECT * FROM (SELECT sp.share_id, sp.share_ends_at FROM account_reach ar CROSS JOIN share_principals sp
				WHERE ar.account_id = @account AND sp.kind = ar.kind AND sp.principal = ar.principal AND sp.status = 'associated' AND sp.account_id <> @account
					AND sp.share_ends_at > @now AND sp.share_ends_at <= ` + lastOf("share_ends_at") + `
				ORDER BY sp.share_ends_at LIMIT @most) AS by_share
		) AS paths GROUP BY share_id ORDER BY first_end, share_id LIMIT @most) AS c) AS r
JOIN shares s ON s.id = r.share_id
WHERE r.ends_at <= @until) AS e
ORDER BY ends_at, share_id, part LIMIT @n`
