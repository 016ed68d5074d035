package ram

import (
	"context"
	"fmt"
	"strings"
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
		lead, order := filter.lead(tx)
		var rows []listedShare
		table, args := filter.from(tx)
		err := tx.DB().Table(table, args...).Scopes(lead, filter.apply(tx), order.Apply(slice)).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("list shares: %w", err)
		}
		rows, page.Edges = store.Cut(order, slice, rows, func(r listedShare) (any, string) {
			if order.Time {
				return r.LedAt, r.Share.ID
			}
			return r.Share.NameLower, r.Share.ID
		})
		page.Shares = make([]ShareRow, len(rows))
		places := make(map[string]*ShareRow, len(rows))
		ids := make([]string, len(rows))
		for i, listed := range rows {
			r := listed.Share
			page.Shares[i] = ShareRow{
				ID: ShareID(r.ID), Name: r.Name, Description: r.Description, Status: ShareStatus(r.Status),
				Keys: int(r.ResourceCount), CreatedAt: r.CreatedAt.Time, HiddenAt: hiddenAt(r.DeletedAt), EndsAt: r.EndsAt.TimePtr(),
			}
			places[r.ID], ids[i] = &page.Shares[i], r.ID
		}
		if len(ids) == 0 {
			page.Ended, err = anyDeleted(tx)
			return err
		}
		page.Old, err = readParts(tx, ids, places)
		return err
	})
	return page, err
}

type listedShare struct {
	Share shareRow   `gorm:"embedded"`
	LedAt store.Time `gorm:"column:led_at"` // by which a list in the order of time is ordered
}

// from is what the list is read from, for Table.
func (f ShareFilter) from(tx *iam.Tx) (table string, args []any) {
	if !f.Part {
		return "shares", nil
	}
	status := ShareActive
	if f.Status == ShareDeleted {
		status = ShareDeleted
	}
	return "(?) AS shares", []any{store.Newest(tx.DB(), "shares", "account_id = ? AND status = ?", string(tx.Caller.Account), string(status))}
}

// named finds what is searched for.
func (f ShareFilter) named() func(*gorm.DB) *gorm.DB {
	if f.Part {
		return store.Inside("shares.name_lower", f.Name)
	}
	return store.NameOrID("shares.name_lower", "shares.id", f.Name)
}

// Led reports whether a part of shares leads the list, so that Order does not count.
func (f ShareFilter) Led() bool {
	return f.Principal != "" || f.Resource != "" || f.Permission != "" || f.Outdated || f.Region != "" || f.Reach == ReachOutside
}

// sharePart is a kind of what is tied to a share.
type sharePart int

const (
	noPart sharePart = iota
	keyPart
	principalPart
	permissionPart
	oldVersionPart
	outsidePart
	regionPart
)

// leader is the part that the list is read from, if the filter names one.
func (f ShareFilter) leader() sharePart {
	switch {
	case store.IDSought(f.Name): // leads then, whatever else is asked for
		return noPart
	case f.Resource != "": // before the principal: keys are in few shares, units in thousands
		return keyPart
	case f.Principal != "":
		return principalPart
	case f.Permission != "":
		return permissionPart
	case f.Outdated:
		return oldVersionPart
	case f.Reach == ReachOutside:
		return outsidePart
	case f.Region != "":
		return regionPart
	}
	return noPart
}

