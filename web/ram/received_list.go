package ram

import (
	"net/http"
	"strconv"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/tabs"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ReceivedList shows the tab To Be Accepted, or with ?tab=accepted the other one.
func (h *Handlers) ReceivedList(x *handle.Exchange) error {
	pending := x.Query("tab") != page.TabAccepted
	q := x.Query("q")
	accepted := to.SharesReceived() + "?tab=" + page.TabAccepted
	m := page.ReceivedList{
		Pending: pending, Filtered: q != "", AcceptedHref: accepted,
		Filter: filter.Props{Action: to.SharesReceived(), Query: q, Placeholder: "Share name, share ID or owner ID", ClearHref: x.Here("q", "")},
	}
	if q != "" {
		m.Filter.Chips = []filter.Chip{{Text: "Name or ID: " + q, Href: x.Here("q", "")}}
	}
	if err := h.fillReceived(x, &m, q); err != nil {
		return err
	}
	tab := page.TabAccepted
	if pending {
		tab = page.TabPending
	}
	m.Filter.Hidden = []filter.Pair{{Name: "tab", Value: tab}}
	m.Tabs = []tabs.Tab{
		{Text: "To Be Accepted", Href: to.SharesPending(), Current: pending, Count: waiting(m)},
		{Text: "Accepted", Href: accepted, Current: !pending},
	}
	return x.Page(http.StatusOK, page.ReceivedListPage(frameWithMe(x, "Shared with Me"), m))
}

func (h *Handlers) fillReceived(x *handle.Exchange, m *page.ReceivedList, q string) error {
	name, owner := q, ""
	if iam.IsAccountID(q) {
		name, owner = "", q
	}
	slice := x.Slice(pageSize)
	if m.Pending {
		list, err := h.ram.ListInvitations(x.Context(), x.Caller, ram.InvitationFilter{Name: name, Owner: owner}, slice)
		if err != nil {
			return err
		}
		for _, i := range list.Invitations {
			m.Invitations = append(m.Invitations, page.NewInvitationRow(i, receiverRights(x, shareURN(i.Owner, i.Share)), x.Now()))
		}
		m.Pager = pagerOf(x, "invitations", len(m.Invitations), list.Edges)
		return nil
	}
	list, err := h.ram.ListReceived(x.Context(), x.Caller, ram.ReceivedFilter{Name: name, Owner: owner}, slice)
	if err != nil {
		return err
	}
	for _, s := range list.Shares {
		m.Shares = append(m.Shares, page.NewReceivedRow(s, receiverRights(x, shareURN(s.Owner, s.ID)), x.Now()))
	}
	m.Pager = pagerOf(x, "resource shares", len(m.Shares), list.Edges)
	return nil
}

// waiting is the number on the tab, when the whole tab is known.
func waiting(m page.ReceivedList) string {
	if n := len(m.Invitations); n > 0 && !m.Filtered && m.Pager.Next == "" && m.Pager.Prev == "" {
		return strconv.Itoa(n)
	}
	return ""
}
