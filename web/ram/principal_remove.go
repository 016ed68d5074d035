package ram

import (
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// PrincipalRemoveAsk shows what removing a principal from a share ends.
func (h *Handlers) PrincipalRemoveAsk(x *handle.Exchange) error {
	q, err := h.principalQuestion(x)
	if err != nil {
		return err
	}
	return ask(x, frameByMe(x, "Remove | Resource Shares"), q)
}

// PrincipalRemove takes a principal out of a share, once its name is typed where something stops.
func (h *Handlers) PrincipalRemove(x *handle.Exchange) error {
	q, err := h.principalQuestion(x)
	if err != nil {
		return err
	}
	if ok, err := confirmed(x, frameByMe(x, "Remove | Resource Shares"), q); !ok {
		return err
	}
	ended, err := h.ram.RemovePrincipal(x.Context(), x.Caller, ram.ShareID(x.Param("id")), ram.AssociationID(x.Param("association")))
	if err != nil {
		return err
	}
	if ended.Already {
		return x.Redirect(to.Share(x.Param("id")), told(ended.Name+" was out of this share already: "+endedWord(ended.State)))
	}
	if q.Verb == page.VerbCancel {
		return x.Redirect(to.Share(x.Param("id")), handle.Done("The invitation to "+ended.Name+" was withdrawn"))
	}
	return x.Redirect(to.Share(x.Param("id")), handle.Done(ended.Name+" was removed and has no access through this share"))
}

func (h *Handlers) principalQuestion(x *handle.Exchange) (page.Question, error) {
	association := x.Param("association")
	impact, err := h.ram.RemovePrincipalImpact(x.Context(), x.Caller, ram.ShareID(x.Param("id")), ram.AssociationID(association))
	return page.NewRemovePrincipal(impact, association), err
}

// endedWord says how a part in a share had ended.
func endedWord(s ram.PrincipalState) string {
	switch s {
	case ram.Left:
		return "it left"
	case ram.Rejected:
		return "it rejected"
	case ram.Expired:
		return "the invitation expired"
	case ram.ShareEnded:
		return "the share was deleted"
	case ram.SharingDisabled:
		return "sharing in the organization was turned off"
	case ram.OrganizationLeft:
		return "it is no longer in the organization"
	case ram.UnitDeleted:
		return "the unit was deleted"
	default:
		return "it was removed"
	}
}
