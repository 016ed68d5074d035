package ram

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ReceivedDetail is the recipient's page of a share, accepted or not yet answered.
func (h *Handlers) ReceivedDetail(x *handle.Exchange) error {
	share, err := h.ram.GetReceivedShare(x.Context(), x.Caller, ram.ShareID(x.Param("id")))
	if fault.Is(err, fault.NotFound) {
		return h.ended(x, err)
	}
	if err != nil {
		return err
	}
	m := page.NewReceivedDetail(share, receiverRights(x, shareURN(share.Owner, share.ID)), x.Now())
	return x.Page(http.StatusOK, page.ReceivedDetailPage(frameWithMe(x, share.Name+" | Shared with Me"), m))
}

// ended leads whoever kept the address of a share that named this account and ended to its row in the list, which
// says how, for as long as the list shows it. For all others the share is missing.
func (h *Handlers) ended(x *handle.Exchange, missing error) error {
	id := ram.ShareID(x.Param("id"))
	list, err := h.ram.ListReceived(x.Context(), x.Caller, ram.ReceivedFilter{Name: string(id), State: ram.StandingEnded}, store.Slice{Size: 1})
	switch {
	case err != nil && !fault.Is(err, fault.Forbidden):
		return err
	case err != nil, len(list.Shares) == 0, list.Shares[0].ID != id:
		return missing
	}
	return x.Redirect(to.SharesReceivedFiltered("q", string(id)), told("This account has no part in "+list.Shares[0].Name+" any more. Its row says how that ended"))
}
