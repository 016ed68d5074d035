package ram

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// ListShares lists the caller's own shares.
func (s *Service) ListShares(ctx context.Context, caller iam.Caller, filter ShareFilter, slice store.Slice) (SharePage, error) {
	var page SharePage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		order := filter.Order.keyset()
		var rows []shareRow
		err := tx.DB().Table("shares").Scopes(filter.apply(tx), order.Apply(slice)).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("list shares: %w", err)
		}
		rows, page.Edges = store.Cut(order, slice, rows, func(r shareRow) (any, string) {
			if order.Time {
				return r.CreatedAt, r.ID
			}
			return r.NameLower, r.ID
		})
		page.Shares = make([]ShareRow, len(rows))
		places := make(map[string]*ShareRow, len(rows))
		ids := make([]string, len(rows))
		for i, r := range rows {
			page.Shares[i] = ShareRow{
				ID: ShareID(r.ID), Name: r.Name, Description: r.Description, Status: ShareStatus(r.Status),
				Keys: int(r.ResourceCount), CreatedAt: r.CreatedAt.Time, HiddenAt: hiddenAt(r.DeletedAt),
			}
			places[r.ID], ids[i] = &page.Shares[i], r.ID
		}
		if len(ids) == 0 {
			page.Ended, err = anyDeleted(tx)
			return err
		}
		return readParts(tx, ids, places)
	})
	return page, err
}

// anyDeleted reports whether the account had a share and has none now.
func anyDeleted(tx *iam.Tx) (bool, error) {
	var ended bool
	err := tx.DB().Raw(`SELECT EXISTS (SELECT 1 FROM shares WHERE account_id = ? AND status = 'deleted')
AND NOT EXISTS (SELECT 1 FROM shares WHERE account_id = ? AND status = 'active')`, string(tx.Caller.Account), string(tx.Caller.Account)).Scan(&ended).Error
	if err != nil {
		return false, fmt.Errorf("look for deleted shares: %w", err)
	}
	return ended, nil
}

func (o ShareOrder) keyset() store.Keyset {
	switch o {
	case OrderOldest:
		return store.Keyset{Column: "created_at", ID: "id", Time: true}
	case OrderName:
		return store.Keyset{Column: "name_lower", ID: "id"}
	case OrderNameZA:
		return store.Keyset{Column: "name_lower", ID: "id", Desc: true}
	}
	return store.Keyset{Column: "created_at", ID: "id", Time: true, Desc: true}
}

func (f ShareFilter) apply(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		db = db.Where("account_id = ?", string(tx.Caller.Account))
		if f.Status == ShareDeleted {
			db = db.Where("status = 'deleted' AND deleted_at > ?", store.At(tx.Now.Add(-EndedShown)))
		} else {
			db = db.Where("status = 'active'")
		}
		db = db.Scopes(store.NameOrID("name_lower", "id", f.Name))
		if f.TagKey != "" {
			tagged := tx.DB().Model(&tagRow{}).Select("1").Where("share_tags.share_id = shares.id AND share_tags.account_id = shares.account_id AND share_tags.tag_key = ?", f.TagKey)
			if f.TagValue != nil {
				tagged = tagged.Where("share_tags.tag_value = ?", *f.TagValue)
			}
			db = db.Where("EXISTS (?)", tagged)
		}
		// At most 200 wait, by quota, and few answers are 48 h young: they lead to the
		// shares, not the other way round.
		of := func(condition string, args ...any) *gorm.DB {
			return tx.DB().Model(&invitationRow{}).Select("share_id").Where("sender = ?", string(tx.Caller.Account)).Where(condition, args...)
		}
		now := store.At(tx.Now)
		switch f.Reach {
		case ReachWaiting:
			db = db.Where("id IN (?)", of("status = 'pending' AND expires_at > ?", now))
		case ReachRejected:
			db = db.Where("id IN (?) OR id IN (?)", of("status IN ('rejected', 'expired') AND answered_at > ?", store.At(tx.Now.Add(-EndedShown))),
				of("status = 'pending' AND expires_at <= ?", now))
		case ReachNobody:
			db = db.Where("principal_count = 0")
		}
		return db
	}
}

