package ram

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// PermissionVersion is one version of a permission. Added and Removed tell it from the
// version before, and are empty for the first.
type PermissionVersion struct {
	Version int64
	Default bool
	Actions []iam.Action
	Added   []iam.Action
	Removed []iam.Action
	Before  int64 // the version that Added and Removed compare with; 0 for none
	Shares  int   // own live shares tied to it, at most CountedShares + 1
	Made    time.Time
}

// ShareRef names a share and the version it is tied to.
type ShareRef struct {
	ID      ShareID
	Name    string
	Version int64
}

// PermissionDetail is a permission in its default version with all its versions, newest
// first, and the own shares that came to use it last.
type PermissionDetail struct {
	Permission
	Versions []PermissionVersion
	Users    []ShareRef // at most shownUsers
}

const shownUsers = 10

var errNoPermission = fault.New(fault.NotFound, codeNoPermission, "There is no permission with this ID. Choose one from the Permissions Library.")

// GetPermission gives one permission: system-defined, or of the caller's account.
//
// Errors: NotFound, also for another account's.
func (s *Service) GetPermission(ctx context.Context, caller iam.Caller, id PermissionID) (PermissionDetail, error) {
	var found PermissionDetail
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionPermission, permissionURN(caller.Account, string(id))); err != nil {
			return err
		}
		all, err := readPermissions(tx, "WHERE p.id = ? AND p.account_id IN ('', ?) AND p.deleted_at IS NULL AND v.deleted_at IS NULL ORDER BY v.version, a.action",
			store.QueryID(id), string(tx.Caller.Account))
		if err != nil {
			return err
		}
		rows, err := readVersions(tx, []string{store.QueryID(id)})
		if err != nil {
			return err
		}
		found.Versions = versionsOf(all, rows)
		for _, p := range all {
			if p.Version == p.DefaultVersion {
				found.Permission = p
			}
		}
		if found.ID == "" {
			return errNoPermission
		}
		for _, v := range found.Versions {
			found.Shares += v.Shares
			if !v.Default {
				found.OldShares += v.Shares
			}
		}
		found.Users, err = usersOf(tx, store.QueryID(id))
		return err
	})
	return found, err
}

// versionsOf words the versions, newest first; all is oldest first.
func versionsOf(all []Permission, rows []versionRow) []PermissionVersion {
	var list []PermissionVersion
	for i, p := range all {
		v := PermissionVersion{Version: p.Version, Default: p.Version == p.DefaultVersion, Actions: p.Actions}
		if i > 0 {
			v.Before = all[i-1].Version
			v.Added, v.Removed = withoutActions(p.Actions, all[i-1].Actions), withoutActions(all[i-1].Actions, p.Actions)
		}
		if n := slices.IndexFunc(rows, func(r versionRow) bool { return r.ID == p.version }); n >= 0 {
			v.Shares, v.Made = rows[n].Shares, rows[n].CreatedAt.Time
		}
		list = append(list, v)
	}
	slices.Reverse(list)
	return list
}

// usersOf reads the live shares tied to a permission, those that were tied last first.
func usersOf(tx *iam.Tx, id string) ([]ShareRef, error) {
	var rows []struct {
		ID      string `gorm:"column:id"`
		Name    string `gorm:"column:name"`
		Version int64  `gorm:"column:version"`
	}
	err := tx.DB().Raw(`SELECT s.id, s.name, v.version
FROM (SELECT share_id, version_id, created_at FROM share_permissions WHERE account_id = ? AND permission_id = ? AND ended_at IS NULL ORDER BY created_at DESC, share_id DESC LIMIT ?) AS sp
JOIN shares s ON s.id = sp.share_id JOIN permission_versions v ON v.id = sp.version_id ORDER BY sp.created_at DESC, sp.share_id DESC`, string(tx.Caller.Account), id, shownUsers).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read shares of permission: %w", err)
	}
	var list []ShareRef
	for _, r := range rows {
		list = append(list, ShareRef{ShareID(r.ID), r.Name, r.Version})
	}
	return list, nil
}

// withoutActions gives what is in list and not in other.
func withoutActions(list, other []iam.Action) []iam.Action {
	var rest []iam.Action
	for _, a := range list {
		if !slices.Contains(other, a) {
			rest = append(rest, a)
		}
	}
	return rest
}
