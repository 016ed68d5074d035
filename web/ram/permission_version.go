package ram

import (
	"net/http"
	"strconv"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// VersionNew shows the form for a version, with the actions of the default one ticked.
func (h *Handlers) VersionNew(x *handle.Exchange) error {
	p, err := h.ownPermission(x, ram.ActionCreateVersion)
	if err != nil {
		return err
	}
	in := permissionForm{Default: "on"}
	for _, a := range p.Actions {
		in.Actions = append(in.Actions, string(a))
	}
	return versionForm(x, http.StatusOK, p, in, handle.Refusal{})
}

// VersionCreate adds the version.
func (h *Handlers) VersionCreate(x *handle.Exchange) error {
	in, err := readPermissionForm(x)
	if err != nil {
		return err
	}
	id := ram.PermissionID(x.Param("id"))
	number, err := h.ram.CreatePermissionVersion(x.Context(), x.Caller, id, ram.CreateVersionInput{Actions: in.actions(), Default: in.Default != "", Once: x.Once()})
	if refusal, ok := handle.Refused(err); ok {
		p, err := h.ownPermission(x, ram.ActionCreateVersion)
		if err != nil {
			return err
		}
		return versionForm(x, http.StatusUnprocessableEntity, p, in, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.PermissionVersions(string(id)), handle.Done("Version "+strconv.FormatInt(number, 10)+" was created. Shares stay with theirs until you update them"))
}

// ownPermission reads the permission of the address, which must be the account's own, for an
// act that the caller may do.
func (h *Handlers) ownPermission(x *handle.Exchange, action iam.Action) (ram.PermissionDetail, error) {
	p, err := h.ram.GetPermission(x.Context(), x.Caller, ram.PermissionID(x.Param("id")))
	if err != nil {
		return p, err
	}
	if err := h.ram.BeginPermissionChange(x.Context(), x.Caller, p.ID, action); err != nil {
		return p, err
	}
	if p.Managed {
		return p, fault.New(fault.State, "RAM.1931", "The operator of the console publishes this permission; it cannot be changed. Create one of your own.")
	}
	return p, nil
}

func versionForm(x *handle.Exchange, status int, p ram.PermissionDetail, in permissionForm, refusal handle.Refusal) error {
	m := page.PermissionForm{
		ID: string(p.ID), Of: p.Name, Once: x.Once(), NotDone: "The version was not created", Groups: page.NewActionChoices(in.Actions), Default: in.Default != "",
		Problems: refusal.Problems(handle.Label{Field: "actions", Text: "Actions"}),
	}
	m.Error.Error, m.Error.Code = refusal.Field("actions")
	return x.Page(status, page.PermissionVersionPage(framePermissions(x, "Create Version | "+p.Name), m))
}

// version is the number in the address; 0, which no version has, for junk.
func version(x *handle.Exchange) int64 {
	n, err := strconv.ParseInt(x.Param("version"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// VersionDefault makes a version the one that new shares get.
func (h *Handlers) VersionDefault(x *handle.Exchange) error {
	id := ram.PermissionID(x.Param("id"))
	if err := h.ram.SetDefaultVersion(x.Context(), x.Caller, id, version(x)); err != nil {
		return err
	}
	return x.Redirect(to.PermissionVersions(string(id)), handle.Done("Version "+x.Param("version")+" is the default one. Shares stay with theirs until you update them"))
}

// VersionDeleteAsk asks before a version is deleted.
func (h *Handlers) VersionDeleteAsk(x *handle.Exchange) error {
	p, err := h.ownPermission(x, ram.ActionDeletePermVersion)
	if err != nil {
		return err
	}
	return ask(x, framePermissions(x, "Delete version | "+p.Name), page.NewDeleteVersion(p, version(x)))
}

// VersionDelete deletes a version that no share uses.
func (h *Handlers) VersionDelete(x *handle.Exchange) error {
	id := ram.PermissionID(x.Param("id"))
	if err := h.ram.DeletePermissionVersion(x.Context(), x.Caller, id, version(x)); err != nil {
		return err
	}
	return x.Redirect(to.PermissionVersions(string(id)), handle.Done("Version "+x.Param("version")+" was deleted"))
}

// PermissionDeleteAsk asks before a permission is deleted.
func (h *Handlers) PermissionDeleteAsk(x *handle.Exchange) error {
	p, err := h.ownPermission(x, ram.ActionDeletePermission)
	if err != nil {
		return err
	}
	return ask(x, framePermissions(x, "Delete | "+p.Name), page.NewDeletePermission(p))
}

// PermissionDelete deletes a permission that no share uses.
func (h *Handlers) PermissionDelete(x *handle.Exchange) error {
	if err := h.ram.DeletePermission(x.Context(), x.Caller, ram.PermissionID(x.Param("id"))); err != nil {
		return err
	}
	return x.Redirect(to.Permissions(), handle.Done("The permission was deleted"))
}
