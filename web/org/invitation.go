package org

import (
	"net/http"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	page "sharedkms/views/pages/org"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Invite asks an account into the organization.
func (h *Handlers) Invite(x *handle.Exchange) error {
	var in struct {
		Account string `form:"account"`
		Note    string `form:"note"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	sent, err := h.org.Invite(x.Context(), x.Caller, in.Account, in.Note)
	if refusal, ok := handle.Refused(err); ok {
		return h.show(x, http.StatusUnprocessableEntity, func(m *page.Organization) {
			m.Account, m.Note = typed(refusal, "account", in.Account), typed(refusal, "note", in.Note)
			m.Problems = page.Problems{Title: "Nobody was invited", List: refusal.Problems(
				handle.Label{Field: "account", Text: "Account ID or name"}, handle.Label{Field: "note", Text: "Note"})}
		})
	}
	if err != nil {
		return err
	}
	text := "The account " + sent.Target + " was invited. It can join for 14 days"
	if !iam.IsAccountID(sent.Target) {
		text = "The invitation waits for 14 days. If an account is named " + sent.Target + ", it sees it"
	}
	return x.Redirect(to.Organization(), handle.Done(text))
}

// Accept makes the caller's account a member.
func (h *Handlers) Accept(x *handle.Exchange) error {
	joined, err := h.org.AcceptInvitation(x.Context(), x.Caller, invitation(x))
	if refusal, ok := handle.Refused(err); ok {
		return h.refused(x, "The organization was not joined", refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("This account joined "+joined.Name))
}

// Decline turns an invitation down.
func (h *Handlers) Decline(x *handle.Exchange) error {
	declined, err := h.org.DeclineInvitation(x.Context(), x.Caller, invitation(x))
	if refusal, ok := handle.Refused(err); ok {
		return h.refused(x, "The invitation was not declined", refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("The invitation of "+declined.OrganizationName+" was declined"))
}

// Cancel withdraws an invitation.
func (h *Handlers) Cancel(x *handle.Exchange) error {
	cancelled, err := h.org.CancelInvitation(x.Context(), x.Caller, invitation(x))
	if refusal, ok := handle.Refused(err); ok {
		return h.refused(x, "The invitation was not cancelled", refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Organization(), handle.Done("The invitation of "+cancelled.Target+" was cancelled"))
}

// refused shows the page again with why an answer came too late.
func (h *Handlers) refused(x *handle.Exchange, title string, refusal handle.Refusal) error {
	return h.show(x, http.StatusConflict, func(m *page.Organization) {
		m.Problems = page.Problems{Title: title, List: refusal.Problems()}
	})
}

func invitation(x *handle.Exchange) org.InvitationID { return org.InvitationID(x.Param("id")) }
