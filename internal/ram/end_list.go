package ram

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Ending is a share that ends at a time, for the caller's account.
type Ending struct {
	Share    ShareID
	Name     string
	EndsAt   time.Time
	Given    bool          // the account shares; else it receives
	Part     AssociationID // of Given: one principal's part ends, not the whole
	PartName string        // that principal's name, or its ID
}

// ListEnding gives what ends by itself until a time, the first to end first, at most n:
// own shares and single parts in them, and received shares when the last of their paths
// ends. One query.
//
// Errors: Forbidden without ram:resourceShares:search.
func (s *Service) ListEnding(ctx context.Context, caller iam.Caller, until time.Time, n int) ([]Ending, error) {
	var list []Ending
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) (err error) {
		list, err = EndingIn(tx, until, n)
		return err
	})
	return list, err
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

// EndingIn is ListEnding inside an act.
func EndingIn(tx *iam.Tx, until time.Time, n int) ([]Ending, error) {
	if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
		return nil, err
	}
	var rows []struct {
		Share    string     `gorm:"column:share_id"`
		Name     string     `gorm:"column:name"`
		EndsAt   store.Time `gorm:"column:ends_at"`
		Given    bool       `gorm:"column:given"`
		Part     string     `gorm:"column:part"`
		PartName string     `gorm:"column:part_name"`
	}
	candidates := endingReceived
	if until.Sub(tx.Now) <= EndsSoon {
		candidates = endingSoon
	}
	err := tx.DB().Raw(`SELECT * FROM (
SELECT CAST(s.id AS text) AS share_id, s.name AS name, s.ends_at AS ends_at, 1 = 1 AS given, '' AS part, '' AS part_name
FROM shares s WHERE s.account_id = @account AND s.status = 'active' AND s.ends_at > @now AND s.ends_at <= @until
UNION ALL
SELECT CAST(s.id AS text), s.name, sp.ends_at, 1 = 1, CAST(sp.id AS text), COALESCE(CASE WHEN `+strings.ReplaceAll(knownTo("a.id"), "?", "@account")+` THEN a.name END, u.name, g.name, sp.principal)
FROM share_principals sp JOIN shares s ON s.id = sp.share_id AND s.status = 'active'
LEFT JOIN account_names a ON sp.kind = 'account' AND a.id = sp.principal
LEFT JOIN unit_names u ON sp.kind = 'ou' AND u.urn = sp.principal
LEFT JOIN organization_names g ON sp.kind = 'organization' AND g.urn = sp.principal
WHERE sp.account_id = @account AND sp.ended_at IS NULL AND sp.ends_at > @now AND sp.ends_at <= @until AND (s.ends_at IS NULL OR s.ends_at > sp.ends_at)
UNION ALL
SELECT CAST(r.share_id AS text), r.name, r.ends_at, 1 = 0, '', '' FROM (
	SELECT c.share_id, c.name, (SELECT CASE WHEN count(*) = count(lp.ends_at) THEN max(lp.ends_at) END FROM live_principals lp
		WHERE lp.share_id = c.share_id AND lp.account_id = @account AND (lp.ends_at IS NULL OR lp.ends_at > @now)) AS ends_at
	FROM (`+candidates+`) AS c) AS r
WHERE r.ends_at <= @until) AS e
ORDER BY ends_at, share_id, part LIMIT @n`, map[string]any{"account": string(tx.Caller.Account), "now": store.At(tx.Now), "until": store.At(until), "n": n}).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list what ends: %w", err)
	}
	list := make([]Ending, len(rows))
	for i, r := range rows {
		list[i] = Ending{Share: ShareID(r.Share), Name: r.Name, EndsAt: r.EndsAt.Time, Given: r.Given, Part: AssociationID(r.Part), PartName: r.PartName}
	}
	return list, nil
}
