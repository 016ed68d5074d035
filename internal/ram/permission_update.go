package ram

import (
	"context"
	"fmt"
	"slices"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// MaxUpdates is how many shares one act updates to the default version of a permission.
const MaxUpdates = 100

// shownAccounts is how many accounts an update lists by name.
const shownAccounts = 200

// VersionChange is what shares tied to one version gain and lose by the update.
type VersionChange struct {
	From   int64
	Gained []iam.Action
	Lost   []iam.Action
	Shares []UpdatedShare
}

// UpdatedShare is a share that is not tied to the default version.
type UpdatedShare struct {
	ID       ShareID
	Name     string
	Accounts []string // names of those that have access, where the owner may know them, else IDs
	Waiting  int      // invitations not answered
}

// PermissionUpdate is what updating shares to the default version of a permission does.
// Nothing has to be updated when Changes is empty.
type PermissionUpdate struct {
	Permission Permission // in its default version
	Changes    []VersionChange
	More       bool // there are more shares than one act updates
	ManyMore   bool // more accounts have access than are named
	Lost       Impact
}

// Shares lists the shares of all changes.
func (u PermissionUpdate) Shares() []UpdatedShare {
	var list []UpdatedShare
	for _, c := range u.Changes {
		list = append(list, c.Shares...)
	}
	return list
}

// ShareUpdatePreview tells what UpdateShares would do to one own share.
//
// Errors: NotFound; Forbidden; State when the share is deleted.
func (s *Service) ShareUpdatePreview(ctx context.Context, caller iam.Caller, id ShareID) (PermissionUpdate, error) {
	var u PermissionUpdate
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionReplace, id)
		if err != nil {
			return err
		}
		if share.Status != string(ShareActive) {
			return errShareDeleted
		}
		pinned, err := pinnedPermissions(tx, share)
		if err != nil {
			return err
		}
		if len(pinned) == 0 {
			return errNoPermission
		}
		u, err = previewUpdate(tx, pinned[0].ID, share.ID)
		return err
	})
	return u, err
}

// UpdatePreview tells what UpdateShares would do to the caller's shares that use a
// permission in another version than the default one, at most MaxUpdates of them.
//
// Errors: NotFound; Forbidden.
func (s *Service) UpdatePreview(ctx context.Context, caller iam.Caller, id PermissionID) (PermissionUpdate, error) {
	var u PermissionUpdate
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionReplace, anyShare(tx.Caller)); err != nil {
			return err
		}
		var err error
		u, err = previewUpdate(tx, id, "")
		return err
	})
	return u, err
}

// previewUpdate reads in at most six queries.
func previewUpdate(tx *iam.Tx, id PermissionID, share string) (PermissionUpdate, error) {
	var u PermissionUpdate
	versions, err := readPermissions(tx, "WHERE p.id = ? AND p.account_id IN ('', ?) AND p.deleted_at IS NULL ORDER BY v.version, a.action", store.QueryID(id), string(tx.Caller.Account))
	if err != nil {
		return u, err
	}
	byID := map[string]Permission{}
	for _, v := range versions {
		byID[v.version] = v
		if v.Version == v.DefaultVersion {
			u.Permission = v
		}
	}
	if u.Permission.ID == "" {
		return u, errNoPermission
	}
	ties, err := oldTies(tx, u.Permission, share, nil, MaxUpdates+1)
	if err != nil || len(ties) == 0 {
		return u, err
	}
	if len(ties) > MaxUpdates {
		ties, u.More = ties[:MaxUpdates], true
	}
	ids := make([]string, len(ties))
	for i, t := range ties {
		ids[i] = t.ShareID
	}
	people, more, err := reachedBy(tx, ids)
	if err != nil {
		return u, err
	}
	u.ManyMore = more
	narrowed := false
	for _, t := range ties {
		from := byID[t.VersionID]
		n := slices.IndexFunc(u.Changes, func(c VersionChange) bool { return c.From == from.Version })
		if n < 0 {
			n = len(u.Changes)
			u.Changes = append(u.Changes, VersionChange{
				From: from.Version, Gained: withoutActions(u.Permission.Actions, from.Actions), Lost: withoutActions(from.Actions, u.Permission.Actions),
			})
		}
		one := people[t.ShareID]
		one.ID, one.Name = ShareID(t.ShareID), t.Name
		u.Changes[n].Shares = append(u.Changes[n].Shares, one)
		narrowed = narrowed || slices.Contains(u.Changes[n].Lost, opensDataKey)
	}
	if narrowed {
		u.Lost, err = lossOf(tx, ids)
	}
	return u, err
}

