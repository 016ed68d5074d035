package ram

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/form"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type updateForm struct {
	To     int64    `form:"to"`
	Shares []string `form:"share"`
}

// SharesUpdateAsk shows what updating all own shares of a permission does.
func (h *Handlers) SharesUpdateAsk(x *handle.Exchange) error {
	return h.sharesUpdate(x, http.StatusOK, handle.Refusal{})
}

func (h *Handlers) sharesUpdate(x *handle.Exchange, status int, refusal handle.Refusal) error {
	id := x.Param("id")
	u, err := h.ram.UpdatePreview(x.Context(), x.Caller, ram.PermissionID(id))
	if err != nil {
		return err
	}
	return updatePage(x, framePermissions, status, u, to.PermissionAct(id, "update"), to.Permission(id), page.PermissionCrumbs(id, u.Permission.Name, "Update shares"), refusal.Problems())
}

// updatePage shows the update, or leads back when nothing is left to do.
func updatePage(x *handle.Exchange, frame func(x *handle.Exchange, title string) layout.Frame, status int, u ram.PermissionUpdate, action, back string, crumbs []layout.Crumb, problems []form.Problem) error {
	if len(u.Changes) == 0 {
		return x.Redirect(back, told("There is nothing to update: the newest version is in use"))
	}
	return x.Page(status, page.PermissionUpdateView(frame(x, "Update | "+u.Permission.Name), page.NewPermissionUpdate(u, action, back, crumbs, problems)))
}

// SharesUpdate updates those shares that the page showed.
func (h *Handlers) SharesUpdate(x *handle.Exchange) error {
	var in updateForm
	if err := x.AtMost(ram.MaxUpdates, "share"); err != nil {
		return err
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	shares := make([]ram.ShareID, len(in.Shares))
	for i, s := range in.Shares {
		shares[i] = ram.ShareID(s)
	}
	names, err := h.ram.UpdateShares(x.Context(), x.Caller, ram.PermissionID(id), in.To, shares)
	if refusal, ok := handle.Refused(err); ok {
		return h.sharesUpdate(x, http.StatusConflict, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Permission(id), updated(names))
}

func updated(names []string) layout.Notice {
	switch len(names) {
	case 0:
		return told("There was nothing to update: the newest version is in use")
	case 1:
		return handle.Done("Resource share " + names[0] + " was updated. Its principals have the new actions from now on")
	}
	return handle.Done(page.Count(len(names), "resource share was", "resource shares were") + " updated. Their principals have the new actions from now on")
}

// ShareUpdateAsk shows what updating one share does.
func (h *Handlers) ShareUpdateAsk(x *handle.Exchange) error {
	return h.shareUpdate(x, http.StatusOK, handle.Refusal{})
}

func (h *Handlers) shareUpdate(x *handle.Exchange, status int, refusal handle.Refusal) error {
	id := x.Param("id")
	u, err := h.ram.ShareUpdatePreview(x.Context(), x.Caller, ram.ShareID(id))
	if err != nil {
		return err
	}
	name := id
	if shares := u.Shares(); len(shares) == 1 {
		name = shares[0].Name
	}
	return updatePage(x, frameByMe, status, u, to.ShareAct(id, "permission"), to.Share(id), page.ShareCrumbs(id, name, "Update permission"), refusal.Problems())
}

// ShareUpdate updates one share.
func (h *Handlers) ShareUpdate(x *handle.Exchange) error {
	var in updateForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id := ram.ShareID(x.Param("id"))
	u, err := h.ram.ShareUpdatePreview(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	var names []string
	if len(u.Changes) > 0 {
		names, err = h.ram.UpdateShares(x.Context(), x.Caller, u.Permission.ID, in.To, []ram.ShareID{id})
		if fault.Is(err, fault.Conflict) {
			refusal, _ := handle.Refused(err)
			return h.shareUpdate(x, http.StatusConflict, refusal)
		}
		if err != nil {
			return err
		}
	}
	return x.Redirect(to.Share(string(id)), updated(names))
}
