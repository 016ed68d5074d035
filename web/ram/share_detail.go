package ram

import (
	"net/http"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// ShareDetail is the owner's page of a share.
func (h *Handlers) ShareDetail(x *handle.Exchange) error {
	id := x.Param("id")
	share, err := h.ram.GetShare(x.Context(), x.Caller, ram.ShareID(id))
	if err != nil {
		return err
	}
	may := page.Rights{
		Delete: mayShare(x, ram.ActionDelete, id),
		Remove: mayShare(x, ram.ActionDisassociate, id),
		Add:    mayShare(x, ram.ActionAssociate, id),
	}
	f := frameByMe(x, share.Name+" | Resource Shares")
	return x.Page(http.StatusOK, page.ShareDetailPage(f, page.NewShareDetail(share, may, x.Now())))
}
