package ram

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// CreateVersionInput is another version of an own permission. Default makes it the one
// that new shares are tied to; shares that exist stay with theirs.
type CreateVersionInput struct {
	Actions []iam.Action
	Default bool
	Once    string
}

// CreatePermissionVersion adds a version to an own permission and gives its number.
//
// Errors: Invalid with the field actions, also when the newest version has the same;
// NotFound; Forbidden; State for a system-defined permission; Quota beyond MaxVersions.
func (s *Service) CreatePermissionVersion(ctx context.Context, caller iam.Caller, id PermissionID, in CreateVersionInput) (int64, error) {
	in.Actions = distinct(in.Actions)
	var number int64
	err := s.changePermission(ctx, caller, ActionCreateVersion, id, func(tx *iam.Tx, p permissionHead, versions []Permission) error {
		var last int64
		if err := tx.DB().Model(&versionHead{}).Where("permission_id = ?", p.ID).Select("max(version)").Row().Scan(&last); err != nil {
			return fmt.Errorf("number versions: %w", err)
		}
		number = last + 1
		made, first, err := tx.Once("createPermissionVersion", in.Once, permissionURN(tx.Caller.Account, p.ID+"/"+strconv.FormatInt(number, 10)))
		if err != nil {
			return err
		}
		if !first {
			_, text, _ := strings.Cut(made.ID, "/")
			number, err = strconv.ParseInt(text, 10, 64)
			tx.Detail("repeat", "made by an earlier request of the same form")
			if err != nil {
				return fmt.Errorf("number of the version made before: %w", err)
			}
			return nil
		}
		var wrong fault.Fields
		if checkActions(&wrong, in.Actions); len(wrong) > 0 {
			return wrong.Err()
		}
		newest := versions[len(versions)-1]
		if slices.Equal(distinct(newest.Actions), in.Actions) {
			return fault.InField("actions", "", fmt.Sprintf("Version %d has exactly these actions. Choose others.", newest.Version))
		}
		if len(versions) >= MaxVersions {
			return fault.New(fault.Quota, codePerShareQuota, fmt.Sprintf("A permission has at most %d versions. Delete one that no share uses first.", MaxVersions))
		}
		if in.Default {
			if err := noDefault(tx, p.ID); err != nil {
				return err
			}
		}
		return addVersion(tx, p.ID, number, in.Default, in.Actions)
	})
	if err != nil {
		return 0, fmt.Errorf("create version of permission: %w", err)
	}
	return number, nil
}

// SetDefaultVersion makes a version the one that new shares are tied to. Shares that
// exist stay with theirs. It is no error when it is the default one already.
//
// Errors: NotFound; Forbidden; State for a system-defined permission, or when there is no
// such version.
func (s *Service) SetDefaultVersion(ctx context.Context, caller iam.Caller, id PermissionID, version int64) error {
	err := s.changePermission(ctx, caller, ActionSetDefault, id, func(tx *iam.Tx, p permissionHead, versions []Permission) error {
		v, err := versionAmong(versions, version)
		if err != nil {
			return err
		}
		tx.Detail("version", strconv.FormatInt(version, 10))
		if v.Version == v.DefaultVersion {
			return nil
		}
		if err := noDefault(tx, p.ID); err != nil {
			return err
		}
		set := tx.DB().Model(&versionHead{}).Where("id = ? AND deleted_at IS NULL", v.version).Update("default_version", true)
		return store.Changed(set, errMoved)
	})
	if err != nil {
		return fmt.Errorf("set default version: %w", err)
	}
	return nil
}

// DeletePermissionVersion deletes a version that no live share is tied to and that is not
// the default one. Its number is not used again.
//
// Errors: NotFound; Forbidden; State for a system-defined permission, when a share uses
// the version, when it is the default one, or when there is none of the number.
func (s *Service) DeletePermissionVersion(ctx context.Context, caller iam.Caller, id PermissionID, version int64) error {
	err := s.changePermission(ctx, caller, ActionDeletePermVersion, id, func(tx *iam.Tx, _ permissionHead, versions []Permission) error {
		v, err := versionAmong(versions, version)
		if err != nil {
			return err
		}
		tx.Detail("version", strconv.FormatInt(version, 10))
		if v.Version == v.DefaultVersion {
			return fault.New(fault.State, codePermissionInUse, fmt.Sprintf("Version %d is the default one. Make another version the default first.", version))
		}
		if err := unused(tx, []string{v.version}, fmt.Sprintf("version %d", version)); err != nil {
			return err
		}
		gone := tx.DB().Model(&versionHead{}).Where("id = ? AND deleted_at IS NULL", v.version).Update("deleted_at", store.At(tx.Now))
		return store.Changed(gone, errMoved)
	})
	if err != nil {
		return fmt.Errorf("delete version of permission: %w", err)
	}
	return nil
}

