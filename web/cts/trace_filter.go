package cts

import (
	"strings"
	"time"

	"sharedkms/internal/audit"
	"sharedkms/internal/cts"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/views/components/filter"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Names in the query of the list.
const (
	queryUser     = "user"
	queryAction   = "action"
	querySearch   = "q"
	queryResource = "resource" // in links from other pages; the form asks with "q"
	queryOutcome  = "outcome"
	queryFrom     = "from"
	queryTo       = "to"
)

var filters = []struct{ name, label string }{
	{querySearch, "Resource"}, {queryResource, "Resource"}, {queryUser, "User"}, {queryAction, "Action"}, {queryOutcome, "Outcome"}, {queryFrom, "From"}, {queryTo, "To"},
}

// minute is what an input of type datetime-local sends. It names no zone; the page says UTC.
const minute = "2006-01-02T15:04"

// readFilter reads the query. The field of an Invalid error is the name in the query.
func readFilter(x *handle.Exchange) (cts.Filter, error) {
	f := cts.Filter{
		UserName: x.Query(queryUser), Action: iam.Action(x.Query(queryAction)),
		ResourceID: resource(x), Outcome: audit.Outcome(x.Query(queryOutcome)),
	}
	var fields fault.Fields
	for name, at := range map[string]*time.Time{queryFrom: &f.From, queryTo: &f.To} {
		text := x.Query(name)
		if text == "" {
			continue
		}
		t, err := instant(text)
		if err != nil || t.Year() < 1970 || t.Year() > 9999 {
			fields.Add(name, "", "A time is not readable. Write it in UTC as 2026-11-23T09:52.")
			continue
		}
		*at = t
	}
	return f, fields.Err()
}

// instant reads what browsers send, with and without seconds.
func instant(text string) (time.Time, error) {
	t, err := time.Parse(minute, text)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", text)
	}
	return t, err
}

func bar(x *handle.Exchange, actions []iam.Action) filter.Props {
	current := x.Query(queryAction)
	options := []filter.Option{{Value: "", Text: "Any action"}}
	listed := current == ""
	for _, a := range actions {
		options = append(options, filter.Option{Value: string(a), Text: string(a), Selected: string(a) == current})
		listed = listed || string(a) == current
	}
	if !listed {
		options = append(options, filter.Option{Value: current, Text: current, Selected: true})
	}
	p := filter.Props{
		Action: to.Traces(), Query: resource(x), Placeholder: "Resource ID or URN",
		Selects: []filter.Select{
			{Name: queryAction, Label: "Action", Options: options},
			{Name: queryOutcome, Label: "Outcome", Options: []filter.Option{
				{Value: "", Text: "Any outcome"},
				outcome(x, audit.Succeeded, "Succeeded"), outcome(x, audit.Refused, "Refused"), outcome(x, audit.Failed, "Failed"),
			}},
		},
		Inputs: []filter.Input{
			{Name: queryUser, Label: "User", Placeholder: "User", Value: x.Query(queryUser)},
			{Name: queryFrom, Label: "From, UTC", Type: "datetime-local", Value: x.Query(queryFrom)},
			{Name: queryTo, Label: "To, UTC", Type: "datetime-local", Value: x.Query(queryTo)},
		},
		ClearHref: to.Traces(), ExportHref: export(x),
	}
	for _, f := range filters {
		v := x.Query(f.name)
		if f.name == queryFrom || f.name == queryTo {
			v = strings.ReplaceAll(v, "T", " ")
		}
		if v != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: f.label + ": " + v, Href: x.Here(f.name, "")})
		}
	}
	return p
}

// resource is the id or URN that the list is narrowed to.
func resource(x *handle.Exchange) string {
	if q := x.Query(querySearch); q != "" {
		return q
	}
	return x.Query(queryResource)
}

func outcome(x *handle.Exchange, o audit.Outcome, text string) filter.Option {
	return filter.Option{Value: string(o), Text: text, Selected: x.Query(queryOutcome) == string(o)}
}

// export is the download with the filters of this page.
func export(x *handle.Exchange) string {
	_, query, _ := strings.Cut(x.Here(), "?")
	if query == "" {
		return to.TracesExport()
	}
	return to.TracesExport() + "?" + query
}
