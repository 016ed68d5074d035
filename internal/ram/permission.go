package ram

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Permission is a managed permission in one version. May and MayNot say in sentences
// what it comes to.
type Permission struct {
	ID             PermissionID
	Name           string
	Description    string
	ResourceType   string
	Version        int64
	DefaultVersion int64 // the one that new shares are tied to
	Managed        bool  // built in (RAM_MANAGED)
	Default        bool  // of its resource type
	Deleted        bool  // only shares that ended use it
	CreatedAt      time.Time
	Actions        []iam.Action
	Shares         int // of the library: own live shares that use it, at most CountedShares + 1
	OldShares      int // of those: tied to another version than the default one
	May            []Sentence
	MayNot         []Sentence

	version string
}

// CountedShares is how many shares of a permission are counted; beyond it there are more.
const CountedShares = 1000

// Outdated reports whether a share tied to this version can be updated to another one.
func (p Permission) Outdated() bool { return p.DefaultVersion != p.Version && !p.Deleted }

type permissionRow struct {
	ID             string      `gorm:"column:id"`
	Name           string      `gorm:"column:name"`
	Description    string      `gorm:"column:description"`
	ResourceType   string      `gorm:"column:resource_type"`
	Type           string      `gorm:"column:type"`
	Default        bool        `gorm:"column:is_default"`
	CreatedAt      store.Time  `gorm:"column:created_at"`
	DeletedAt      *store.Time `gorm:"column:deleted_at"`
	VersionID      string      `gorm:"column:version_id"`
	Version        int64       `gorm:"column:version"`
	DefaultVersion int64       `gorm:"column:default_version"`
	Action         string      `gorm:"column:action"`
}

const permissionQuery = `SELECT p.id, p.name, p.description, p.resource_type, p.type, p.is_default, p.created_at, p.deleted_at,
	v.id AS version_id, v.version, a.action,
	COALESCE((SELECT d.version FROM permission_versions d WHERE d.permission_id = p.id AND d.default_version), 0) AS default_version
FROM permissions p JOIN permission_versions v ON v.permission_id = p.id JOIN permission_version_actions a ON a.version_id = v.id `

// readLibrary reads what the caller's account may give to a share, in default versions:
// the system-defined permissions, the default one of its type first, and then its own by
// name. Quotas keep it short.
func readLibrary(tx *iam.Tx) ([]Permission, error) {
	return readPermissions(tx, `WHERE p.account_id IN ('', ?) AND p.deleted_at IS NULL AND v.default_version
ORDER BY p.account_id, p.is_default DESC, CASE WHEN p.account_id = '' THEN CAST(p.id AS text) ELSE p.name END, v.id, a.action`, string(tx.Caller.Account))
}

func readPermissions(tx *iam.Tx, where string, args ...any) ([]Permission, error) {
	var rows []permissionRow
	if err := tx.Steady().Raw(permissionQuery+where, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read permissions: %w", err)
	}
	return toPermissions(rows), nil
}

// toPermissions gathers rows, which are ordered by version, one for each action.
func toPermissions(rows []permissionRow) []Permission {
	var list []Permission
	for _, r := range rows {
		if n := len(list); n == 0 || list[n-1].version != r.VersionID {
			name, _, _ := strings.Cut(r.Name, freedName)
			list = append(list, Permission{
				ID: PermissionID(r.ID), Name: name, Description: r.Description, ResourceType: r.ResourceType,
				Version: r.Version, DefaultVersion: r.DefaultVersion, Managed: r.Type == systemManaged, Default: r.Default,
				Deleted: r.DeletedAt != nil, CreatedAt: r.CreatedAt.Time, version: r.VersionID,
			})
		}
		last := &list[len(list)-1]
		last.Actions = append(last.Actions, iam.Action(r.Action))
	}
	for i := range list {
		list[i].May, list[i].MayNot = sentences(list[i].Actions)
	}
	return list
}

// The types of permissions, in the vendor's words.
const (
	systemManaged   = "RAM_MANAGED"
	customerManaged = "CUSTOMER_MANAGED"
)

