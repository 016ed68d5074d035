package ram

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// exportSize is how many rows of a list an export reads at a time.
const exportSize = 500

// thingQuery is what of the address of a list of principals, keys or owners is not paging.
type thingQuery struct {
	q         string
	region    string
	principal string // of Shared Resources: whose
	resource  string // of Principals: of which key
	kind      string
	external  string
	owner     string
}

func readThings(x *handle.Exchange) thingQuery {
	q := thingQuery{
		q: x.Query("q"), principal: x.Query("principal"), resource: x.Query("resource"), kind: x.Query("type"), external: x.Query("external"), owner: x.Query("owner"),
	}
	if region := x.Query("region"); slices.Contains(x.Site.Regions, region) {
		q.region = region
	}
	return q
}

// bar is the filter form of a list at an address, with a chip for each filter in force.
func (q thingQuery) bar(x *handle.Exchange, list, placeholder string, selects ...filter.Select) filter.Props {
	p := filter.Props{
		Action: list, Query: q.q, Placeholder: placeholder, Selects: selects, ExportHref: strings.Replace(x.Here(), list, to.Export(list), 1),
		ClearHref: list,
	}
	chip := func(name, label, value string) {
		if value != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: label + ": " + value, Href: x.Here(name, "")})
		}
	}
	chip("q", placeholder, q.q)
	for _, s := range selects {
		chip(s.Name, s.Label, chosen(s.Options))
	}
	for _, f := range []struct{ name, label, value string }{{"principal", "Principal", q.principal}, {"resource", "Key", q.resource}, {"owner", "Owner", q.owner}} {
		if f.value != "" {
			chip(f.name, f.label, f.value)
			p.Hidden = append(p.Hidden, filter.Pair{Name: f.name, Value: f.value})
		}
	}
	return p
}

// regionChoice chooses one of the regions that are offered.
func regionChoice(x *handle.Exchange, region string) filter.Select {
	options := []filter.Option{{Text: "Any region"}}
	for _, r := range x.Site.Regions {
		options = append(options, filter.Option{Value: r, Text: r})
	}
	return filter.Select{Name: "region", Label: "Region", Options: choose(options, region)}
}

var resourceTypes = []filter.Option{{Text: "Any resource type"}, {Value: ram.ResourceTypeKey, Text: ram.ResourceTypeKey}}

// types is the one resource type there is.
func types(x *handle.Exchange) filter.Select {
	return filter.Select{Name: "type", Label: "Resource type", Options: choose(resourceTypes, x.Query("type"))}
}

func things(x *handle.Exchange, m page.ThingList, item layout.Item, edges store.Edges) error {
	m.Empty = len(m.Rows) == 0 && len(m.Filter.Chips) == 0 && x.Slice(pageSize).Cursor == ""
	m.CanCreate = m.Kind.ByMe && mayShare(x, ram.ActionCreate, "*")
	m.Pager = pagerOf(x, m.Kind.Things, len(m.Rows), edges)
	m.Pager.Times = item == layout.ItemResourcesWithMe
	side := " | Shared with Me"
	if m.Kind.ByMe {
		side = " | Shared by Me"
	}
	return x.Page(http.StatusOK, page.ThingListPage(frameOf(x, m.Kind.Title+side, item), m))
}

// export writes all slices of a list as CSV.
func export(x *handle.Exchange, file string, header []string, slice func(s store.Slice, write func(cells ...string) error) (next string, err error)) error {
	return x.CSV(file, header, func(write func(cells ...string) error) error {
		s := store.Slice{Size: exportSize}
		for {
			next, err := slice(s, write)
			if err != nil || next == "" {
				return err
			}
			s.Cursor = next
		}
	})
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }
