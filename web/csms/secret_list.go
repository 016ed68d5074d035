package csms

import (
	"net/http"
	"strings"
	"time"

	"sharedkms/internal/csms"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	page "sharedkms/views/pages/csms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// SecretList shows the account's secrets in a region.
func (h *Handlers) SecretList(x *handle.Exchange) error {
	query := readQuery(x)
	slice := x.Slice(pageSize)
	secrets, edges, err := h.csms.ListSecrets(x.Context(), x.Caller, query.filter(x), slice)
	if err != nil {
		return err
	}
	m := page.SecretList{CanCreate: may(x, csms.ActionCreate, "*"), Filter: query.bar(x), Columns: query.columns(x)}
	for _, s := range secrets {
		m.Rows = append(m.Rows, page.NewSecretRow(s, may(x, csms.ActionDelete, string(s.ID))))
	}
	m.Empty = len(m.Rows) == 0 && len(m.Filter.Chips) == 0 && slice.Cursor == ""
	prev, next := x.Neighbours(edges)
	text := itoa(len(m.Rows)) + " secrets on this page."
	if prev == "" && next == "" {
		text = "1–" + itoa(len(m.Rows)) + " of " + itoa(len(m.Rows)) + " secrets."
	}
	m.Pager = pager.Props{Things: "secrets", Text: text, Times: true, Prev: prev, Next: next}
	return x.Page(http.StatusOK, page.SecretListPage(frame(x, "Secrets"), m))
}

// SecretExport sends the filtered list as CSV, all of its pages. It holds no value.
func (h *Handlers) SecretExport(x *handle.Exchange) error {
	filter := readQuery(x).filter(x)
	header := []string{"Name", "ID", "Region", "Status", "Key", "Key ID", "Key owner", "Description", "Tags", "Created (UTC)"}
	return x.CSV("secrets-"+x.Region+".csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			secrets, edges, err := h.csms.ListSecrets(x.Context(), x.Caller, filter, slice)
			if err != nil {
				return err
			}
			for _, s := range secrets {
				state := "enabled"
				if s.Key.Lost != nil {
					state = "key not accessible"
				}
				if err := write(s.Name, string(s.ID), s.Region, state, s.Key.Name, string(s.Key.ID), string(s.Key.Owner), s.Description, tagCell(s.Tags), s.CreatedAt.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if edges.Next == "" {
				return nil
			}
			slice.Cursor = edges.Next
		}
	})
}

func tagCell(tags []csms.Tag) string {
	parts := make([]string, len(tags))
	for i, t := range tags {
		parts[i] = t.Key + "=" + t.Value
	}
	return strings.Join(parts, "; ")
}

// listQuery is what of the list's address is not paging.
type listQuery struct{ q, key, tag, sort string }

func readQuery(x *handle.Exchange) listQuery {
	return listQuery{x.Query("q"), x.Query("key"), x.Query("tag"), x.Query("sort")}
}

// order is how secrets are listed.
func (q listQuery) order() csms.Sort {
	return handle.SearchOrder(q.q, csms.Sort(q.sort), csms.ByName, csms.ByNameUp)
}

func (q listQuery) filter(x *handle.Exchange) csms.ListFilter {
	f := csms.ListFilter{Region: x.Region, Search: q.q, Part: x.Inside(q.q), Key: q.key}
	switch s := q.order(); s {
	case csms.Oldest, csms.ByName, csms.ByNameUp:
		f.Sort = s
	}
	key, value, _ := strings.Cut(q.tag, "=")
	f.TagKey, f.TagValue = strings.TrimSpace(key), strings.TrimSpace(value)
	return f
}

func (q listQuery) bar(x *handle.Exchange) filter.Props {
	p := filter.Props{
		Action: to.Secrets(x.Region), Query: q.q, Placeholder: "Name or secret ID", ClearHref: x.Here("q", "", "match", "", "key", "", "tag", ""),
		Inputs: []filter.Input{
			{Name: "key", Label: "Encryption key, by ID", Placeholder: "Key ID", Value: q.key},
			{Name: "tag", Label: "Tag as key or key=value", Placeholder: "Tag, key=value", Value: q.tag},
		},
		ExportHref: strings.Replace(x.Here(), to.Secrets(x.Region), to.SecretsExport(x.Region), 1),
	}
	if q.sort != "" {
		p.Hidden = []filter.Pair{{Name: "sort", Value: q.sort}}
	}
	x.OfferInside(&p, "secrets")
	for _, c := range []struct{ name, value, text string }{{"q", q.q, "Name or ID: "}, {"key", q.key, "Key: "}, {"tag", q.tag, "Tag: "}} {
		if c.value != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: c.text + c.value, Href: x.Here(c.name, "")})
		}
	}
	return p
}

func (q listQuery) columns(x *handle.Exchange) []table.Column {
	name := table.Column{Title: "Name and ID", SortHref: x.Here("sort", string(csms.ByName))}
	created := table.Column{Title: "Created", SortHref: x.Here("sort", "")}
	switch q.order() {
	case csms.ByName:
		name.Sorted, name.SortHref = table.Ascending, x.Here("sort", string(csms.ByNameUp))
	case csms.ByNameUp:
		name.Sorted = table.Descending
	case csms.Oldest:
		created.Sorted = table.Ascending
	default:
		created.Sorted, created.SortHref = table.Descending, x.Here("sort", string(csms.Oldest))
	}
	if handle.Searched(q.q) {
		created = table.Column{Title: "Created"}
	}
	return []table.Column{
		name, {Title: "Status"}, {Title: "Encryption key"}, {Title: "Key owner"}, {Title: "Description", Optional: true},
		{Title: "Tags"}, created, {Title: "Operation", Acts: true},
	}
}
