package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// Permission is a managed permission in one version. May and MayNot say in sentences
// what it comes to.
type Permission struct {
	ID           PermissionID
	Name         string
	ResourceType string
	Version      int64
	Managed      bool // built in (RAM_MANAGED)
	Default      bool // of its resource type
	Actions      []iam.Action
	Shares       int // of the library: own live shares that use it
	May          []Sentence
	MayNot       []Sentence

	version string
}

type permissionRow struct {
	ID           string `gorm:"column:id"`
	Name         string `gorm:"column:name"`
	ResourceType string `gorm:"column:resource_type"`
	Type         string `gorm:"column:type"`
	Default      bool   `gorm:"column:is_default"`
	VersionID    string `gorm:"column:version_id"`
	Version      int64  `gorm:"column:version"`
	Action       string `gorm:"column:action"`
}

const permissionQuery = `SELECT p.id, p.name, p.resource_type, p.type, p.is_default, v.id AS version_id, v.version, a.action
FROM permissions p JOIN permission_versions v ON v.permission_id = p.id JOIN permission_version_actions a ON a.version_id = v.id `

// readLibrary reads the system-defined permissions in their default versions, the
// default one of its type first.
func readLibrary(tx *iam.Tx) ([]Permission, error) {
	return readPermissions(tx, "WHERE p.account_id = '' AND v.default_version ORDER BY p.is_default DESC, p.id, a.action")
}

func readPermissions(tx *iam.Tx, where string, args ...any) ([]Permission, error) {
	var rows []permissionRow
	if err := tx.DB().Raw(permissionQuery+where, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read permissions: %w", err)
	}
	var list []Permission
	for _, r := range rows {
		if n := len(list); n == 0 || list[n-1].version != r.VersionID {
			list = append(list, Permission{
				ID: PermissionID(r.ID), Name: r.Name, ResourceType: r.ResourceType, Version: r.Version,
				Managed: r.Type == "RAM_MANAGED", Default: r.Default, version: r.VersionID,
			})
		}
		last := &list[len(list)-1]
		last.Actions = append(last.Actions, iam.Action(r.Action))
	}
	for i := range list {
		list[i].May, list[i].MayNot = sentences(list[i].Actions)
	}
	return list, nil
}

// pinnedPermissions reads the permissions of a share in the versions it is tied to; of a
// deleted one, those it ended with.
func pinnedPermissions(tx *iam.Tx, share shareRow) ([]Permission, error) {
	return readPermissions(tx, `JOIN share_permissions sp ON sp.version_id = v.id
WHERE sp.share_id = ? AND (sp.ended_at IS NULL OR sp.ended_at = ?) ORDER BY p.resource_type, p.id, a.action`, share.ID, share.DeletedAt)
}

// ListPermissions gives the library: the four system-defined permissions of keys.
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
	if err != nil {
		return nil, err
	}
	var counts []struct {
		ID string `gorm:"column:permission_id"`
		N  int    `gorm:"column:n"`
	}
	err = tx.DB().Raw(`SELECT sp.permission_id, count(*) AS n FROM shares s JOIN share_permissions sp ON sp.share_id = s.id AND sp.ended_at IS NULL
WHERE s.account_id = ? AND s.status = 'active' GROUP BY sp.permission_id`, string(tx.Caller.Account)).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count shares of permissions: %w", err)
	}
	for i := range list {
		for _, c := range counts {
			if PermissionID(c.ID) == list[i].ID {
				list[i].Shares = c.N
			}
		}
	}
	return list, nil
}

// GetPermission gives one permission in its default version.
//
// Errors: NotFound.
func (s *Service) GetPermission(ctx context.Context, caller iam.Caller, id PermissionID) (Permission, error) {
	var found Permission
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionPermission, permissionURN(caller.Account, string(id))); err != nil {
			return err
		}
		list, err := library(tx)
		if err != nil {
			return err
		}
		for _, p := range list {
			if p.ID == id {
				found = p
				return nil
			}
		}
		return fault.New(fault.NotFound, codeNoPermission, "There is no permission with this ID.")
	})
	return found, err
}

func permissionURN(account iam.AccountID, id string) iam.URN {
	return iam.URN{Service: "ram", Account: account, Type: "permission", ID: id}
}
