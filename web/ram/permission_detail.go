package ram

import (
	"net/http"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// PermissionDetail shows one permission, or the tab of its versions.
func (h *Handlers) PermissionDetail(x *handle.Exchange) error {
	p, err := h.ram.GetPermission(x.Context(), x.Caller, ram.PermissionID(x.Param("id")))
	if err != nil {
		return err
	}
	id := string(p.ID)
	may := page.PermissionRights{
		Version: mayPermission(x, ram.ActionCreateVersion, id), SetDefault: mayPermission(x, ram.ActionSetDefault, id),
		DeleteVersion: mayPermission(x, ram.ActionDeletePermVersion, id), Delete: mayPermission(x, ram.ActionDeletePermission, id),
		Update: mayShare(x, ram.ActionReplace, "*"),
	}
	f := framePermissions(x, p.Name+" | Permissions Library")
	return x.Page(http.StatusOK, page.PermissionDetailPage(f, page.NewPermissionDetail(p, may, x.Query("tab") == "versions")))
}
