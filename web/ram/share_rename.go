package ram

import (
	"net/http"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type renameForm struct {
	Version     int64  `form:"version"`
	Name        string `form:"name"`
	Description string `form:"description"`
}

// ShareRename gives a share another name and description.
func (h *Handlers) ShareRename(x *handle.Exchange) error {
	var in renameForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	err := h.ram.UpdateShare(x.Context(), x.Caller, ram.ShareID(id), ram.ShareUpdate{Version: in.Version, Name: in.Name, Description: in.Description})
	if refusal, ok := handle.Refused(err); ok {
		return h.showShare(x, http.StatusUnprocessableEntity, func(m *page.ShareDetail) {
			m.Open(page.FormRename, "")
			m.Rename.Name, m.Rename.Description = input(in.Name, err, "name"), input(in.Description, err, "description")
			m.NotDone = "The share was not changed"
			m.Problems = refusal.Problems(handle.Label{Field: "name", Text: "Name"}, handle.Label{Field: "description", Text: "Description"})
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(toShare(id, "basic"), handle.Done("Name and description were saved"))
}

// toShare is a part of the owner's page of a share.
func toShare(id, part string) string { return to.Share(id) + "#" + part }