func noDefault(tx *iam.Tx, permission string) error {
	err := tx.DB().Model(&versionHead{}).Where("permission_id = ? AND default_version", permission).Update("default_version", false).Error
	if err != nil {
		return fmt.Errorf("unset default version: %w", err)
	}
	return nil
}

func versionAmong(versions []Permission, number int64) (Permission, error) {
	for _, v := range versions {
		if v.Version == number {
			return v, nil
		}
	}
	return Permission{}, fault.New(fault.State, codeNoPermission, fmt.Sprintf("There is no version %d of this permission. Choose one that the list shows.", number))
}

// unused refuses while a live share is tied to one of the versions. The permission is
// locked, and so new ties to it wait.
func unused(tx *iam.Tx, versions []string, what string) error {
	var names []string
	err := tx.DB().Table("share_permissions AS sp").Joins("JOIN shares s ON s.id = sp.share_id").
		Where("sp.account_id = ? AND sp.version_id IN ? AND sp.ended_at IS NULL", string(tx.Caller.Account), versions).
		Order("s.name_lower").Limit(4).Pluck("s.name", &names).Error
	if err != nil {
		return fmt.Errorf("look for shares of permission: %w", err)
	}
	if len(names) == 0 {
		return nil
	}
	list := strings.Join(names[:min(3, len(names))], ", ")
	if len(names) > 3 {
		list += " and others"
	}
	return fault.New(fault.State, codePermissionInUse, fmt.Sprintf("Resource shares use %s: %s. Give them another permission or version first.", what, list))
}

// changePermission decides an act on an own permission and locks it. versions are those
// that live, oldest first.
func (s *Service) changePermission(ctx context.Context, caller iam.Caller, action iam.Action, id PermissionID, change func(tx *iam.Tx, p permissionHead, versions []Permission) error) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		row, err := findPermission(tx, action, id)
		if err != nil {
			return err
		}
		if action == ActionDeletePermission { // the quota's row comes before others
			if err := tx.ReturnQuota(tx.Caller.Account, quotaPermissions, 0); err != nil {
				return err
			}
		}
		var locked []permissionHead
		if err := store.ForUpdate(tx.DB()).Where("id = ? AND deleted_at IS NULL", row.ID).Find(&locked).Error; err != nil {
			return fmt.Errorf("lock permission %s: %w", id, err)
		}
		if len(locked) == 0 {
			return errNoPermission
		}
		versions, err := readPermissions(tx, "WHERE p.id = ? AND v.deleted_at IS NULL ORDER BY v.version, a.action", row.ID)
		if err != nil {
			return err
		}
		tx.Detail("name", row.Name)
		return change(tx, locked[0], versions)
	})
}

var errSystemPermission = fault.New(fault.State, codeSystemPermission, "The operator of the console publishes this permission; it cannot be changed. Create one of your own.")

// findPermission reads a permission by its id alone and decides action on it. One of
// another account answers like one that is missing.
func findPermission(tx *iam.Tx, action iam.Action, id PermissionID) (permissionHead, error) {
	var rows []permissionHead
	if err := tx.DB().Where("id = ? AND deleted_at IS NULL", store.QueryID(id)).Find(&rows).Error; err != nil {
		return permissionHead{}, fmt.Errorf("read permission %s: %w", id, err)
	}
	if len(rows) == 0 || rows[0].AccountID != "" && rows[0].AccountID != string(tx.Caller.Account) {
		return permissionHead{}, tx.Allow(action, permissionURN("", string(id)))
	}
	if err := tx.Allow(action, permissionURN(tx.Caller.Account, rows[0].ID)); err != nil {
		return permissionHead{}, err
	}
	if rows[0].AccountID == "" {
		return permissionHead{}, errSystemPermission
	}
	return rows[0], nil
}
