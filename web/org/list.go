package org

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sharedkms/internal/org"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	page "sharedkms/views/pages/org"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

const pageSize = 50

// Members lists the accounts of the organization.
func (h *Handlers) Members(x *handle.Exchange) error {
	search := x.Query("q")
	list, err := h.org.ListMembers(x.Context(), x.Caller, search, x.Slice(pageSize))
	if err != nil {
		return err
	}
	m := page.MemberList{Organization: list.Organization.Name, Filter: filter.Props{
		Action: to.Members(), Query: search, Placeholder: "Account name or ID", ClearHref: to.Members(),
		ExportHref: strings.Replace(x.Here(), to.Members(), to.MembersExport(), 1),
	}}
	if search != "" {
		m.Filter.Chips = []filter.Chip{{Text: "Name or ID: " + search, Href: x.Here("q", "")}}
	}
	for _, a := range list.Members {
		m.Rows = append(m.Rows, page.NewMemberRow(a))
	}
	m.Pager = pagerOf(x, "accounts", len(m.Rows), list.Edges)
	return x.Page(http.StatusOK, page.MemberListPage(frame(x, "Accounts | Organizations"), m))
}

// MembersExport sends the filtered list as CSV, all of its pages.
func (h *Handlers) MembersExport(x *handle.Exchange) error {
	header := []string{"Name", "ID", "Status", "Unit", "Unit ID", "Role", "Join method", "Joined (UTC)"}
	return x.CSV("accounts.csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.org.ListMembers(x.Context(), x.Caller, x.Query("q"), slice)
			if err != nil {
				return err
			}
			for _, a := range list.Members {
				role := "member"
				if a.Management {
					role = "management account"
				}
				if err := write(a.Name, string(a.ID), "active", a.UnitName, string(a.Unit), role, string(a.Method), a.JoinedAt.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}

var sentStates = []filter.Option{
	{Text: "Any status"}, {Value: string(org.Pending), Text: "Waiting"}, {Value: string(org.Accepted), Text: "Accepted"},
	{Value: string(org.Declined), Text: "Declined"}, {Value: string(org.Cancelled), Text: "Cancelled"}, {Value: string(org.Expired), Text: "Expired"},
}

// sentState is the status that the address asks for, empty for any.
func sentState(x *handle.Exchange) (asked org.InvitationStatus, options []filter.Option) {
	options = slices.Clone(sentStates)
	for i, o := range options {
		if options[i].Selected = o.Value == x.Query("status"); options[i].Selected {
			asked = org.InvitationStatus(o.Value)
		}
	}
	return asked, options
}

// Invitations lists the invitations that the organization sent.
func (h *Handlers) Invitations(x *handle.Exchange) error {
	status, options := sentState(x)
	list, err := h.org.ListSent(x.Context(), x.Caller, status, x.Slice(pageSize))
	if err != nil {
		return err
	}
	m := page.InvitationList{Organization: list.Organization.Name, Filter: filter.Props{
		Action: to.OrganizationInvitations(), Unsearched: true, ClearHref: to.OrganizationInvitations(),
		Selects:    []filter.Select{{Name: "status", Label: "Status", Options: options}},
		ExportHref: strings.Replace(x.Here(), to.OrganizationInvitations(), to.OrganizationInvitationsExport(), 1),
	}}
	for _, o := range options {
		if o.Selected && o.Value != "" {
			m.Filter.Chips = []filter.Chip{{Text: "Status: " + o.Text, Href: x.Here("status", "")}}
		}
	}
	for _, i := range list.Sent {
		m.Add(i, rights(x), x.Now())
	}
	m.Empty = len(m.Rows) == 0 && len(m.Filter.Chips) == 0 && x.Slice(pageSize).Cursor == ""
	m.Pager = pagerOf(x, "invitations", len(m.Rows), list.Edges)
	return x.Page(http.StatusOK, page.InvitationListPage(frame(x, "Invitations sent | Organizations"), m))
}

// InvitationsExport sends the filtered list as CSV, all of its pages.
func (h *Handlers) InvitationsExport(x *handle.Exchange) error {
	status, _ := sentState(x)
	header := []string{"Account", "Invitation ID", "Status", "Note", "Sent (UTC)", "Expires (UTC)", "Answered (UTC)"}
	return x.CSV("organization-invitations.csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.org.ListSent(x.Context(), x.Caller, status, slice)
			if err != nil {
				return err
			}
			for _, i := range list.Sent {
				answered := ""
				if i.AnsweredAt != nil {
					answered = i.AnsweredAt.UTC().Format(time.RFC3339)
				}
				if err := write(i.Target, string(i.ID), string(i.Status), i.Note, i.SentAt.UTC().Format(time.RFC3339), i.ExpiresAt.UTC().Format(time.RFC3339), answered); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}

func pagerOf(x *handle.Exchange, things string, n int, edges store.Edges) pager.Props {
	prev, next := x.Neighbours(edges)
	text := strconv.Itoa(n) + " " + things + " on this page."
	if prev == "" && next == "" {
		text = "1–" + strconv.Itoa(n) + " of " + strconv.Itoa(n) + " " + things + "."
	}
	return pager.Props{Things: things, Text: text, Times: true, Prev: prev, Next: next}
}