// anyEnded marks the row of readParts that says that some association has ended.
const anyEnded PrincipalState = "ended"

// readParts reads the tags of shares and counts their principals by state: live ones,
// those ended in the last 48 h, and whether any ever ended. All come in one query, for the budget of the list.
func readParts(tx *iam.Tx, ids []string, places map[string]*ShareRow) error {
	var parts []struct {
		ShareID string      `gorm:"column:share_id"`
		State   string      `gorm:"column:state"` // empty on the rows of tags
		N       int         `gorm:"column:n"`
		Until   *store.Time `gorm:"column:until"`
		Key     string      `gorm:"column:tag_key"`
		Value   string      `gorm:"column:tag_value"`
	}
	now := store.At(tx.Now)
	err := tx.DB().Raw(`SELECT share_id, state, count(*) AS n, min(expires_at) AS until, '' AS tag_key, '' AS tag_value FROM (
	SELECT sp.share_id, i.expires_at, CASE
		WHEN sp.status = 'associated' AND sp.organization_id IS NULL THEN 'accepted'
		WHEN sp.status = 'associated' AND o.id IS NOT NULL THEN 'access_at_once'
		WHEN sp.status = 'associated' THEN 'ineffective'
		WHEN sp.status = 'associating' AND i.expires_at > ? THEN 'invitation_pending'
		WHEN sp.status = 'associating' THEN 'expired'
		ELSE sp.ended_by END AS state
	FROM share_principals sp
	LEFT JOIN invitations i ON i.association_id = sp.id
	LEFT JOIN sharing_switches o ON o.id = sp.organization_id AND o.sharing_enabled AND o.sharing_epoch = sp.sharing_epoch
	WHERE sp.share_id IN ? AND (sp.ended_at IS NULL OR sp.ended_at > ?)) AS p
GROUP BY share_id, state
UNION ALL
SELECT id, 'ended', 0, NULL, '', '' FROM shares
WHERE id IN ? AND EXISTS (SELECT 1 FROM share_principals sp WHERE sp.share_id = shares.id AND sp.ended_at IS NOT NULL)
UNION ALL
SELECT share_id, '', 0, NULL, tag_key, tag_value FROM share_tags WHERE share_id IN ?
ORDER BY share_id, tag_key`, now, ids, store.At(tx.Now.Add(-EndedShown)), ids, ids).Scan(&parts).Error
	if err != nil {
		return fmt.Errorf("read parts of shares: %w", err)
	}
	for _, c := range parts {
		row := places[c.ShareID]
		if c.State == "" {
			row.Tags = append(row.Tags, Tag{Key: c.Key, Value: c.Value})
			continue
		}
		switch PrincipalState(c.State) {
		case anyEnded:
			row.Ended = true
		case Accepted:
			row.Access += c.N
		case AccessAtOnce:
			row.Access, row.AtOnce = row.Access+c.N, c.N
		case InvitationPending:
			row.Waiting, row.WaitingUntil = c.N, c.Until.TimePtr()
		case Rejected:
			row.Rejected = c.N
		case Expired:
			row.Expired += c.N
		case Left:
			row.Left = c.N
		default:
			row.Removed += c.N
		}
	}
	return nil
}

func tagsOf(tx *iam.Tx, ids []string) (map[string][]Tag, error) {
	var rows []tagRow
	if err := tx.DB().Where("share_id IN ?", ids).Order("share_id, tag_key").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	tags := map[string][]Tag{}
	for _, r := range rows {
		tags[r.ShareID] = append(tags[r.ShareID], Tag{Key: r.Key, Value: r.Value})
	}
	return tags, nil
}

// hiddenAt is when lists drop what ended.
func hiddenAt(ended *store.Time) *time.Time {
	if ended == nil {
		return nil
	}
	at := ended.Add(EndedShown)
	return &at
}
