package org

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	page "sharedkms/views/pages/org"
	rampage "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Member is the page of an account in the organization.
func (h *Handlers) Member(x *handle.Exchange) error {
	return h.member(x, http.StatusOK, func(*page.Member) {})
}

func (h *Handlers) member(x *handle.Exchange, status int, back func(*page.Member)) error {
	place, account, path, err := h.org.GetMember(x.Context(), x.Caller, iam.AccountID(x.Param("id")))
	if err != nil {
		return err
	}
	m := page.NewMember(place, account, path, x.Caller.Account, rights(x))
	back(&m)
	return x.Page(status, page.MemberPage(frame(x, m.Name+" | Organizations"), m))
}

// MemberMove puts an account into another unit.
func (h *Handlers) MemberMove(x *handle.Exchange) error {
	var in struct {
		Unit string `form:"unit"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	err := h.org.MoveMember(x.Context(), x.Caller, iam.AccountID(id), org.UnitID(in.Unit))
	if refusal, ok := handle.Refused(err); ok {
		status := http.StatusConflict
		if fault.Is(err, fault.Invalid) {
			status = http.StatusUnprocessableEntity
		}
		return h.member(x, status, func(m *page.Member) {
			m.Move = typed(refusal, "unit", "")
			m.Problems = page.Problems{Title: "The account was not moved", List: refusal.Problems(handle.Label{Field: "unit", Text: "Put into", ID: "unit"})}
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Member(id), handle.Done("The account was moved. What it may use follows from its new place"))
}

// MemberRemoveAsk shows what removing an account ends.
func (h *Handlers) MemberRemoveAsk(x *handle.Exchange) error {
	impact, err := h.ram.RemoveMemberImpact(x.Context(), x.Caller, iam.AccountID(x.Param("id")))
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, rampage.QuestionPage(frame(x, "Remove | Organizations"), rampage.NewRemoveMember(impact)))
}

// MemberRemove takes an account out of the organization, once its name is typed where sharing ends.
func (h *Handlers) MemberRemove(x *handle.Exchange) error {
	id := iam.AccountID(x.Param("id"))
	impact, err := h.ram.RemoveMemberImpact(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	if ok, err := confirmed(x, "Remove | Organizations", rampage.NewRemoveMember(impact)); !ok {
		return err
	}
	if err := h.org.RemoveMember(x.Context(), x.Caller, id); err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done(impact.MemberName+" was removed from the organization"))
}

// LeaveAsk shows what leaving the organization ends.
func (h *Handlers) LeaveAsk(x *handle.Exchange) error {
	impact, err := h.ram.LeaveOrganizationImpact(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, rampage.QuestionPage(frame(x, "Leave | Organizations"), rampage.NewLeaveOrganization(impact)))
}

// Leave takes the caller's account out of its organization.
func (h *Handlers) Leave(x *handle.Exchange) error {
	impact, err := h.ram.LeaveOrganizationImpact(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	if ok, err := confirmed(x, "Leave | Organizations", rampage.NewLeaveOrganization(impact)); !ok {
		return err
	}
	if err := h.org.LeaveOrganization(x.Context(), x.Caller); err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("This account left "+impact.Organization.Name))
}
