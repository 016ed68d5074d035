package ram

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// InvitationAcceptAsk shows what this account would get, and from whom.
func (h *Handlers) InvitationAcceptAsk(x *handle.Exchange) error {
	invitation, err := h.ram.BeginAnswer(x.Context(), x.Caller, ram.InvitationID(x.Param("id")), ram.ActionAccept)
	if err != nil {
		return lateAnswer(x, err)
	}
	return ask(x, frameWithMe(x, "Accept | Shared with Me"), page.NewAccept(invitation, x.Now()))
}

// InvitationAccept gives the account access at once.
func (h *Handlers) InvitationAccept(x *handle.Exchange) error {
	invitation, err := h.ram.AcceptInvitation(x.Context(), x.Caller, ram.InvitationID(x.Param("id")))
	if err != nil {
		return lateAnswer(x, err)
	}
	return x.Redirect(to.ShareReceived(string(invitation.Share)), handle.Done("You accepted "+invitation.ShareName+". Its keys can be used now"))
}

// InvitationRejectAsk shows what is turned down.
func (h *Handlers) InvitationRejectAsk(x *handle.Exchange) error {
	invitation, err := h.ram.BeginAnswer(x.Context(), x.Caller, ram.InvitationID(x.Param("id")), ram.ActionReject)
	if err != nil {
		return lateAnswer(x, err)
	}
	return ask(x, frameWithMe(x, "Reject | Shared with Me"), page.NewReject(invitation))
}

type reasonForm struct {
	Reason string `form:"reason"`
}

// InvitationReject turns an invitation down.
func (h *Handlers) InvitationReject(x *handle.Exchange) error {
	var in reasonForm
	if err := x.Form(&in); err != nil {
		return err
	}
	invitation, err := h.ram.RejectInvitation(x.Context(), x.Caller, ram.InvitationID(x.Param("id")), in.Reason)
	if fault.Is(err, fault.Invalid) {
		found, missing := h.ram.BeginAnswer(x.Context(), x.Caller, ram.InvitationID(x.Param("id")), ram.ActionReject)
		if missing != nil {
			return lateAnswer(x, missing)
		}
		q := page.NewReject(found)
		q.Why = input(in.Reason, err, "reason")
		return x.Page(http.StatusUnprocessableEntity, page.QuestionPage(frameWithMe(x, "Reject | Shared with Me"), q))
	}
	if err != nil {
		return lateAnswer(x, err)
	}
	return x.Redirect(to.SharesPending(), handle.Done("You rejected "+invitation.ShareName+". Its owner sees that"))
}

// lateAnswer leads back to the list when the invitation was answered, withdrawn or has expired.
func lateAnswer(x *handle.Exchange, err error) error {
	if refusal, ok := handle.Refused(err); ok && fault.Is(err, fault.State) {
		return x.Redirect(to.SharesPending(), layout.Notice{Kind: alert.Warning, Text: refusal.Message()})
	}
	return err
}
