package web

import (
	"sharedkms/views/to"
	"sharedkms/web/handle"
	ramweb "sharedkms/web/ram"
)

// permissionRoutes are the pages of the permissions library.
func (s *server) permissionRoutes() []handle.Route {
	h := ramweb.New(s.services.RAM)
	const id = ":id"
	version := to.Permission(id) + "/versions/:version/"
	return []handle.Route{
		handle.Get(to.Permissions(), "permission.list", h.PermissionList),
		handle.Get(to.PermissionsExport(), "permission.export", h.PermissionExport),
		handle.Get(to.PermissionNew(), "permission.new", h.PermissionNew),
		handle.Post(to.PermissionNew(), "permission.create", h.PermissionCreate),
		handle.Get(to.Permission(id), "permission.detail", h.PermissionDetail),
		handle.Get(to.PermissionAct(id, "delete"), "permission.delete.ask", h.PermissionDeleteAsk),
		handle.Post(to.PermissionAct(id, "delete"), "permission.delete", h.PermissionDelete),
		handle.Get(to.PermissionAct(id, "update"), "permission.update.ask", h.SharesUpdateAsk),
		handle.Post(to.PermissionAct(id, "update"), "permission.update", h.SharesUpdate),
		handle.Get(to.PermissionVersionNew(id), "permission.version.new", h.VersionNew),
		handle.Post(to.PermissionVersionNew(id), "permission.version.create", h.VersionCreate),
		handle.Post(version+"default", "permission.version.default", h.VersionDefault),
		handle.Get(version+"delete", "permission.version.delete.ask", h.VersionDeleteAsk),
		handle.Post(version+"delete", "permission.version.delete", h.VersionDelete),
		handle.Get(to.ShareAct(id, "permission"), "share.permission.ask", h.ShareUpdateAsk),
		handle.Post(to.ShareAct(id, "permission"), "share.permission", h.ShareUpdate),
	}
}
