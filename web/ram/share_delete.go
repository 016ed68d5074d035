package ram

import (
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ShareDeleteAsk shows what deleting a share ends.
func (h *Handlers) ShareDeleteAsk(x *handle.Exchange) error {
	impact, err := h.ram.DeleteImpact(x.Context(), x.Caller, ram.ShareID(x.Param("id")))
	if err != nil {
		return err
	}
	return ask(x, frameByMe(x, "Delete | Resource Shares"), page.NewDeleteShare(impact))
}

// ShareDelete deletes a share once its name is typed, where somebody is in it.
func (h *Handlers) ShareDelete(x *handle.Exchange) error {
	id := ram.ShareID(x.Param("id"))
	impact, err := h.ram.DeleteImpact(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	f := frameByMe(x, "Delete | Resource Shares")
	if ok, err := confirmed(x, f, page.NewDeleteShare(impact)); !ok {
		return err
	}
	ended, err := h.ram.DeleteShare(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	if ended.Already {
		return x.Redirect(to.Shares(), told("Resource share "+ended.Name+" was deleted already"))
	}
	return x.Redirect(to.Shares(), handle.Done("Resource share "+ended.Name+" was deleted. Nobody has access through it"))
}
