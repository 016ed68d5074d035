package ram

import (
	"net/http"
	"slices"
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
		Pending: query.pending, Filtered: query.q != "" || query.part() != (ram.PartFilter{}) || query.standing() != "", AcceptedHref: accepted, Filter: query.bar(x), Columns: query.columns(x),
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
	pending             bool
	q, sort             string
	resource            string // ID or URN of a key
	region, ends, state string
}

func readReceivedQuery(x *handle.Exchange) receivedQuery {
	q := receivedQuery{
		pending: x.Query("tab") != page.TabAccepted, q: x.Query("q"), sort: x.Query("sort"), resource: x.Query("resource"), ends: x.Query("ends"), state: x.Query("status"),
	}
	if region := x.Query("region"); slices.Contains(x.Site.Regions, region) {
		q.region = region
	}
	return q
}

func (q receivedQuery) part() ram.PartFilter {
	return ram.PartFilter{Resource: keyID(q.resource), Region: q.region, Ending: q.ends == endsSoon}
}

// standing is of the tab Accepted alone: all that waits is alike.
func (q receivedQuery) standing() ram.Standing {
	if s := ram.Standing(q.state); !q.pending && (s == ram.StandingLive || s == ram.StandingEnded) {
		return s
	}
	return ""
}

const endsSoon = "soon"

var (
	receivedEnds   = []filter.Option{{Text: "Any end"}, {Value: endsSoon, Text: "Ends within 30 days"}}
	receivedStates = []filter.Option{{Text: "Any status"}, {Value: string(ram.StandingLive), Text: "Sharing"}, {Value: string(ram.StandingEnded), Text: "Ended in the last 48 hours"}}
)

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
	return ram.InvitationFilter{Name: name, Owner: owner, Part: q.part(), Oldest: q.oldest()}
}

func (q receivedQuery) received() ram.ReceivedFilter {
	name, owner := q.named()
	return ram.ReceivedFilter{Name: name, Owner: owner, Part: q.part(), State: q.standing(), Oldest: q.oldest()}
}

func (q receivedQuery) bar(x *handle.Exchange) filter.Props {
	tab := page.TabAccepted
	if q.pending {
		tab = page.TabPending
	}
	p := filter.Props{
		Action: to.SharesReceived(), Query: q.q, Placeholder: "Share name, share ID or owner ID", ClearHref: x.Here("q", "", "resource", "", "region", "", "ends", "", "status", ""),
		Hidden:  []filter.Pair{{Name: "tab", Value: tab}},
		Selects: []filter.Select{regionChoice(x, q.region), {Name: "ends", Label: "End", Options: choose(receivedEnds, q.ends)}},
		Inputs: []filter.Input{
			{Name: "resource", Label: "Key, by ID or URN", Placeholder: "Key, ID or URN", Value: q.resource},
			{Name: "tag", Label: "Tag", Placeholder: "Tag", Blocked: "Tags are the owner's and do not come with a share."},
		},
		ExportHref: strings.Replace(x.Here(), to.SharesReceived(), to.SharesReceivedExport(), 1),
	}
	if q.sort != "" {
		p.Hidden = append(p.Hidden, filter.Pair{Name: "sort", Value: q.sort})
	}
	if q.q != "" {
		p.Chips = []filter.Chip{{Text: "Name or ID: " + q.q, Href: x.Here("q", "")}}
	}
	if !q.pending {
		p.Selects = append([]filter.Select{{Name: "status", Label: "Status", Options: choose(receivedStates, q.state)}}, p.Selects...)
	}
	for _, s := range p.Selects {
		if text := chosen(s.Options); text != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: s.Label + ": " + text, Href: x.Here(s.Name, "")})
		}
	}
	if q.resource != "" {
		p.Chips = append(p.Chips, filter.Chip{Text: "Key: " + q.resource, Href: x.Here("resource", "")})
	}
	return p
}

// columns sort by time alone; accepted shares that are searched by name are in its order.
func (q receivedQuery) columns(x *handle.Exchange) []table.Column {
	if !q.pending && q.received().ByName() {
		return []table.Column{{Title: "Name and ID", Sorted: table.Ascending}, {Title: "Owner"}, {Title: "Status"}, {Title: "Keys"}, {Title: "Accepted"}, {Title: "Operation", Acts: true}}
	}
	href, order := sortLink(x, q.sort, string(ram.OrderOldest), string(ram.OrderNewest))
	time := func(title string) table.Column { return table.Column{Title: title, SortHref: href, Sorted: order} }
	if q.pending {
		return []table.Column{{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Keys"}, time("Sent"), {Title: "Expires"}, {Title: "Operation", Acts: true}}
	}
	return []table.Column{{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Status"}, {Title: "Keys"}, time("Accepted"), {Title: "Operation", Acts: true}}
}
