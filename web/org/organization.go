package org

import (
	"net/http"

	page "sharedkms/views/pages/org"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Show is the organization of the caller's account, or the way into one.
func (h *Handlers) Show(x *handle.Exchange) error {
	return h.show(x, http.StatusOK, func(*page.Organization) {})
}

// show draws the page with what came back of one of its forms.
func (h *Handlers) show(x *handle.Exchange, status int, back func(*page.Organization)) error {
	v, err := h.org.GetView(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	m := page.New(v, x.Caller.Account, rights(x), x.Now())
	back(&m)
	return x.Page(status, page.Page(frame(x, "Organizations"), m))
}

// Create makes an organization of which the caller's account is the management account.
func (h *Handlers) Create(x *handle.Exchange) error {
	var in struct {
		Name string `form:"name"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	made, err := h.org.CreateOrganization(x.Context(), x.Caller, in.Name)
	if refusal, ok := handle.Refused(err); ok {
		return h.show(x, http.StatusUnprocessableEntity, func(m *page.Organization) {
			m.New = typed(refusal, "name", in.Name)
			m.Problems = page.Problems{Title: "The organization was not created", List: refusal.Problems(handle.Label{Field: "name", Text: "Name"})}
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("The organization "+made.Name+" was created. Invite accounts, and turn on sharing in the settings of the Resource Access Manager"))
}

// DeleteAsk asks before the organization is deleted.
func (h *Handlers) DeleteAsk(x *handle.Exchange) error {
	return h.deletePage(x, http.StatusOK, page.Problems{})
}

func (h *Handlers) deletePage(x *handle.Exchange, status int, problems page.Problems) error {
	v, err := h.org.GetView(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	if v.Place == nil {
		return x.Redirect(to.Organization())
	}
	return x.Page(status, page.DeletePage(frame(x, "Delete | Organizations"), page.Question{Name: v.Place.Organization.Name, Problems: problems}))
}

// Delete deletes the organization, once nobody else and no unit is in it.
func (h *Handlers) Delete(x *handle.Exchange) error {
	err := h.org.DeleteOrganization(x.Context(), x.Caller)
	if refusal, ok := handle.Refused(err); ok {
		return h.deletePage(x, http.StatusConflict, page.Problems{Title: "The organization was not deleted", List: refusal.Problems()})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("The organization was deleted"))
}
