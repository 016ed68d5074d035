package kms

import (
	"net/http"
	"strings"
	"time"

	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
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
		m.Rows = append(m.Rows, page.NewKeyRow(k, rights(x, k.ID)))
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
		m.Rows = append(m.Rows, page.NewSharedRow(k))
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

// KeyExport sends the filtered list as CSV, all of its pages.
func (h *Handlers) KeyExport(x *handle.Exchange) error {
	q := readQuery(x)
	if x.Query("tab") == page.TabShared {
		return h.exportShared(x, q)
	}
	header := []string{"Name", "ID", "Region", "Status", "Algorithm", "Usage", "Origin", "Created (UTC)", "Deletion (UTC)"}
	return x.CSV("keys-"+x.Region+".csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.kms.ListKeys(x.Context(), x.Caller, q.custom(x, slice))
			if err != nil {
				return err
			}
			for _, k := range list.Keys {
				deletion := ""
				if k.DeletionAt != nil {
					deletion = k.DeletionAt.UTC().Format(time.RFC3339)
				}
				if err := write(k.Name, string(k.ID), k.Region, page.StateName(k.State), string(k.Spec), string(k.Usage), string(k.Origin), k.CreatedAt.UTC().Format(time.RFC3339), deletion); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}

func (h *Handlers) exportShared(x *handle.Exchange, q listQuery) error {
	header := []string{"Name", "ID", "Region", "Status", "Algorithm", "Usage", "Origin", "Owner account", "Owner account ID", "Resource shares", "Permissions", "Shared on (UTC)"}
	return x.CSV("shared-keys-"+x.Region+".csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.kms.ListSharedKeys(x.Context(), x.Caller, q.shared(x, slice))
			if err != nil {
				return err
			}
			for _, k := range list.Keys {
				var shares, permissions []string
				for _, p := range k.Paths {
					shares, permissions = append(shares, p.ShareName), append(permissions, p.Permission)
				}
				if err := write(k.Name, string(k.ID), k.Region, page.StateName(k.State), string(k.Spec), string(k.Usage), string(k.Origin), k.OwnerName,
					string(k.Account), strings.Join(shares, "; "), strings.Join(permissions, "; "), k.Since.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}

// listQuery is what of the list's address is neither tab nor paging.
type listQuery struct{ q, status, tag, owner, share, sort string }

func readQuery(x *handle.Exchange) listQuery {
	return listQuery{x.Query("q"), x.Query("status"), x.Query("tag"), x.Query("owner"), x.Query("share"), x.Query("sort")}
}

// state is the one asked for, or none when the address names none that exists.
func (q listQuery) state() kms.State {
	for _, s := range kms.States {
		if string(s) == q.status {
			return s
		}
	}
	return ""
}

func (q listQuery) custom(x *handle.Exchange, slice store.Slice) kms.ListKeysInput {
	key, value, _ := strings.Cut(q.tag, "=")
	in := kms.ListKeysInput{
		Region: x.Region, Search: q.q, State: q.state(), TagKey: strings.TrimSpace(key), TagValue: strings.TrimSpace(value), Slice: slice,
		Sort: kms.SortCreated, Desc: true,
	}
	switch q.sort {
	case "name":
		in.Sort, in.Desc = kms.SortName, false
	case "-name":
		in.Sort = kms.SortName
	case "created":
		in.Desc = false
	}
	return in
}

func (q listQuery) shared(x *handle.Exchange, slice store.Slice) kms.ListSharedKeysInput {
	in := kms.ListSharedKeysInput{Region: x.Region, Search: q.q, State: q.state(), Owner: q.owner, Share: q.share, Slice: slice, Sort: kms.SortName}
	switch q.sort {
	case "-name":
		in.Desc = true
	case "shared":
		in.Sort = kms.SortShared
	case "-shared":
		in.Sort, in.Desc = kms.SortShared, true
	}
	return in
}

type chip struct{ name, value, text string }

func (q listQuery) common(x *handle.Exchange, chips ...chip) filter.Props {
	p := filter.Props{Action: to.Keys(x.Region), Query: q.q, Placeholder: "Key name or ID"}
	clearing := []string{"q", "", "status", "", "tag", "", "owner", "", "share", ""}
	p.ClearHref = x.Here(clearing...)
	p.ExportHref = strings.Replace(x.Here(), to.Keys(x.Region), to.KeysExport(x.Region), 1)
	options := []filter.Option{{Text: "Any status"}}
	for _, s := range kms.States {
		options = append(options, filter.Option{Value: string(s), Text: page.StateName(s), Selected: s == q.state()})
	}
	p.Selects = []filter.Select{{Name: "status", Label: "Status", Options: options}}
	if q.sort != "" {
		p.Hidden = append(p.Hidden, filter.Pair{Name: "sort", Value: q.sort})
	}
	all := append([]chip{{"q", q.q, "Name or ID: " + q.q}, {"status", string(q.state()), "Status: " + page.StateName(q.state())}}, chips...)
	for _, c := range all {
		if c.value != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: c.text, Href: x.Here(c.name, "")})
		}
	}
	return p
}

func (q listQuery) bar(x *handle.Exchange) filter.Props {
	p := q.common(x, chip{"tag", q.tag, "Tag: " + q.tag})
	p.Inputs = []filter.Input{{Name: "tag", Label: "Tag as key or key=value", Placeholder: "Tag, key=value", Value: q.tag}}
	return p
}

func (q listQuery) sharedBar(x *handle.Exchange) filter.Props {
	p := q.common(x, chip{"owner", q.owner, "Owner: " + q.owner}, chip{"share", q.share, "Share: " + q.share})
	p.Hidden = append(p.Hidden, filter.Pair{Name: "tab", Value: page.TabShared})
	p.Inputs = []filter.Input{
		{Name: "owner", Label: "Owner account, name or ID", Placeholder: "Owner account", Value: q.owner},
		{Name: "share", Label: "Name of the resource share", Placeholder: "Resource share", Value: q.share},
	}
	return p
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
	return []table.Column{
		q.sorted(x, "Name and ID", "name", table.Unsorted), {Title: "Status"}, q.sorted(x, "Created", "created", table.Descending),
		{Title: "Algorithm"}, {Title: "Origin", Optional: true}, {Title: "Operation"},
	}
}

func (q listQuery) sharedColumns(x *handle.Exchange) []table.Column {
	return []table.Column{
		q.sorted(x, "Name and ID", "name", table.Ascending), {Title: "Status"}, {Title: "Algorithm"}, {Title: "Origin", Optional: true}, {Title: "Owner account"},
		{Title: "Resource share"}, {Title: "Permission"}, q.sorted(x, "Shared on", "shared", table.Unsorted), {Title: "Operation"},
	}
}
