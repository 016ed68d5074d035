// Package overview serves the first page after sign-in. It reads what several services say in
// short, each through its own gate; a part that the caller's policies do not allow is left out
// without asking, so that opening the page leaves no refusals behind.
package overview

import (
	"context"
	"net/http"

	"sharedkms/internal/demo"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/overview"
	"sharedkms/web/handle"
)

// rows is how many things a part of the page names.
const rows = 3

// Handlers answer at /.
type Handlers struct {
	kms  *kms.Service
	ram  *ram.Service
	org  *org.Service
	tour func(ctx context.Context) ([demo.TourSteps]bool, error)
}

// New makes the handlers. tour is asked in the demo world only.
func New(keys *kms.Service, shares *ram.Service, organizations *org.Service, tour func(ctx context.Context) ([demo.TourSteps]bool, error)) *Handlers {
	return &Handlers{kms: keys, ram: shares, org: organizations, tour: tour}
}

// Show is the page: at most eight queries, the sign-in's included.
func (h *Handlers) Show(x *handle.Exchange) error {
	c, region := x.Caller, x.HomeRegion()
	v := page.New(c.AccountName, region)
	keys := iam.URN{Service: "kms", Region: region, Account: c.Account, Type: iam.TypeKey, ID: "*"}
	invitations := iam.URN{Service: "ram", Account: c.Account, Type: "resourceShareInvitation", ID: "*"}
	shares := iam.URN{Service: "ram", Account: c.Account, Type: iam.TypeShare, ID: "*"}
	rights := page.Rights{
		Accept: c.May(ram.ActionAccept, invitations), Reject: c.May(ram.ActionReject, invitations), CancelDeletion: c.May(kms.ActionUpdate, keys),
	}
	if c.May(ram.ActionInvitations, invitations) {
		waiting, total, err := h.ram.ListWaiting(x.Context(), c, rows)
		if err != nil {
			return err
		}
		v.AddInvitations(waiting, total, rights, x.Now())
	}
	if c.May(org.ActionGet, iam.URN{Service: "organizations", Account: c.Account, Type: "organization", ID: "*"}) {
		asked, err := h.org.ReceivedInvitations(x.Context(), c)
		if err != nil {
			return err
		}
		v.AddOrganizations(asked, rows, x.Now())
	}
	if c.May(kms.ActionList, keys) {
		o, err := h.kms.Overview(x.Context(), c, region)
		if err != nil {
			return err
		}
		v.AddKeys(o, rights, x.Now())
	}
	if c.May(ram.ActionSearch, shares) {
		sharing, err := h.ram.Overview(x.Context(), c, rows)
		if err != nil {
			return err
		}
		v.AddShares(sharing.Newest)
		v.AddEnding(sharing.Ending, x.Now())
	}
	if x.Site.Demo {
		done, err := h.tour(x.Context())
		if err != nil {
			return err
		}
		v.AddTour(done)
	}
	f := x.Frame("Overview")
	f.Area, f.Active = layout.AreaHome, layout.ItemOverview
	return x.Page(http.StatusOK, page.Page(f, v))
}
