package ram

import (
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type principalForm struct {
	Principal string `form:"principal"`
}

// PrincipalAdd shares again with somebody who rejected, left, was removed or let the invitation expire.
func (h *Handlers) PrincipalAdd(x *handle.Exchange) error {
	var in principalForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	p, err := h.ram.AddPrincipal(x.Context(), x.Caller, ram.ShareID(id), in.Principal)
	if refusal, ok := handle.Refused(err); ok {
		text := refusal.Message()
		if text == "" {
			text, _ = refusal.Field("principal")
		}
		return x.Redirect(to.Share(id), layout.Notice{Kind: alert.Danger, Text: text})
	}
	if err != nil {
		return err
	}
	if p.State == ram.InvitationPending {
		return x.Redirect(to.Share(id), handle.Done(p.Name+" received an invitation, valid for 7 days"))
	}
	return x.Redirect(to.Share(id), handle.Done(p.Name+" has access"))
}