// lead chooses what the list is read from, in the order of an index: the shares
// themselves, or the rows of one of their parts that the filter names. Of the others the
// filter names it only asks whether they are there.
func (f ShareFilter) lead(tx *iam.Tx) (func(*gorm.DB) *gorm.DB, store.Keyset) {
	account, now := string(tx.Caller.Account), store.At(tx.Now)
	from := func(db *gorm.DB) *gorm.DB { return db.Select("shares.*, shares.created_at AS led_at") }
	keyset := f.Order.keyset()
	leading := func(table, part, condition string, args ...any) {
		keyset = store.Keyset{Column: part + ".created_at", ID: part + ".share_id", Time: true, Desc: true}
		from = func(db *gorm.DB) *gorm.DB {
			return db.Joins("JOIN "+table+" AS "+part+" ON "+part+".share_id = shares.id").Select("shares.*, "+part+".created_at AS led_at").
				Where(part+".account_id = ? AND "+condition, append([]any{account}, args...)...)
		}
	}
	// A share has many keys of a region and many principals outside; its newest stands for
	// it. PostgreSQL would look all of them up before the first, were it asked with EXISTS.
	newest := func(table, part, condition string) string {
		return " AND COALESCE((SELECT 1 FROM " + table + " AS later WHERE later.share_id = " + part + ".share_id AND later.ended_at IS NULL AND " + condition +
			" AND (later.created_at, later.id) > (" + part + ".created_at, " + part + ".id) LIMIT 1), 0) <> 1"
	}
	switch f.leader() {
	case noPart:
		if store.IDSought(f.Name) {
			keyset = store.Keyset{ID: "shares.id"}
		}
	case keyPart:
		leading("share_resources", "sr", "sr.key_id = ? AND sr.ended_at IS NULL", store.QueryID(f.Resource))
	case principalPart:
		leading("share_principals", "sp", "sp.principal = ? AND "+livePart, queryPrincipal(f.Principal), now, now, now)
	case permissionPart:
		leading("share_permissions", "p", "p.permission_id = ? AND p.ended_at IS NULL", store.QueryID(f.Permission))
	case oldVersionPart:
		keyset = store.Keyset{Column: "p.created_at", ID: "p.share_id", Time: true, Desc: true}
		table, args := f.from(tx)
		from = func(db *gorm.DB) *gorm.DB { // the few versions come first, by SQLite's CROSS JOIN
			return db.Table(oldVersions+" AS old CROSS JOIN share_permissions AS p CROSS JOIN "+table, append([]any{account}, args...)...).
				Select("shares.*, p.created_at AS led_at").
				Where("p.version_id = old.id AND p.share_id = shares.id AND p.account_id = ? AND p.ended_at IS NULL", account)
		}
	case outsidePart:
		leading("share_principals", "sp", "sp.external AND "+livePart+newest("share_principals", "sp", "later.external AND "+strings.ReplaceAll(livePart, "sp.", "later.")), now, now, now, now, now, now)
	case regionPart:
		leading("share_resources", "sr", "sr.region = ? AND sr.ended_at IS NULL"+newest("share_resources", "sr", "later.region = sr.region"), f.Region)
	}
	if f.taggedLead() { // tags know when their share was made; by name, the list is sorted
		from = func(db *gorm.DB) *gorm.DB {
			db = db.Table("share_tags AS t CROSS JOIN shares").Select("shares.*, shares.created_at AS led_at").
				Where("t.share_id = shares.id AND t.account_id = ? AND t.tag_key = ?", account, f.TagKey)
			if f.TagValue != nil {
				db = db.Where("t.tag_value = ?", *f.TagValue)
			}
			return db
		}
		if keyset.Time {
			keyset = store.Keyset{Column: "t.created_at", ID: "t.share_id", Time: true, Desc: keyset.Desc}
		}
	}
	return from, keyset
}

// taggedLead reports whether a tag leads the list.
func (f ShareFilter) taggedLead() bool { return f.TagKey != "" && !f.Led() && !f.fewLead() && !f.Part }

// fewLead reports whether what few shares have at a time leads the list, which is then
// sorted: a deletion of the last 48 h, an invitation that waits, of which a quota allows
// 200, or that was turned down in that time, an end that is near.
func (f ShareFilter) fewLead() bool {
	return !f.Led() && (f.Status == ShareDeleted || f.Reach == ReachWaiting || f.Reach == ReachRejected || f.Reach == ReachEnding)
}

// having asks for the parts that do not lead the list, of each share that it comes to.
func (f ShareFilter) having(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		account, now, leader := string(tx.Caller.Account), store.At(tx.Now), f.leader()
		has := func(part sharePart, from string, args ...any) {
			if part != leader {
				db = db.Where("(SELECT 1 FROM "+from+" LIMIT 1) IS NOT NULL", args...)
			}
		}
		if f.Principal != "" {
			has(principalPart, "share_principals AS sp WHERE sp.share_id = shares.id AND sp.principal = ? AND "+livePart, queryPrincipal(f.Principal), now, now, now)
		}
		if f.Resource != "" {
			has(keyPart, "share_resources AS r WHERE r.share_id = shares.id AND r.key_id = ? AND r.ended_at IS NULL", store.QueryID(f.Resource))
		}
		if f.Permission != "" {
			has(permissionPart, "share_permissions AS u WHERE u.share_id = shares.id AND u.permission_id = ? AND u.ended_at IS NULL", store.QueryID(f.Permission))
		}
		if f.Outdated {
			has(oldVersionPart, "share_permissions AS u WHERE u.share_id = shares.id AND u.ended_at IS NULL AND u.version_id IN "+oldVersions, account)
		}
		if f.Reach == ReachOutside {
			has(outsidePart, "share_principals AS sp WHERE sp.share_id = shares.id AND sp.external AND "+livePart, now, now, now)
		}
		if f.Region != "" {
			has(regionPart, "share_resources AS r WHERE r.share_id = shares.id AND r.region = ? AND r.ended_at IS NULL", f.Region)
		}
		return db
	}
}

