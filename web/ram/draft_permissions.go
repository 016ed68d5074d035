package ram

import (
	"net/http"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

type permissionsForm struct {
	Version    int64  `form:"version"`
	Permission string `form:"permission"`
}

// DraftPermissions shows step two.
func (h *Handlers) DraftPermissions(x *handle.Exchange) error {
	p, err := h.ram.PermissionsPage(x.Context(), x.Caller, ram.DraftID(x.Param("id")))
	if err != nil {
		return elsewhere(x, err)
	}
	m := page.NewDraftPermissions(p)
	return x.Page(http.StatusOK, page.DraftPermissionsPage(frameByMe(x, stepTitle(m.DraftFrame)), m))
}

// DraftPermissionsSave saves step two.
func (h *Handlers) DraftPermissionsSave(x *handle.Exchange) error {
	var in permissionsForm
	if err := x.Form(&in); err != nil {
		return err
	}
	draft, err := h.ram.SavePermissions(x.Context(), x.Caller, ram.DraftID(x.Param("id")), ram.PermissionsInput{
		Version: in.Version, Finish: finishes(x),
		Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: ram.PermissionID(in.Permission)},
	})
	if _, ok := handle.Refused(err); ok {
		return h.permissionsAgain(x, in, err)
	}
	if err != nil {
		return elsewhere(x, err)
	}
	return moveOn(x, draft, ram.StepPermissions, "")
}

func (h *Handlers) permissionsAgain(x *handle.Exchange, in permissionsForm, refused error) error {
	p, err := h.ram.PermissionsPage(x.Context(), x.Caller, ram.DraftID(x.Param("id")))
	if err != nil {
		return elsewhere(x, err)
	}
	m := page.NewDraftPermissions(p)
	m.Choose(in.Permission)
	m.Error = input("", refused, "permission")
	notSaved(&m.DraftFrame, refused, handle.Label{Field: "permission", Text: "Permission for kms:KeyId"})
	return x.Page(http.StatusUnprocessableEntity, page.DraftPermissionsPage(frameByMe(x, stepTitle(m.DraftFrame)), m))
}
