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
		candidates := endingReceived
		if until.Sub(tx.Now) <= EndsSoon {
			candidates = endingSoon
		}
		var rows []endingRow
		if err := tx.DB().Raw(endingQuery(candidates), endingArgs(tx, until, n)).Scan(&rows).Error; err != nil {
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
	return map[string]any{"account": string(tx.Caller.Account), "now": store.At(tx.Now), "until": store.At(until), "n": n}
}

// Received shares that may end: what ends soon is found by the indexes of ends, because few
// shares of all end within a month; what ends ever, by what reaches the account.
const (
	endingSoon = `SELECT s.id AS share_id, s.name FROM shares s WHERE s.ends_at > @now AND s.ends_at <= @until AND s.status = 'active'
	UNION SELECT s.id, s.name FROM share_principals sp JOIN shares s ON s.id = sp.share_id AND s.status = 'active'
	WHERE sp.ends_at > @now AND sp.ends_at <= @until AND sp.ended_at IS NULL`
	endingReceived = `SELECT DISTINCT s.id AS share_id, s.name FROM live_principals lp JOIN shares s ON s.id = lp.share_id
	WHERE lp.account_id = @account AND lp.ends_at > @now`
)

func endingQuery(candidates string) string {
	return `SELECT * FROM (
SELECT 'whole' AS what, CAST(s.id AS text) AS share_id, s.name AS name, s.ends_at AS ends_at, '' AS part
FROM shares s WHERE s.account_id = @account AND s.status = 'active' AND s.ends_at > @now AND s.ends_at <= @until
UNION ALL
SELECT 'part', CAST(s.id AS text), s.name, sp.ends_at, CAST(sp.id AS text)
FROM share_principals sp JOIN shares s ON s.id = sp.share_id AND s.status = 'active'
WHERE sp.account_id = @account AND sp.ended_at IS NULL AND sp.ends_at > @now AND sp.ends_at <= @until AND (s.ends_at IS NULL OR s.ends_at > sp.ends_at)
UNION ALL
SELECT 'received', CAST(r.share_id AS text), r.name, r.ends_at, '' FROM (
	SELECT c.share_id, c.name, (SELECT CASE WHEN count(*) = count(lp.ends_at) THEN max(lp.ends_at) END FROM live_principals lp
		WHERE lp.share_id = c.share_id AND lp.account_id = @account AND (lp.ends_at IS NULL OR lp.ends_at > @now)) AS ends_at
	FROM (` + candidates + `) AS c) AS r
WHERE r.ends_at <= @until) AS e
ORDER BY ends_at, share_id, part LIMIT @n`
}
