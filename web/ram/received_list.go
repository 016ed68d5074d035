package ram

import (
	"net/http"
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/table"
	"sharedkms/views/components/tabs"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ReceivedList shows the tab To Be Accepted, or with ?tab=accepted the other one.
func (h *Handlers) ReceivedList(x *handle.Exchange) error {
	query := readReceivedQuery(x)
	accepted := to.SharesReceived() + "?tab=" + page.TabAccepted
	m := page.ReceivedList{
		Pending: query.pending, Filtered: query.q != "" || query.resource != "", AcceptedHref: accepted, Filter: query.bar(x), Columns: query.columns(x),
	}
	if err := h.fillReceived(x, &m, query); err != nil {
		return err
	}
	m.Tabs = []tabs.Tab{
		{Text: "To Be Accepted", Href: to.SharesPending(), Current: query.pending, Count: waiting(m)},
		{Text: "Accepted", Href: accepted, Current: !query.pending},
	}
	return x.Page(http.StatusOK, page.ReceivedListPage(frameWithMe(x, "Shared with Me"), m))
}

func (h *Handlers) fillReceived(x *handle.Exchange, m *page.ReceivedList, query receivedQuery) error {
	slice := x.Slice(pageSize)
	if query.pending {
		list, err := h.ram.ListInvitations(x.Context(), x.Caller, query.invitations(), slice)
		if err != nil {
			return err
		}
		for _, i := range list.Invitations {
			m.Invitations = append(m.Invitations, page.NewInvitationRow(i, receiverRights(x, shareURN(i.Owner, i.Share)), x.Now()))
		}
		may := receiverRights(x, shareURN("", ""))
		m.Ticks, m.AllTicked = may.Accept && may.Reject && len(m.Invitations) > 1, x.Query("tick") == "all"
		m.TickAllHref, m.TickNoneHref = x.Here("tick", "all"), x.Here("tick", "")
		if m.Ticks {
			m.Columns = append([]table.Column{{Title: "Select", Unseen: true, Narrow: true}}, m.Columns...)
		}
		m.Pager = pagerOf(x, "invitations", len(m.Invitations), list.Edges)
		return nil
	}
	list, err := h.ram.ListReceived(x.Context(), x.Caller, query.received(), slice)
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

// receivedQuery is what of the list's address is not paging.
type receivedQuery struct {
	pending  bool
	q, sort  string
	resource string // ID of a key that accepted shares hold
}

func readReceivedQuery(x *handle.Exchange) receivedQuery {
	return receivedQuery{pending: x.Query("tab") != page.TabAccepted, q: x.Query("q"), sort: x.Query("sort"), resource: x.Query("resource")}
}

// named tells an owner's ID from the start of a share's name or ID.
func (q receivedQuery) named() (name, owner string) {
	if iam.IsAccountID(q.q) {
		return "", q.q
	}
	return q.q, ""
}

func (q receivedQuery) oldest() bool { return q.sort == string(ram.OrderOldest) }

func (q receivedQuery) invitations() ram.InvitationFilter {
	name, owner := q.named()
	return ram.InvitationFilter{Name: name, Owner: owner, Oldest: q.oldest()}
}

func (q receivedQuery) received() ram.ReceivedFilter {
	name, owner := q.named()
	return ram.ReceivedFilter{Name: name, Owner: owner, Resource: q.resource, Oldest: q.oldest()}
}

func (q receivedQuery) bar(x *handle.Exchange) filter.Props {
	tab := page.TabAccepted
	if q.pending {
		tab = page.TabPending
	}
	p := filter.Props{
		Action: to.SharesReceived(), Query: q.q, Placeholder: "Share name, share ID or owner ID", ClearHref: x.Here("q", "", "resource", ""),
		Hidden:     []filter.Pair{{Name: "tab", Value: tab}},
		ExportHref: strings.Replace(x.Here(), to.SharesReceived(), to.SharesReceivedExport(), 1),
	}
	if q.sort != "" {
		p.Hidden = append(p.Hidden, filter.Pair{Name: "sort", Value: q.sort})
	}
	if q.q != "" {
		p.Chips = []filter.Chip{{Text: "Name or ID: " + q.q, Href: x.Here("q", "")}}
	}
	if q.resource != "" && !q.pending {
		p.Chips = append(p.Chips, filter.Chip{Text: "Key: " + q.resource, Href: x.Here("resource", "")})
		p.Hidden = append(p.Hidden, filter.Pair{Name: "resource", Value: q.resource})
	}
	return p
}

// columns sort by time alone; accepted shares that are searched by name are in its order.
func (q receivedQuery) columns(x *handle.Exchange) []table.Column {
	if !q.pending && q.received().ByName() {
		return []table.Column{{Title: "Name and ID", Sorted: table.Ascending}, {Title: "Owner"}, {Title: "Status"}, {Title: "Keys"}, {Title: "Accepted"}, {Title: "Operation"}}
	}
	href, order := sortLink(x, q.sort, string(ram.OrderOldest), string(ram.OrderNewest))
	time := func(title string) table.Column { return table.Column{Title: title, SortHref: href, Sorted: order} }
	if q.pending {
		return []table.Column{{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Keys"}, time("Sent"), {Title: "Expires"}, {Title: "Operation"}}
	}
	return []table.Column{{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Status"}, {Title: "Keys"}, time("Accepted"), {Title: "Operation"}}
}
