package ram

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Waiting is an invitation that waits for an answer, in short.
type Waiting struct {
	ID        InvitationID
	Share     ShareID
	ShareName string
	Owner     iam.AccountID
	OwnerName string
	ExpiresAt time.Time
	Keys      []Key // id, name and region only
}

// WaitingCap is where the number of waiting invitations ends: more than this reads "100+".
const WaitingCap = 100

// ListWaiting gives the invitations that the caller's account can answer now, the first to
// expire first, at most n of them, and how many there are, at most WaitingCap+1. One query.
//
// Errors: Forbidden without ram:resourceShareInvitations:search.
func (s *Service) ListWaiting(ctx context.Context, caller iam.Caller, n int) (list []Waiting, total int, err error) {
	err = s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionInvitations, invitationURN(tx.Caller.Account, "*")); err != nil {
			return err
		}
		var rows []struct {
			ID        string     `gorm:"column:id"`
			ShareID   string     `gorm:"column:share_id"`
			ShareName string     `gorm:"column:share_name"`
			Sender    string     `gorm:"column:sender"`
			OwnerName string     `gorm:"column:owner_name"`
			ExpiresAt store.Time `gorm:"column:expires_at"`
			KeyID     *string    `gorm:"column:key_id"`
			KeyName   *string    `gorm:"column:key_name"`
			Region    *string    `gorm:"column:region"`
			State     *string    `gorm:"column:state"`
			Total     int        `gorm:"column:total"`
		}
		err := tx.DB().Raw(`SELECT i.id, i.share_id, s.name AS share_name, i.sender, a.name AS owner_name, i.expires_at, k.id AS key_id, k.name AS key_name, k.region, k.state,
	(SELECT count(*) FROM (SELECT 1 FROM invitations WHERE receiver = ? AND status = 'pending' AND expires_at > ? LIMIT ?) AS c) AS total
FROM (SELECT id, share_id, sender, expires_at FROM invitations WHERE receiver = ? AND status = 'pending' AND expires_at > ? ORDER BY created_at, id LIMIT ?) AS i
JOIN shares s ON s.id = i.share_id JOIN account_names a ON a.id = i.sender
LEFT JOIN share_resources sr ON sr.share_id = i.share_id AND sr.ended_at IS NULL
LEFT JOIN key_cards k ON k.id = sr.key_id AND k.state <> 'deleted'
ORDER BY i.expires_at, i.id, k.name_lower`,
			string(tx.Caller.Account), store.At(tx.Now), WaitingCap+1, string(tx.Caller.Account), store.At(tx.Now), n).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("list waiting invitations: %w", err)
		}
		for _, r := range rows {
			total = r.Total
			if k := len(list); k == 0 || list[k-1].ID != InvitationID(r.ID) {
				list = append(list, Waiting{
					ID: InvitationID(r.ID), Share: ShareID(r.ShareID), ShareName: r.ShareName, Owner: iam.AccountID(r.Sender), OwnerName: r.OwnerName, ExpiresAt: r.ExpiresAt.Time,
				})
			}
			if last := &list[len(list)-1]; r.KeyID != nil {
				last.Keys = append(last.Keys, Key{ID: *r.KeyID, Name: *r.KeyName, Region: *r.Region, State: *r.State})
			}
		}
		return nil
	})
	return list, total, err
}

// Sharing is what the overview says of the account's sharing.
type Sharing struct {
	Newest []NewestShare // of its own
	Ending []Ending      // within EndsSoon, given and received
}

// NewestShare is one of the caller's own shares, in short.
type NewestShare struct {
	ID         ShareID
	Name       string
	Keys       int
	Principals int // live, those who have not answered included
	Waiting    int // of those: have not answered
}

type sharingRow struct {
	Ending     endingRow `gorm:"embedded"` // of a newest one, EndsAt is when it was made
	Keys       int       `gorm:"column:resource_count"`
	Principals int       `gorm:"column:principal_count"`
	Waiting    int       `gorm:"column:waiting"`
}

// Overview gives the newest active shares of the caller's account and what ends soon, at
// most n of each. One query.
//
// Errors: Forbidden without ram:resourceShares:search.
func (s *Service) Overview(ctx context.Context, caller iam.Caller, n int) (Sharing, error) {
	var sharing Sharing
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		var rows []sharingRow
		err := tx.Steady().Raw(`SELECT what, share_id, name, ends_at, part, 0 AS resource_count, 0 AS principal_count, 0 AS waiting FROM (`+endingQuery+`) AS ending
UNION ALL
SELECT 'newest', CAST(s.id AS text), s.name, s.created_at, '', s.resource_count, s.principal_count,
	(SELECT count(*) FROM invitations i WHERE i.share_id = s.id AND i.status = 'pending' AND i.expires_at > @now)
FROM (SELECT id, name, resource_count, principal_count, created_at FROM shares WHERE account_id = @account AND status = 'active' ORDER BY created_at DESC, id DESC LIMIT @n) AS s`,
			endingArgs(tx, tx.Now.Add(EndsSoon), n)).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("read what is shared: %w", err)
		}
		slices.SortFunc(rows, func(a, b sharingRow) int {
			return cmp.Or(b.Ending.EndsAt.Compare(a.Ending.EndsAt.Time), cmp.Compare(b.Ending.Share, a.Ending.Share))
		})
		var ending []endingRow
		for _, r := range rows {
			if r.Ending.What == "newest" {
				sharing.Newest = append(sharing.Newest, NewestShare{ShareID(r.Ending.Share), r.Ending.Name, r.Keys, r.Principals, r.Waiting})
			} else {
				ending = append(ending, r.Ending)
			}
		}
		sharing.Ending = endings(ending)
		return nil
	})
	return sharing, err
}
