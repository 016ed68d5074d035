package kms

import (
	"net/http"

	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	page "sharedkms/views/pages/kms"
	"sharedkms/web/handle"
)

// KeyList shows the keys of a region: custom ones, default ones or shared ones.
func (h *Handlers) KeyList(x *handle.Exchange) error {
	switch x.Query("tab") {
	case page.TabShared:
		return h.sharedList(x)
	case page.TabDefault:
		return h.defaultList(x)
	}
	q := readQuery(x)
	slice := x.Slice(pageSize)
	list, err := h.kms.ListKeys(x.Context(), x.Caller, q.custom(x, slice))
	if err != nil {
		return err
	}
	m := page.CustomList{CanCreate: may(x, kms.ActionCreate, "*"), Filter: q.bar(x), Columns: q.customColumns(x)}
	m.Quota = "Keys this account made in " + x.Region + ". " + itoa(int(list.Used)) + " of " + itoa(int(list.Quota)) + " used."
	for _, k := range list.Keys {
		m.Add(k, rights(x, k.ID))
	}
	m.Empty = list.Used == 0 && len(m.Filter.Chips) == 0 && slice.Cursor == "" && len(m.Rows) == 0
	m.Pager = pages(x, "keys", len(m.Rows), list.Edges)
	return x.Page(http.StatusOK, page.CustomListPage(frame(x, "Key Management Service"), m))
}

func (h *Handlers) defaultList(x *handle.Exchange) error {
	keys, err := h.kms.ListDefaultKeys(x.Context(), x.Caller, x.Region)
	if err != nil {
		return err
	}
	var m page.DefaultList
	for _, k := range keys {
		m.Rows = append(m.Rows, page.NewKeyRow(k, page.Rights{}))
	}
	return x.Page(http.StatusOK, page.DefaultListPage(frame(x, "Default Keys"), m))
}

func (h *Handlers) sharedList(x *handle.Exchange) error {
	q := readQuery(x)
	slice := x.Slice(pageSize)
	list, err := h.kms.ListSharedKeys(x.Context(), x.Caller, q.shared(x, slice))
	if err != nil {
		return err
	}
	m := page.SharedList{Account: x.Caller.AccountName, Filter: q.sharedBar(x), Columns: q.sharedColumns(x)}
	for _, k := range list.Keys {
		m.Rows = append(m.Rows, page.NewSharedRow(k, x.Now()))
	}
	m.Empty = len(m.Rows) == 0 && len(m.Filter.Chips) == 0 && slice.Cursor == ""
	m.Pager = pages(x, "shared keys", len(m.Rows), list.Edges)
	return x.Page(http.StatusOK, page.SharedListPage(frame(x, "Shared Key"), m))
}

func pages(x *handle.Exchange, things string, n int, edges store.Edges) pager.Props {
	prev, next := x.Neighbours(edges)
	text := itoa(n) + " " + things + " on this page."
	if prev == "" && next == "" {
		text = "1–" + itoa(n) + " of " + itoa(n) + " " + things + "."
	}
	return pager.Props{Things: things, Text: text, Times: true, Prev: prev, Next: next}
}

// sorted makes a column whose heading sorts by name; initial says that the list is so without
// being asked.
func (q listQuery) sorted(x *handle.Exchange, title, name string, initial table.Order) table.Column {
	c := table.Column{Title: title, SortHref: x.Here("sort", name)}
	order := initial
	if q.sort != "" {
		order = table.Unsorted
	}
	switch q.sort {
	case name:
		order = table.Ascending
	case "-" + name:
		order = table.Descending
	}
	c.Sorted = order
	if order == table.Ascending {
		c.SortHref = x.Here("sort", "-"+name)
	}
	return c
}

func (q listQuery) customColumns(x *handle.Exchange) []table.Column {
	created := q.sorted(x, "Created", "created", table.Descending)
	if q.sort = q.order(); handle.Searched(q.q) {
		created = table.Column{Title: "Created"}
	}
	return []table.Column{
		q.sorted(x, "Name and ID", "name", table.Unsorted), {Title: "Status"}, created,
		{Title: "Algorithm"}, {Title: "Origin", Optional: true}, {Title: "Operation", Acts: true},
	}
}

func (q listQuery) sharedColumns(x *handle.Exchange) []table.Column {
	return []table.Column{
		q.sorted(x, "Name and ID", "name", table.Ascending), {Title: "Status"}, {Title: "Algorithm"}, {Title: "Origin", Optional: true}, {Title: "Owner account"},
		{Title: "Resource share"}, {Title: "Permission"}, q.sorted(x, "Shared on", "shared", table.Unsorted), {Title: "Operation", Acts: true},
	}
}
