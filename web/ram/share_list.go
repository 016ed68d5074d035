package ram

import (
	"net/http"
	"slices"
	"strings"

	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/table"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ShareList shows own shares and, on its first page, the caller's drafts.
func (h *Handlers) ShareList(x *handle.Exchange) error {
	query := readShareQuery(x)
	slice := x.Slice(pageSize)
	shares, err := h.ram.ListShares(x.Context(), x.Caller, query.filter(), slice)
	if err != nil {
		return err
	}
	m := page.ShareList{
		CanCreate: mayShare(x, ram.ActionCreate, "*"), SharedKeysHref: to.SharedKeys(x.HomeRegion()),
		Old:    shares.Old && query.version == "",
		Filter: query.bar(x), Columns: query.columns(x), Ended: shares.Ended, DeletedHref: x.Here("status", string(ram.ShareDeleted)),
	}
	if (m.CanCreate || mayShare(x, ram.ActionUpdate, "*")) && slice.Cursor == "" {
		drafts, err := h.ram.ListDrafts(x.Context(), x.Caller)
		if err != nil {
			return err
		}
		m.Drafts = page.NewDrafts(drafts, x.Now())
	}
	for _, s := range shares.Shares {
		m.Rows = append(m.Rows, page.NewShareRow(s, rights(x, string(s.ID)), x.Now()))
	}
	m.Empty = len(m.Rows) == 0 && len(m.Filter.Chips) == 0 && slice.Cursor == ""
	m.Pager = pagerOf(x, "resource shares", len(m.Rows), shares.Edges)
	return x.Page(http.StatusOK, page.ShareListPage(frameByMe(x, "Resource Shares"), m))
}

// shareQuery is what of the list's address is not paging.
type shareQuery struct {
	q, status, tag, principals, sort                 string
	part                                             bool
	permission, version, principal, resource, region string
}

func readShareQuery(x *handle.Exchange) shareQuery {
	q := shareQuery{
		q: x.Query("q"), status: x.Query("status"), tag: x.Query("tag"), principals: x.Query("principals"), sort: x.Query("sort"),
		permission: x.Query("permission"), version: x.Query("version"), principal: x.Query("principal"), resource: x.Query("resource"),
	}
	q.part = x.Inside(q.q)
	if region := x.Query("region"); slices.Contains(x.Site.Regions, region) {
		q.region = region
	}
	return q
}

// keyID is the ID of a key as typed, or of the URN that was.
func keyID(typed string) string {
	return strings.ToLower(typed[strings.LastIndex(typed, ":")+1:])
}

// order is how shares are listed.
func (q shareQuery) order() ram.ShareOrder {
	return handle.SearchOrder(q.q, ram.ShareOrder(q.sort), ram.OrderName, ram.OrderNameZA)
}

// filter leaves out values that no choice of the form offers.
func (q shareQuery) filter() ram.ShareFilter {
	f := ram.ShareFilter{Name: q.q, Part: q.part, Principal: q.principal, Resource: keyID(q.resource), Region: q.region, Permission: q.permission, Outdated: q.version == page.OldVersion}
	switch s := ram.ShareStatus(q.status); s {
	case ram.ShareActive, ram.ShareDeleted:
		f.Status = s
	}
	switch r := ram.Reach(q.principals); r {
	case ram.ReachWaiting, ram.ReachRejected, ram.ReachNobody, ram.ReachOutside, ram.ReachEnding:
		f.Reach = r
	}
	switch o := q.order(); o {
	case ram.OrderOldest, ram.OrderName, ram.OrderNameZA:
		f.Order = o
	}
	if q.tag != "" {
		key, value, hasValue := strings.Cut(q.tag, "=")
		f.TagKey = strings.TrimSpace(key)
		if value = strings.TrimSpace(value); hasValue {
			f.TagValue = &value
		}
	}
	return f
}

var shareStatuses = []filter.Option{
	{Text: "Any status"}, {Value: string(ram.ShareActive), Text: "Sharing"}, {Value: string(ram.ShareDeleted), Text: "Deleted"},
}

var shareReaches = []filter.Option{
	{Text: "Any principals"}, {Value: string(ram.ReachWaiting), Text: "Someone waits"},
	{Value: string(ram.ReachRejected), Text: "Someone rejected"}, {Value: string(ram.ReachNobody), Text: "Nobody yet"},
	{Value: string(ram.ReachOutside), Text: "Someone external"}, {Value: string(ram.ReachEnding), Text: "Ends within 30 days"},
}

func (q shareQuery) bar(x *handle.Exchange) filter.Props {
	p := filter.Props{
		Action: to.Shares(), Query: q.q, Placeholder: "Name or share ID", ClearHref: x.Here("q", "", "match", "", "status", "", "tag", "", "principals", "", "permission", "", "version", "", "principal", "", "resource", "", "region", ""),
		Selects: []filter.Select{
			{Name: "status", Label: "Status", Options: choose(shareStatuses, q.status)},
			{Name: "principals", Label: "Principals", Options: choose(shareReaches, q.principals)},
			regionChoice(x, q.region),
		},
		Inputs: []filter.Input{
			{Name: "tag", Label: "Tag as key=value", Placeholder: "Tag, key=value", Value: q.tag},
			{Name: "principal", Label: "Principal: account ID, or URN of a unit or organization", Placeholder: "Principal, ID or URN", Value: q.principal},
			{Name: "resource", Label: "Key, by ID or URN", Placeholder: "Key, ID or URN", Value: q.resource},
		},
		ExportHref: strings.Replace(x.Here(), to.Shares(), to.SharesExport(), 1),
	}
	for _, h := range []filter.Pair{{Name: "sort", Value: q.sort}, {Name: "permission", Value: q.permission}, {Name: "version", Value: q.version}} {
		if h.Value != "" {
			p.Hidden = append(p.Hidden, h)
		}
	}
	x.OfferInside(&p, "resource shares")
	chip := func(name, text string) {
		p.Chips = append(p.Chips, filter.Chip{Text: text, Href: x.Here(name, "")})
	}
	if q.q != "" {
		chip("q", "Name or ID: "+q.q)
	}
	if text := chosen(p.Selects[0].Options); text != "" {
		chip("status", "Status: "+text)
	}
	if text := chosen(p.Selects[1].Options); text != "" {
		chip("principals", "Principals: "+text)
	}
	if q.tag != "" {
		chip("tag", "Tag: "+q.tag)
	}
	if q.permission != "" {
		chip("permission", "Permission: "+q.permission)
	}
	if q.version == page.OldVersion {
		chip("version", "Permission: not on the default version")
	}
	if q.region != "" {
		chip("region", "Region of a key: "+q.region)
	}
	if q.principal != "" {
		chip("principal", "Principal: "+q.principal)
	}
	if q.resource != "" {
		chip("resource", "Key: "+q.resource)
	}
	return p
}

// columns sort by name or time, unless a part of shares leads the list in its own order.
func (q shareQuery) columns(x *handle.Exchange) []table.Column {
	if q.filter().Led() {
		return []table.Column{
			{Title: "Name and ID"}, {Title: "Status"}, {Title: "Keys"}, {Title: "Principals"}, {Title: "Description", Optional: true}, {Title: "Tags"}, {Title: "Created"}, {Title: "Operation", Acts: true},
		}
	}
	byName, nameOrder := sortLink(x, string(q.order()), string(ram.OrderName), string(ram.OrderNameZA))
	byCreated, createdOrder := sortLink(x, q.sort, string(ram.OrderOldest), string(ram.OrderNewest))
	created := table.Column{Title: "Created", SortHref: byCreated, Sorted: createdOrder}
	if handle.Searched(q.q) {
		created = table.Column{Title: "Created"}
	}
	return []table.Column{
		{Title: "Name and ID", SortHref: byName, Sorted: nameOrder}, {Title: "Status"}, {Title: "Keys"}, {Title: "Principals"},
		{Title: "Description", Optional: true}, {Title: "Tags"}, created, {Title: "Operation", Acts: true},
	}
}

// sortLink is the address in the other order of a column, and the order it has now.
func sortLink(x *handle.Exchange, now, ascending, descending string) (string, table.Order) {
	switch now {
	case ascending:
		return x.Here("sort", descending), table.Ascending
	case descending:
		return x.Here("sort", ascending), table.Descending
	default:
		return x.Here("sort", ascending), table.Unsorted
	}
}

// choose marks the option in force.
func choose(options []filter.Option, value string) []filter.Option {
	list := make([]filter.Option, len(options))
	for i, o := range options {
		o.Selected = o.Value == value
		list[i] = o
	}
	return list
}

// chosen is the text of the option in force, empty for the one that filters nothing.
func chosen(options []filter.Option) string {
	for _, o := range options {
		if o.Selected && o.Value != "" {
			return o.Text
		}
	}
	return ""
}