// opensDataKey is what everything needs that a key protects for others.
const opensDataKey iam.Action = "kms:cmk:decryptDataKey"

// lossOf reads what stops for others when shares no longer open data keys.
func lossOf(tx *iam.Tx, shares []string) (Impact, error) {
	keys, err := liveKeys(tx, shares)
	if err != nil {
		return Impact{}, err
	}
	var list []string
	for _, some := range keys {
		for _, k := range some {
			if !slices.Contains(list, k.ID) {
				list = append(list, k.ID)
			}
		}
	}
	loss, err := keyuse.LosesIn(tx, "", list, keyuse.Ending{Shares: shares})
	if err != nil {
		return Impact{}, err
	}
	i := Impact{Impact: loss.Impact}
	var accounts []iam.AccountID
	for _, o := range i.Others {
		accounts = append(accounts, o.Account)
	}
	i.Accounts, err = iam.AccountNames(tx.DB(), accounts)
	return i, err
}

type tie struct {
	ShareID   string `gorm:"column:share_id"`
	Name      string `gorm:"column:name"`
	VersionID string `gorm:"column:version_id"`
}

// oldTies reads own live shares tied to another version of p than its default one: all,
// or the one, or those among some.
func oldTies(tx *iam.Tx, p Permission, one string, some []string, limit int) ([]tie, error) {
	query := tx.DB().Table("share_permissions AS sp").Select("sp.share_id, s.name, sp.version_id").
		Joins("JOIN shares s ON s.id = sp.share_id").
		Where("sp.account_id = ? AND sp.ended_at IS NULL", string(tx.Caller.Account)).
		Where("sp.version_id IN (SELECT v.id FROM permission_versions v WHERE v.permission_id = ? AND NOT v.default_version)", string(p.ID))
	if one != "" {
		query = query.Where("sp.share_id = ?", one)
	}
	if some != nil {
		query = query.Where("sp.share_id IN ?", some)
	}
	var ties []tie
	if err := query.Order("sp.share_id").Limit(limit).Scan(&ties).Error; err != nil {
		return nil, fmt.Errorf("read shares of old versions: %w", err)
	}
	return ties, nil
}

// reachedBy tells by share which accounts have access and how many invitations wait.
func reachedBy(tx *iam.Tx, shares []string) (map[string]UpdatedShare, bool, error) {
	var rows []struct {
		ShareID string `gorm:"column:share_id"`
		Name    string `gorm:"column:name"`
		Waiting int    `gorm:"column:waiting"`
	}
	now, caller := store.At(tx.Now), string(tx.Caller.Account)
	err := tx.DB().Raw(`SELECT reached.share_id, CASE WHEN `+knownTo("n.id")+` THEN n.name ELSE n.id END AS name, 0 AS waiting
FROM (SELECT DISTINCT lp.share_id, lp.account_id FROM live_principals lp WHERE lp.share_id IN ? AND (lp.ends_at IS NULL OR lp.ends_at > ?) ORDER BY lp.share_id, lp.account_id LIMIT ?) AS reached
JOIN account_names n ON n.id = reached.account_id
UNION ALL
SELECT i.share_id, '', count(*) FROM invitations i WHERE i.share_id IN ? AND i.status = 'pending' AND i.expires_at > ? GROUP BY i.share_id
ORDER BY 1, 2`, caller, caller, caller, shares, now, shownAccounts+1, shares, now).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read who is reached by shares: %w", err)
	}
	people := map[string]UpdatedShare{}
	accounts := 0
	for _, r := range rows {
		one := people[r.ShareID]
		if r.Waiting > 0 {
			one.Waiting = r.Waiting
		} else if accounts++; accounts <= shownAccounts {
			one.Accounts = append(one.Accounts, r.Name)
		}
		people[r.ShareID] = one
	}
	return people, accounts > shownAccounts, nil
}

