package filter_test

import (
	"testing"

	"sharedkms/views/components/filter"
	"sharedkms/views/viewtest"
)

func TestBar(t *testing.T) {
	viewtest.Golden(t, "bar", viewtest.Render(t, filter.Bar(filter.Props{
		Action: "/keys", Hidden: []filter.Pair{{Name: "tab", Value: "shared"}}, Query: `a"b`, Placeholder: "Key name or ID",
		Selects:   []filter.Select{{Name: "status", Label: "Status", Options: []filter.Option{{Text: "Any status"}, {Value: "enabled", Text: "Enabled", Selected: true}}}},
		Inputs:    []filter.Input{{Name: "tag", Label: "Tag as key=value", Placeholder: "Tag, key=value"}, {Name: "from", Label: "From", Type: "date", Value: "2026-11-23"}},
		Chips:     []filter.Chip{{Text: "Status: Enabled", Href: "?q=ab"}},
		ClearHref: "/keys?tab=shared", ExportHref: "/keys?format=csv",
	})))
	viewtest.Golden(t, "bar_plain", viewtest.Render(t, filter.Bar(filter.Props{Action: "/keys", Placeholder: "Name"})))
}
