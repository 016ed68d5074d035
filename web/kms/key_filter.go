package kms

import (
	"strings"
	"time"

	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// listQuery is what of the list's address is neither tab nor paging. Values that no choice
// offers, and days that are none, are left out.
type listQuery struct {
	q, tag, owner, share, sort string

	state    kms.State
	spec     kms.Spec
	usage    kms.Usage
	origin   kms.Origin
	from, to time.Time // days, in UTC; to is within
}

func readQuery(x *handle.Exchange) listQuery {
	return listQuery{
		q: x.Query("q"), tag: x.Query("tag"), owner: x.Query("owner"), share: x.Query("share"), sort: x.Query("sort"),
		state: known(x.Query("status"), kms.States), spec: known(x.Query("spec"), kms.Specs), usage: known(x.Query("usage"), kms.Usages),
		origin: known(x.Query("origin"), kms.Origins), from: day(x.Query("from")), to: day(x.Query("to")),
	}
}

func known[T ~string](asked string, list []T) T {
	for _, v := range list {
		if string(v) == asked {
			return v
		}
	}
	return ""
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return time.Time{}
	}
	return t
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// order is how own keys are listed.
func (q listQuery) order() string { return handle.SearchOrder(q.q, q.sort, "name", "-name") }

func (q listQuery) custom(x *handle.Exchange, slice store.Slice) kms.ListKeysInput {
	key, value, _ := strings.Cut(q.tag, "=")
	in := kms.ListKeysInput{
		Region: x.Region, Search: q.q, Part: x.Inside(q.q), State: q.state, Spec: q.spec, Usage: q.usage, Origin: q.origin, From: q.from,
		TagKey: strings.TrimSpace(key), TagValue: strings.TrimSpace(value), Slice: slice,
		Sort: kms.SortCreated, Desc: true,
	}
	if !q.to.IsZero() {
		in.Before = q.to.AddDate(0, 0, 1)
	}
	switch q.order() {
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
	in := kms.ListSharedKeysInput{
		Region: x.Region, Search: q.q, State: q.state, Spec: q.spec, Usage: q.usage, Origin: q.origin,
		Owner: q.owner, Share: q.share, Slice: slice, Sort: kms.SortName,
	}
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

// common is what the forms of both tabs have; inputs are those of one.
func (q listQuery) common(x *handle.Exchange, inputs ...filter.Input) filter.Props {
	p := filter.Props{
		Action: to.Keys(x.Region), Query: q.q, Placeholder: "Key name or ID", Inputs: inputs,
		ExportHref: strings.Replace(x.Here(), to.Keys(x.Region), to.KeysExport(x.Region), 1),
		Selects: []filter.Select{
			choice("status", "Status", "Any status", kms.States, q.state, page.StateName),
			choice("spec", "Algorithm", "Any algorithm", kms.Specs, q.spec, func(s kms.Spec) string { return string(s) }),
			choice("usage", "Usage", "Any usage", kms.Usages, q.usage, page.UsageName),
			choice("origin", "Origin", "Any origin", kms.Origins, q.origin, page.OriginName),
		},
	}
	if q.sort != "" {
		p.Hidden = append(p.Hidden, filter.Pair{Name: "sort", Value: q.sort})
	}
	clearing := []string{"q", "", "match", ""}
	chip := func(name, label, value string) {
		clearing = append(clearing, name, "")
		if value != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: label + ": " + value, Href: x.Here(name, "")})
		}
	}
	chip("q", "Name or ID", q.q)
	for _, s := range p.Selects {
		value := ""
		for _, o := range s.Options[1:] {
			if o.Selected {
				value = o.Text
			}
		}
		chip(s.Name, s.Label, value)
	}
	for _, i := range inputs {
		chip(i.Name, i.Label, i.Value)
	}
	p.ClearHref = x.Here(clearing...)
	return p
}

func choice[T ~string](name, label, all string, list []T, chosen T, text func(T) string) filter.Select {
	options := []filter.Option{{Text: all}}
	for _, v := range list {
		options = append(options, filter.Option{Value: string(v), Text: text(v), Selected: v == chosen})
	}
	return filter.Select{Name: name, Label: label, Options: options}
}

func (q listQuery) bar(x *handle.Exchange) filter.Props {
	p := q.common(x,
		filter.Input{Name: "tag", Label: "Tag", Placeholder: "Tag, key=value", Value: q.tag},
		filter.Input{Name: "from", Label: "Created from", Type: "date", Value: dayText(q.from)},
		filter.Input{Name: "to", Label: "Created to", Type: "date", Value: dayText(q.to)})
	x.OfferInside(&p, "custom keys")
	return p
}

func (q listQuery) sharedBar(x *handle.Exchange) filter.Props {
	p := q.common(x,
		filter.Input{Name: "owner", Label: "Owner account", Placeholder: "Owner, name or ID", Value: q.owner},
		filter.Input{Name: "share", Label: "Resource share", Placeholder: "Resource share", Value: q.share})
	p.Hidden = append(p.Hidden, filter.Pair{Name: "tab", Value: page.TabShared})
	return p
}