// oldVersions are the versions that an account's shares can be updated from. It takes the
// account.
const oldVersions = "(SELECT v.id FROM permission_versions AS v JOIN permissions AS o ON o.id = v.permission_id WHERE o.account_id IN ('', ?) AND NOT v.default_version)"

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
		return store.Keyset{Column: "shares.created_at", ID: "shares.id", Time: true}
	case OrderName:
		return store.Keyset{Column: "shares.name_lower", ID: "shares.id"}
	case OrderNameZA:
		return store.Keyset{Column: "shares.name_lower", ID: "shares.id", Desc: true}
	}
	return store.Keyset{Column: "shares.created_at", ID: "shares.id", Time: true, Desc: true}
}

func (f ShareFilter) apply(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		db = db.Scopes(store.OfAccount("shares.account_id", string(tx.Caller.Account), store.IDSought(f.Name) || f.Led() || f.taggedLead() || f.fewLead()))
		if f.Status == ShareDeleted {
			db = db.Where("shares.id IN (SELECT id FROM shares AS d WHERE d.account_id = ? AND d.status = 'deleted' AND d.deleted_at > ?)", string(tx.Caller.Account), store.At(tx.Now.Add(-EndedShown)))
		} else {
			db = db.Where("shares.status = 'active'")
		}
		db = db.Scopes(f.named(), f.having(tx))
		if f.TagKey != "" && !f.taggedLead() {
			tagged := tx.DB().Model(&tagRow{}).Select("1").Where("share_tags.share_id = shares.id AND share_tags.account_id = shares.account_id AND share_tags.tag_key = ?", f.TagKey)
			if f.TagValue != nil {
				tagged = tagged.Where("share_tags.tag_value = ?", *f.TagValue)
			}
			db = db.Where("EXISTS (?)", tagged)
		}
		of := func(condition string, args ...any) *gorm.DB {
			return tx.DB().Model(&invitationRow{}).Select("share_id").Where("sender = ?", string(tx.Caller.Account)).Where(condition, args...)
		}
		now := store.At(tx.Now)
		switch f.Reach {
		case ReachWaiting:
			db = db.Where("shares.id IN (?)", of("status = 'pending' AND expires_at > ?", now))
		case ReachRejected:
			db = db.Where("shares.id IN (SELECT share_id FROM (?) AS answered UNION ALL SELECT share_id FROM (?) AS lapsed)", of("status IN ('rejected', 'expired') AND answered_at > ?", store.At(tx.Now.Add(-EndedShown))),
				of("status = 'pending' AND expires_at <= ?", now))
		case ReachEnding:
			soon := store.At(tx.Now.Add(EndsSoon))
			db = db.Where(`shares.id IN (SELECT id FROM shares AS e WHERE e.account_id = ? AND e.status = 'active' AND e.ends_at > ? AND e.ends_at <= ?
				UNION ALL SELECT share_id FROM share_principals AS e WHERE e.account_id = ? AND e.ended_at IS NULL AND e.ends_at > ? AND e.ends_at <= ?)`,
				string(tx.Caller.Account), now, soon, string(tx.Caller.Account), now, soon)
		case ReachNobody:
			db = db.Where("shares.principal_count = 0")
		}
		return db
	}
}

// anyEnded marks the row of readParts that says that some association has ended.
const anyEnded PrincipalState = "ended"

// outdated marks the rows of readParts of shares that are tied to old versions, and
// anyOutdated the one that says that the account has such a share, listed or not.
const (
	outdated    PrincipalState = "outdated"
	anyOutdated PrincipalState = "any_outdated"
)

// readParts reads the tags of shares and counts their principals by state: live ones,
// those ended in the last 48 h, and whether any ever ended. All come in one query, for
// the budget of the list. What few parts need is looked up for these alone: a join would
// read all that there is of it, as would the index of what has ended.
func readParts(tx *iam.Tx, ids []string, places map[string]*ShareRow) (old bool, err error) {
	var parts []struct {
		ShareID string      `gorm:"column:share_id"`
		State   string      `gorm:"column:state"` // empty on the rows of tags
		N       int         `gorm:"column:n"`
		Until   *store.Time `gorm:"column:until"`
		Reason  *string     `gorm:"column:reason"`
		Ends    *store.Time `gorm:"column:ends"`
		Key     string      `gorm:"column:tag_key"`
		Value   string      `gorm:"column:tag_value"`
	}
	now, account := store.At(tx.Now), string(tx.Caller.Account)
	err = tx.DB().Raw(`SELECT share_id, state, count(*) AS n, min(expires_at) AS until, max(reason) AS reason, min(ends_at) AS ends, '' AS tag_key, '' AS tag_value FROM (
	SELECT sp.share_id, sp.expires_at, CASE WHEN sp.ended_by = 'rejected' THEN (SELECT i.reason FROM invitations i WHERE i.association_id = sp.id) END AS reason,
		CASE WHEN sp.ended_at IS NULL AND sp.ends_at > ? THEN sp.ends_at END AS ends_at, CASE
		WHEN sp.status = 'associated' AND (sp.ends_at <= ? OR sp.share_ends_at <= ?) THEN 'time_ended'
		WHEN sp.status = 'associated' AND sp.organization_id IS NULL THEN 'accepted'
		WHEN sp.status = 'associated' AND o.id IS NOT NULL THEN 'access_at_once'
		WHEN sp.status = 'associated' THEN 'ineffective'
		WHEN sp.status = 'associating' AND sp.expires_at > ? THEN 'invitation_pending'
		WHEN sp.status = 'associating' THEN 'expired'
		WHEN sp.ended_by = 'expired' AND sp.associated_at IS NOT NULL THEN 'time_ended'
		ELSE sp.ended_by END AS state
	FROM (SELECT p.*, CASE WHEN p.status = 'associating' THEN (SELECT i.expires_at FROM invitations i WHERE i.association_id = p.id) END AS expires_at
		FROM share_principals p WHERE p.share_id IN ? AND (p.ended_at IS NULL OR p.ended_at > ?)) AS sp
	LEFT JOIN sharing_switches o ON o.id = sp.organization_id AND o.sharing_enabled AND o.sharing_epoch = sp.sharing_epoch) AS p
GROUP BY share_id, state
UNION ALL
SELECT id, 'ended', 0, NULL, '', NULL, '', '' FROM shares
WHERE id IN ? AND (SELECT 1 FROM share_principals sp WHERE sp.share_id = shares.id AND sp.status = 'disassociated' LIMIT 1) IS NOT NULL
UNION ALL
SELECT share_id, 'outdated', 0, NULL, '', NULL, '', '' FROM share_permissions
WHERE share_id IN ? AND ended_at IS NULL AND version_id IN `+oldVersions+`
UNION ALL
SELECT id, 'any_outdated', 0, NULL, '', NULL, '', '' FROM shares
WHERE id = ? AND EXISTS (SELECT 1 FROM `+oldVersions+` AS old WHERE (SELECT 1 FROM share_permissions p WHERE p.account_id = ? AND p.version_id = old.id AND p.ended_at IS NULL LIMIT 1) IS NOT NULL)
UNION ALL
SELECT share_id, '', 0, NULL, '', NULL, tag_key, tag_value FROM share_tags WHERE share_id IN ?
ORDER BY share_id, tag_key`, now, now, now, now, ids, store.At(tx.Now.Add(-EndedShown)), ids, ids, account, ids[0], account, account, ids).Scan(&parts).Error
	if err != nil {
		return false, fmt.Errorf("read parts of shares: %w", err)
	}
	for _, c := range parts {
		row := places[c.ShareID]
		if c.State == "" {
			row.Tags = append(row.Tags, Tag{Key: c.Key, Value: c.Value})
			continue
		}
		if first := earlier(store.AtPtr(row.FirstEnds), c.Ends); first != nil {
			row.FirstEnds = first.TimePtr()
		}
		switch PrincipalState(c.State) {
		case anyEnded:
			row.Ended = true
		case outdated:
			row.Outdated = true
		case anyOutdated:
			old = true
		case Accepted:
			row.Access += c.N
		case AccessAtOnce:
			row.Access, row.AtOnce = row.Access+c.N, c.N
		case InvitationPending:
			row.Waiting, row.WaitingUntil = c.N, c.Until.TimePtr()
		case Rejected:
			row.Rejected = c.N
			if c.Reason != nil {
				row.Reason = *c.Reason
			}
		case Expired:
			row.Expired += c.N
		case Left:
			row.Left = c.N
		case TimeEnded:
			row.TimeEnded = c.N
		default:
			row.Removed += c.N
		}
	}
	return old, nil
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
