package ram

import (
	"net/http"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// ShareDetail is the owner's page of a share.
func (h *Handlers) ShareDetail(x *handle.Exchange) error {
	return h.showShare(x, http.StatusOK, func(*page.ShareDetail) {})
}

// ShareForm is the owner's page of a share with one of its small forms open, for who follows the address
// of an act.
func (h *Handlers) ShareForm(form string) handle.Handler {
	return func(x *handle.Exchange) error {
		return h.showShare(x, http.StatusOK, func(m *page.ShareDetail) { m.Open(form, x.Query("key")) })
	}
}

func (h *Handlers) showShare(x *handle.Exchange, status int, change func(m *page.ShareDetail)) error {
	id := x.Param("id")
	share, err := h.ram.GetShare(x.Context(), x.Caller, ram.ShareID(id))
	if err != nil {
		return err
	}
	m := page.NewShareDetail(share, rights(x, id), x.Now())
	m.Find(x.Query(page.FindKeys), x.Query(page.FindPrincipals))
	change(&m)
	return x.Page(status, page.ShareDetailPage(frameByMe(x, share.Name+" | Resource Shares"), m))
}
