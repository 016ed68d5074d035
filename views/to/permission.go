package to

import (
	"net/url"
	"strconv"
)

// Permissions is the library of permissions.
func Permissions() string { return "/ram/permissions" }

// PermissionsExport is the library as CSV; it takes the filters of the list.
func PermissionsExport() string { return "/ram/permissions.csv" }

// PermissionNew makes a permission: GET shows the form, POST does.
func PermissionNew() string { return Permissions() + "/new" }

// Permission is the detail page of a permission.
func Permission(id string) string { return Permissions() + "/" + url.PathEscape(id) }

// PermissionVersions is the tab of its versions.
func PermissionVersions(id string) string { return Permission(id) + "?tab=versions" }

// PermissionAct is the address of an act on a permission, delete or update: GET asks, POST
// does.
func PermissionAct(id, act string) string { return Permission(id) + "/" + url.PathEscape(act) }

// PermissionVersionNew makes a version: GET shows the form, POST does.
func PermissionVersionNew(id string) string { return Permission(id) + "/versions/new" }

// PermissionVersionAct is an act on one version: default by POST; delete: GET asks, POST
// does.
func PermissionVersionAct(id string, version int64, act string) string {
	return Permission(id) + "/versions/" + strconv.FormatInt(version, 10) + "/" + url.PathEscape(act)
}

// SharesOfPermission lists the own shares that use a permission.
func SharesOfPermission(id string) string { return Shares() + "?permission=" + url.QueryEscape(id) }

// SharesOutdated lists the own shares that use an old version of their permission.
func SharesOutdated() string { return Shares() + "?version=old" }
