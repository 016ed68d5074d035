package ram

import (
	"net/http"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// ReceivedDetail is the recipient's page of a share, accepted or not yet answered.
func (h *Handlers) ReceivedDetail(x *handle.Exchange) error {
	share, err := h.ram.GetReceivedShare(x.Context(), x.Caller, ram.ShareID(x.Param("id")))
	if err != nil {
		return err
	}
	m := page.NewReceivedDetail(share, receiverRights(x, shareURN(share.Owner, share.ID)), x.Now())
	return x.Page(http.StatusOK, page.ReceivedDetailPage(frameWithMe(x, share.Name+" | Shared with Me"), m))
}
