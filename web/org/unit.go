package org

import (
	"net/http"
	"strconv"

	"sharedkms/internal/org"
	page "sharedkms/views/pages/org"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Unit is the page of a unit.
func (h *Handlers) Unit(x *handle.Exchange) error {
	return h.unit(x, x.Param("id"), http.StatusOK, func(*page.Unit) {})
}

func (h *Handlers) readUnit(x *handle.Exchange, id string) (page.Unit, error) {
	place, path, err := h.org.GetUnit(x.Context(), x.Caller, org.UnitID(id))
	if err != nil {
		return page.Unit{}, err
	}
	first, _ := strconv.Atoi(x.Query("first")) // junk is the beginning
	return page.NewUnit(place, path, first, x.Caller.Account, rights(x)), nil
}

func (h *Handlers) unit(x *handle.Exchange, id string, status int, back func(*page.Unit)) error {
	m, err := h.readUnit(x, id)
	if err != nil {
		return err
	}
	back(&m)
	return x.Page(status, page.UnitPage(frame(x, m.Name+" | Organizations"), m))
}

// UnitCreate makes a unit below another one.
func (h *Handlers) UnitCreate(x *handle.Exchange) error {
	var in struct {
		Parent string `form:"parent"`
		Name   string `form:"name"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	made, err := h.org.CreateUnit(x.Context(), x.Caller, org.UnitID(in.Parent), in.Name)
	if refusal, ok := handle.Refused(err); ok {
		return h.unit(x, in.Parent, http.StatusUnprocessableEntity, func(m *page.Unit) {
			m.New = typed(refusal, "name", in.Name)
			m.Problems = page.Problems{Title: "The unit was not created", List: refusal.Problems(handle.Label{Field: "name", Text: "Name of a new unit"})}
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Unit(in.Parent), handle.Done("The unit "+made.Name+" was created"))
}

// UnitRename gives a unit another name.
func (h *Handlers) UnitRename(x *handle.Exchange) error {
	var in struct {
		Name string `form:"name"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	err := h.org.RenameUnit(x.Context(), x.Caller, org.UnitID(id), in.Name)
	if refusal, ok := handle.Refused(err); ok {
		return h.unit(x, id, http.StatusUnprocessableEntity, func(m *page.Unit) {
			m.Rename = typed(refusal, "name", in.Name)
			m.Problems = page.Problems{Title: "The unit was not renamed", List: refusal.Problems(handle.Label{Field: "name", Text: "Name", ID: "rename"})}
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Unit(id), handle.Done("The unit is named "+in.Name+" now"))
}

// UnitMove puts a unit below another one.
func (h *Handlers) UnitMove(x *handle.Exchange) error {
	var in struct {
		Parent string `form:"parent"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	err := h.org.MoveUnit(x.Context(), x.Caller, org.UnitID(id), org.UnitID(in.Parent))
	if refusal, ok := handle.Refused(err); ok {
		return h.unit(x, id, http.StatusUnprocessableEntity, func(m *page.Unit) {
			if m.Move = typed(refusal, "name", ""); in.Parent == "" {
				m.Move = typed(refusal, "parent", "")
			}
			m.Problems = page.Problems{Title: "The unit was not moved", List: refusal.Problems(
				handle.Label{Field: "name", Text: "Put below", ID: "parent"}, handle.Label{Field: "parent", Text: "Put below", ID: "parent"})}
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Unit(id), handle.Done("The unit was moved. What its accounts may use follows from its new place"))
}

// UnitDeleteAsk asks before a unit is deleted.
func (h *Handlers) UnitDeleteAsk(x *handle.Exchange) error {
	return h.unitDelete(x, http.StatusOK, page.Problems{})
}

func (h *Handlers) unitDelete(x *handle.Exchange, status int, problems page.Problems) error {
	m, err := h.readUnit(x, x.Param("id"))
	if err != nil {
		return err
	}
	m.Problems = problems
	return x.Page(status, page.UnitDeletePage(frame(x, "Delete | Organizations"), m))
}

// UnitDelete deletes an empty unit.
func (h *Handlers) UnitDelete(x *handle.Exchange) error {
	err := h.org.DeleteUnit(x.Context(), x.Caller, org.UnitID(x.Param("id")))
	if refusal, ok := handle.Refused(err); ok {
		return h.unitDelete(x, http.StatusConflict, page.Problems{Title: "The unit was not deleted", List: refusal.Problems()})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("The unit was deleted"))
}
