package ram

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// receivedCard is a share as it came to one account: live by one or several paths, or
// ended. Invited: 1 when a live path came by invitation.
type receivedCard struct {
	ShareID     string     `gorm:"column:share_id"`
	Since       store.Time `gorm:"column:since"`
	Invited     int        `gorm:"column:invited"`
	ByAccount   int        `gorm:"column:by_account"`
	ByUnit      int        `gorm:"column:by_unit"`
	EndedBy     string     `gorm:"column:ended_by"`
	Name        string     `gorm:"column:name"`
	Description string     `gorm:"column:description"`
	Owner       string     `gorm:"column:account_id"`
	OwnerName   string     `gorm:"column:owner_name"`
	Keys        int        `gorm:"column:resource_count"`
	CreatedAt   store.Time `gorm:"column:created_at"`
}

// received selects the shares that reach account, and those that ended for it in the
// last 48 h and do not reach it by another path.
func received(tx *iam.Tx) *gorm.DB {
	account, now := string(tx.Caller.Account), store.At(tx.Now)
	return tx.DB().Table(`(SELECT lp.share_id, min(lp.since) AS since, max(CASE WHEN lp.organization_id IS NULL THEN 1 ELSE 0 END) AS invited,
	max(CASE WHEN lp.path = 'account' THEN 1 ELSE 0 END) AS by_account, max(CASE WHEN lp.path = 'ou' THEN 1 ELSE 0 END) AS by_unit, '' AS ended_by
FROM live_principals lp WHERE lp.account_id = ? AND (lp.ends_at IS NULL OR lp.ends_at > ?) GROUP BY lp.share_id
UNION ALL
SELECT e.share_id, e.ended_at, 0, 1, 0, e.ended_by FROM (
	SELECT sp.share_id, sp.ended_at, sp.ended_by, row_number() OVER (PARTITION BY sp.share_id ORDER BY sp.ended_at DESC, sp.id) AS place
	FROM share_principals sp
	WHERE sp.kind = 'account' AND sp.principal = ? AND sp.ended_at > ? AND sp.associated_at IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM live_principals lp WHERE lp.share_id = sp.share_id AND lp.account_id = ?)) AS e
WHERE e.place = 1) AS r`, account, now, account, store.At(tx.Now.Add(-EndedShown)), account).
		Joins("JOIN shares s ON s.id = r.share_id JOIN account_names a ON a.id = s.account_id").
		Select("r.share_id, r.since, r.invited, r.by_account, r.by_unit, r.ended_by, s.name, s.description, s.account_id, a.name AS owner_name, s.resource_count, s.created_at")
}

func (c receivedCard) toRow() ReceivedRow {
	row := ReceivedRow{
		ID: ShareID(c.ShareID), Name: c.Name, Owner: iam.AccountID(c.Owner), OwnerName: c.OwnerName, Keys: c.Keys, Since: c.Since.Time,
	}
	switch {
	case c.EndedBy != "":
		row.State, row.Path, row.Keys, row.HiddenAt = endState(c.EndedBy), KindAccount, 0, hiddenAt(&c.Since)
	case c.Invited == 1:
		row.State, row.Path, row.CanLeave = Accepted, KindAccount, true
	default:
		row.State, row.Path = AccessAtOnce, KindOrganization
		if c.ByUnit == 1 {
			row.Path = KindUnit
		}
		if c.ByAccount == 1 {
			row.Path = KindAccount
		}
		row.WhyNot = whyStay(c.OwnerName)
	}
	return row
}

// whyStay is the reason why a share that came through the organization stays.
func whyStay(owner string) string {
	return fmt.Sprintf("This share reaches the account through the organization, so only its owner, %s, can end it.", owner)
}

var receivedByTime = store.Keyset{Column: "r.since", ID: "r.share_id", Time: true, Desc: true}

// ListReceived is the tab Accepted Resource Shares: invited and accepted, reached
// through the organization, and ended in the last 48 h.
func (s *Service) ListReceived(ctx context.Context, caller iam.Caller, filter ReceivedFilter, slice store.Slice) (ReceivedPage, error) {
	var page ReceivedPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		db := received(tx)
		if iam.IsUUID(filter.Name) {
			db = db.Where("r.share_id = ?", filter.Name)
		} else {
			db = db.Scopes(store.Prefix("s.name_lower", strings.ToLower(filter.Name)))
		}
		if filter.Owner != "" {
			db = db.Where("s.account_id = ?", filter.Owner)
		}
		var cards []receivedCard
		if err := db.Scopes(receivedByTime.Apply(slice)).Scan(&cards).Error; err != nil {
			return fmt.Errorf("list received shares: %w", err)
		}
		cards, page.Edges = store.Cut(receivedByTime, slice, cards, func(c receivedCard) (any, string) { return c.Since, c.ShareID })
		for _, c := range cards {
			page.Shares = append(page.Shares, c.toRow())
		}
		return nil
	})
	return page, err
}