var errPermissionMoved = fault.New(fault.Conflict, codePermissionMoved, "The permission has another default version by now. This page shows what an update does; press the button again.")

// UpdateShares ties own shares to the default version of a permission, which must be
// version: all in one transaction, and each with a trace of its own in the trails of its
// recipients. Shares that are tied to it already, or that are gone, are left out. It gives
// the names of those it changed.
//
// Errors: NotFound; Forbidden; Conflict when the default version is another one; Invalid
// for more than MaxUpdates shares.
func (s *Service) UpdateShares(ctx context.Context, caller iam.Caller, id PermissionID, version int64, shares []ShareID) ([]string, error) {
	var names []string
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		names = nil
		if err := tx.Allow(ActionReplace, anyShare(tx.Caller)); err != nil {
			return err
		}
		if len(shares) > MaxUpdates {
			return fault.New(fault.Invalid, codePerShareQuota, fmt.Sprintf("At most %d resource shares are updated at a time. Choose fewer.", MaxUpdates))
		}
		ids := []string{store.QueryID("")}
		for _, id := range shares {
			ids = append(ids, store.QueryID(id))
		}
		var locked []shareRow
		err := store.ForUpdate(tx.DB()).Where("id IN ? AND account_id = ? AND status = 'active'", ids, string(tx.Caller.Account)).Order("id").Find(&locked).Error
		if err != nil {
			return fmt.Errorf("lock shares: %w", err)
		}
		if err := keepPermission(tx, id); err != nil {
			return err
		}
		versions, err := readPermissions(tx, "WHERE p.id = ? AND p.account_id IN ('', ?) AND p.deleted_at IS NULL ORDER BY v.version, a.action", store.QueryID(id), string(tx.Caller.Account))
		if err != nil {
			return err
		}
		to := slices.IndexFunc(versions, func(p Permission) bool { return p.Version == p.DefaultVersion })
		if to < 0 {
			return errNoPermission
		}
		if versions[to].Version != version {
			return errPermissionMoved
		}
		ties, err := oldTies(tx, versions[to], "", ids, MaxUpdates)
		if err != nil {
			return err
		}
		if len(ties) == 0 {
			tx.Detail("already", permissionWords(versions[to]))
			return nil
		}
		tx.Quiet() // each share is decided and traced by itself
		for _, t := range ties {
			from := slices.IndexFunc(versions, func(p Permission) bool { return p.version == t.VersionID })
			if err := updateShare(tx, t, versions[from], versions[to]); err != nil {
				return err
			}
			names = append(names, t.Name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("update shares to version %d of permission %s: %w", version, id, err)
	}
	return names, nil
}

// eventUpdateVersion is what the trails call it when a share keeps its permission and takes
// another version of it.
const eventUpdateVersion = "updateResourceSharePermissionVersion"

// updateShare ties one share, which is locked, to another version.
func updateShare(tx *iam.Tx, t tie, from, to Permission) error {
	if err := tx.Allow(ActionReplace, shareURN(tx.Caller.Account, t.ShareID)); err != nil {
		return err
	}
	tx.As(eventUpdateVersion)
	tx.Detail("share_name", t.Name)
	tx.Detail("permission", permissionWords(to))
	tx.Detail("replaced", permissionWords(from))
	for name, actions := range map[string][]iam.Action{"gained": withoutActions(to.Actions, from.Actions), "lost": withoutActions(from.Actions, to.Actions)} {
		if len(actions) > 0 {
			tx.Detail(name, actionWords(actions))
		}
	}
	accounts, err := accountsIn(tx, t.ShareID)
	if err != nil {
		return err
	}
	tx.CopyTo(accounts...)
	if err := replacePermission(tx, t.ShareID, to); err != nil {
		return err
	}
	return touchShare(tx, t.ShareID, true, 0, 0)
}
