package ram

import (
	"strconv"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// InvitationAccept gives the account access at once.
func (h *Handlers) InvitationAccept(x *handle.Exchange) error {
	invitation, err := h.ram.AcceptInvitation(x.Context(), x.Caller, ram.InvitationID(x.Param("id")))
	if err != nil {
		return lateAnswer(x, err)
	}
	keys := strconv.Itoa(len(invitation.Keys)) + " keys are"
	if len(invitation.Keys) == 1 {
		keys = "1 key is"
	}
	notice := handle.Done("You accepted " + invitation.ShareName + ": " + keys + " ready to use")
	notice.LinkText, notice.LinkHref = "See Shared Key", to.SharedKeys(regionOf(x, invitation.Keys))
	return x.Redirect(to.ShareReceived(string(invitation.Share)), notice)
}

// InvitationRejectAsk shows what is turned down.
func (h *Handlers) InvitationRejectAsk(x *handle.Exchange) error {
	invitation, err := h.ram.GetInvitation(x.Context(), x.Caller, ram.InvitationID(x.Param("id")))
	if err != nil {
		return err
	}
	return ask(x, frameWithMe(x, "Reject | Shared with Me"), page.NewReject(invitation))
}

// InvitationReject turns an invitation down.
func (h *Handlers) InvitationReject(x *handle.Exchange) error {
	invitation, err := h.ram.RejectInvitation(x.Context(), x.Caller, ram.InvitationID(x.Param("id")))
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

// regionOf is where the first of the keys is.
func regionOf(x *handle.Exchange, keys []ram.Key) string {
	if len(keys) > 0 {
		return keys[0].Region
	}
	return x.Site.Regions[0]
}
