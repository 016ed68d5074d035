package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

type invitationCard struct {
	ID          string      `gorm:"column:id"`
	ShareID     string      `gorm:"column:share_id"`
	Sender      string      `gorm:"column:sender"`
	Status      string      `gorm:"column:status"`
	Note        string      `gorm:"column:note"`
	CreatedAt   store.Time  `gorm:"column:created_at"`
	ExpiresAt   store.Time  `gorm:"column:expires_at"`
	AnsweredAt  *store.Time `gorm:"column:answered_at"`
	ShareName   string      `gorm:"column:share_name"`
	Description string      `gorm:"column:description"`
	OwnerName   string      `gorm:"column:owner_name"`
	EndsAt      *store.Time `gorm:"column:ends_at"`
}

const (
	invitationColumns = `i.id, i.share_id, i.sender, i.status, i.note, i.created_at, i.expires_at, i.answered_at, s.name AS share_name, s.description, a.name AS owner_name,
	(SELECT CASE WHEN sp.ends_at IS NULL OR s.ends_at < sp.ends_at THEN s.ends_at ELSE sp.ends_at END FROM share_principals sp WHERE sp.id = i.association_id) AS ends_at`
	invitationTables = "JOIN shares s ON s.id = i.share_id JOIN account_names a ON a.id = i.sender"
)

func (c invitationCard) toInvitation(tx *iam.Tx) Invitation {
	row := invitationRow{Status: c.Status, ExpiresAt: c.ExpiresAt}
	return Invitation{
		ID: InvitationID(c.ID), Share: ShareID(c.ShareID), ShareName: c.ShareName, Description: c.Description,
		Owner: iam.AccountID(c.Sender), OwnerName: c.OwnerName, Status: row.status(tx.Now),
		SentAt: c.CreatedAt.Time, ExpiresAt: c.ExpiresAt.Time, EndsAt: c.EndsAt.TimePtr(), AnsweredAt: c.AnsweredAt.TimePtr(),
	}
}

// ListInvitations is the tab Resource Shares to Be Accepted.
func (s *Service) ListInvitations(ctx context.Context, caller iam.Caller, filter InvitationFilter, slice store.Slice) (InvitationPage, error) {
	var page InvitationPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionInvitations, invitationURN(tx.Caller.Account, "*")); err != nil {
			return err
		}
		db := tx.Steady().Table("invitations AS i").Joins(invitationTables).
			Select(invitationColumns).Where("i.receiver = ? AND i.status = 'pending' AND i.expires_at > ?", string(tx.Caller.Account), store.At(tx.Now))
		db = db.Scopes(store.NameOrID("s.name_lower", "i.share_id", filter.Name))
		db = db.Scopes(filter.Part.holding("i.share_id"))
		if filter.Part.Ending {
			db = db.Where(`(SELECT CASE WHEN sp.ends_at IS NULL OR s.ends_at < sp.ends_at THEN s.ends_at ELSE sp.ends_at END
	FROM share_principals AS sp WHERE sp.id = i.association_id) <= ?`, store.At(tx.Now.Add(EndsSoon)))
		}
		if filter.Owner != "" {
			db = db.Where("i.sender = ?", filter.Owner)
		}
		if len(filter.Only) > 0 {
			ids := make([]string, len(filter.Only))
			for i, id := range filter.Only {
				ids[i] = store.QueryID(id)
			}
			db = db.Where("i.id IN ?", ids)
		}
		var cards []invitationCard
		order := store.Keyset{Column: "i.created_at", ID: "i.id", Time: true, Desc: !filter.Oldest}
		if err := db.Scopes(order.Apply(slice)).Scan(&cards).Error; err != nil {
			return fmt.Errorf("list invitations: %w", err)
		}
		cards, page.Edges = store.Cut(order, slice, cards, func(c invitationCard) (any, string) { return c.CreatedAt, c.ID })
		var shares []string
		for _, c := range cards {
			shares = append(shares, c.ShareID)
		}
		keys, err := liveKeys(tx, shares)
		if err != nil {
			return err
		}
		var permissions map[string][]Permission
		if len(filter.Only) > 0 {
			if permissions, err = pinnedNames(tx, shares); err != nil {
				return err
			}
		}
		for _, c := range cards {
			inv := c.toInvitation(tx)
			inv.Keys, inv.Permissions = keys[c.ShareID], permissions[c.ShareID]
			page.Invitations = append(page.Invitations, inv)
		}
		return nil
	})
	return page, err
}

// BeginAnswer gives one invitation to the caller's account that waits, to whom may answer it
// by action. One that is over tells only how it ended: what its share is called since is not
// its receiver's to know.
//
// Errors: NotFound; Forbidden; State, as AcceptInvitation.
func (s *Service) BeginAnswer(ctx context.Context, caller iam.Caller, id InvitationID, action iam.Action) (Invitation, error) {
	var found Invitation
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, err := findInvitation(tx, ActionInvitations, id)
		if err != nil {
			return err
		}
		if err := answered(row, tx.Now); err != nil {
			return err
		}
		if err := tx.Allow(action, invitationURN(tx.Caller.Account, row.ID)); err != nil {
			return err
		}
		var card invitationCard
		err = tx.DB().Table("invitations AS i").Joins(invitationTables).
			Select(invitationColumns).Where("i.id = ?", row.ID).Take(&card).Error
		if err != nil {
			return fmt.Errorf("read invitation %s: %w", id, err)
		}
		found = card.toInvitation(tx)
		keys, err := liveKeys(tx, []string{card.ShareID})
		if err != nil {
			return err
		}
		found.Keys = keys[card.ShareID]
		found.Permissions, err = pinnedPermissions(tx, shareRow{ID: card.ShareID})
		return err
	})
	return found, err
}

// liveKeys reads the keys of shares that a recipient may see, by name. Keys deleted for
// good are left out.
func liveKeys(tx *iam.Tx, shares []string) (map[string][]Key, error) {
	keys := map[string][]Key{}
	if len(shares) == 0 {
		return keys, nil
	}
	var rows []struct {
		ShareID string `gorm:"column:share_id"`
		ID      string `gorm:"column:id"`
		Region  string `gorm:"column:region"`
		Name    string `gorm:"column:name"`
		Spec    string `gorm:"column:spec"`
		Usage   string `gorm:"column:usage"`
		State   string `gorm:"column:state"`
	}
	err := tx.DB().Raw(`SELECT sr.share_id, k.id, k.region, k.name, k.spec, k.usage, k.state
FROM share_resources sr JOIN key_cards k ON k.id = sr.key_id
WHERE sr.share_id IN ? AND sr.ended_at IS NULL AND k.state <> 'deleted' ORDER BY k.name_lower, k.id`, shares).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read keys of shares: %w", err)
	}
	for _, r := range rows {
		keys[r.ShareID] = append(keys[r.ShareID], Key{ID: r.ID, Region: r.Region, Name: r.Name, Spec: r.Spec, Usage: r.Usage, State: r.State})
	}
	return keys, nil
}