// freedName separates the name of a deleted permission from what makes room for another of
// the name; no name holds it.
const freedName = "#"

// pinnedPermissions reads the permissions of a share in the versions it is tied to; of a
// deleted one, those it ended with.
func pinnedPermissions(tx *iam.Tx, share shareRow) ([]Permission, error) {
	return readPermissions(tx, `JOIN share_permissions sp ON sp.version_id = v.id
WHERE sp.share_id = ? AND (sp.ended_at IS NULL OR sp.ended_at = ?) ORDER BY p.resource_type, p.id, a.action`, share.ID, share.DeletedAt)
}

// pinnedNames reads how the permissions of live shares are called, and in which versions they are tied.
func pinnedNames(tx *iam.Tx, shares []string) (map[string][]Permission, error) {
	names := map[string][]Permission{}
	if len(shares) == 0 {
		return names, nil
	}
	var rows []struct {
		ShareID string `gorm:"column:share_id"`
		ID      string `gorm:"column:id"`
		Name    string `gorm:"column:name"`
		Version int64  `gorm:"column:version"`
	}
	err := tx.DB().Raw(`SELECT sp.share_id, p.id, p.name, v.version FROM share_permissions sp
JOIN permission_versions v ON v.id = sp.version_id JOIN permissions p ON p.id = v.permission_id
WHERE sp.share_id IN ? AND sp.ended_at IS NULL ORDER BY sp.share_id, p.resource_type, p.id`, shares).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read names of permissions: %w", err)
	}
	for _, r := range rows {
		names[r.ShareID] = append(names[r.ShareID], Permission{ID: PermissionID(r.ID), Name: r.Name, Version: r.Version})
	}
	return names, nil
}

// ListPermissions gives the library: the system-defined permissions and the caller's own.
func (s *Service) ListPermissions(ctx context.Context, caller iam.Caller) ([]Permission, error) {
	var list []Permission
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionPermissions, permissionURN(caller.Account, "*")); err != nil {
			return err
		}
		var err error
		list, err = library(tx)
		return err
	})
	return list, err
}

// library is readLibrary with the number of own live shares that use each permission.
func library(tx *iam.Tx) ([]Permission, error) {
	list, err := readLibrary(tx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]string, len(list))
	places := map[string]*Permission{}
	for i := range list {
		ids[i] = string(list[i].ID)
		places[ids[i]] = &list[i]
	}
	versions, err := readVersions(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		p := places[v.Permission]
		p.Shares += v.Shares
		if !v.Default {
			p.OldShares += v.Shares
		}
	}
	return list, nil
}

type versionRow struct {
	ID         string      `gorm:"column:id"`
	Permission string      `gorm:"column:permission_id"`
	Version    int64       `gorm:"column:version"`
	Default    bool        `gorm:"column:default_version"`
	CreatedAt  store.Time  `gorm:"column:created_at"`
	DeletedAt  *store.Time `gorm:"column:deleted_at"`
	Shares     int         `gorm:"column:shares"`
}

// readVersions reads the versions of permissions that live, with the number of the
// caller's live shares tied to each, at most CountedShares + 1.
func readVersions(tx *iam.Tx, permissions []string) ([]versionRow, error) {
	var rows []versionRow
	err := tx.DB().Raw(`SELECT v.id, v.permission_id, v.version, v.default_version, v.created_at, v.deleted_at,
	(SELECT count(*) FROM (SELECT 1 FROM share_permissions sp WHERE sp.account_id = ? AND sp.version_id = v.id AND sp.ended_at IS NULL LIMIT ?) AS counted) AS shares
FROM permission_versions v WHERE v.permission_id IN ? AND v.deleted_at IS NULL ORDER BY v.permission_id, v.version DESC`,
		string(tx.Caller.Account), CountedShares+1, permissions).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read versions of permissions: %w", err)
	}
	return rows, nil
}

func permissionURN(account iam.AccountID, id string) iam.URN {
	return iam.URN{Service: "ram", Account: account, Type: "permission", ID: id}
}
