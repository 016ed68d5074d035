package ram

import (
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	"sharedkms/web/handle"
)

// InvitationResend sends a new invitation to a principal that has not answered; the old one is withdrawn.
func (h *Handlers) InvitationResend(x *handle.Exchange) error {
	id := x.Param("id")
	p, err := h.ram.ResendInvitation(x.Context(), x.Caller, ram.ShareID(id), ram.AssociationID(x.Param("association")))
	if refusal, ok := handle.Refused(err); ok {
		text := refusal.Message()
		if text == "" {
			text, _ = refusal.Field("principal")
		}
		return x.Redirect(toShare(id, "principals"), layout.Notice{Kind: alert.Danger, Text: text})
	}
	if err != nil {
		return err
	}
	if p.State == ram.InvitationPending {
		return x.Redirect(toShare(id, "principals"), handle.Done(p.Name+" received a new invitation, valid for 7 days. The old one was withdrawn"))
	}
	return x.Redirect(toShare(id, "principals"), handle.Done(p.Name+" has access now, without an invitation"))
}
