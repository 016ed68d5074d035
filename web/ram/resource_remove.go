package ram

import (
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ResourceRemoveAsk shows what taking a key out of a share ends.
func (h *Handlers) ResourceRemoveAsk(x *handle.Exchange) error {
	q, err := h.resourceQuestion(x)
	if err != nil {
		return err
	}
	return ask(x, frameByMe(x, "Remove | Resource Shares"), q)
}

// ResourceRemove takes a key out of a share, once its name is typed where something stops.
func (h *Handlers) ResourceRemove(x *handle.Exchange) error {
	q, err := h.resourceQuestion(x)
	if err != nil {
		return err
	}
	if ok, err := confirmed(x, frameByMe(x, "Remove | Resource Shares"), q); !ok {
		return err
	}
	ended, err := h.ram.RemoveResource(x.Context(), x.Caller, ram.ShareID(x.Param("id")), ram.AssociationID(x.Param("association")))
	if err != nil {
		return err
	}
	if ended.Already {
		return x.Redirect(to.Share(x.Param("id")), told("Key "+ended.Name+" was out of this share already"))
	}
	return x.Redirect(to.Share(x.Param("id")), handle.Done("Key "+ended.Name+" was removed from this share"))
}

func (h *Handlers) resourceQuestion(x *handle.Exchange) (page.Question, error) {
	association := x.Param("association")
	impact, err := h.ram.RemoveResourceImpact(x.Context(), x.Caller, ram.ShareID(x.Param("id")), ram.AssociationID(association))
	return page.NewRemoveResource(impact, association), err
}
