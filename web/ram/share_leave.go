package ram

import (
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ShareLeaveAsk shows what leaving a share stops.
func (h *Handlers) ShareLeaveAsk(x *handle.Exchange) error {
	impact, err := h.ram.LeaveImpact(x.Context(), x.Caller, ram.ShareID(x.Param("id")))
	if err != nil {
		return err
	}
	return ask(x, frameWithMe(x, "Leave | Shared with Me"), page.NewLeave(impact, x.Caller.AccountName))
}

// ShareLeave ends the account's part in a share, once the share's name is typed where something stops.
func (h *Handlers) ShareLeave(x *handle.Exchange) error {
	id := ram.ShareID(x.Param("id"))
	impact, err := h.ram.LeaveImpact(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	f := frameWithMe(x, "Leave | Shared with Me")
	if ok, err := confirmed(x, f, page.NewLeave(impact, x.Caller.AccountName)); !ok {
		return err
	}
	ended, err := h.ram.LeaveShare(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	list := to.SharesReceived() + "?tab=" + page.TabAccepted
	if ended.Already {
		return x.Redirect(list, told("This account was out of "+impact.Name+" already: "+endedWord(ended.State)))
	}
	return x.Redirect(list, handle.Done("You left "+impact.Name+". Its keys cannot be used any more"))
}
