// Package me serves what belongs to the user alone: own sign-ins, password, appearance and
// links to the calendar of what ends.
package me

import (
	"net/http"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/me"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Handlers answer below /me.
type Handlers struct {
	iam *iam.Service
	ram *ram.Service
}

// New makes the handlers.
func New(users *iam.Service, shares *ram.Service) *Handlers {
	return &Handlers{iam: users, ram: shares}
}

func frame(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaHome, layout.ItemMe
	return f
}

// Show lists the user's sign-ins and leads to the rest.
func (h *Handlers) Show(x *handle.Exchange) error {
	list, err := h.iam.ListSignIns(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	feeds, err := h.iam.ListFeeds(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, page.Me(frame(x, "My sign-ins"), page.NewMe(x.Caller, list, feeds, x.Now())))
}

// RevokeSignIn ends one of the user's sign-ins; the present one leads to the sign-in page.
func (h *Handlers) RevokeSignIn(x *handle.Exchange) error {
	id := iam.SignInID(x.Param("id"))
	if err := h.iam.RevokeSignIn(x.Context(), x.Caller, id); err != nil {
		return err
	}
	return x.Redirect(to.Me(), handle.Done("The sign-in was ended"))
}
