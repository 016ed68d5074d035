package field_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/field"
	"sharedkms/views/viewtest"
)

func TestFields(t *testing.T) {
	wrong := field.Props{Value: `a"b`, Required: true, Help: "1 to 64 characters.", Error: "There is a quote.", Code: "CSMS.0401", Max: 64, Placeholder: "Name", Autocomplete: "off", Mono: true, Focus: true}
	options := []field.Option{{Value: "a", Text: "A", Selected: true, Note: "The first."}, {Value: "b", Text: "B", Disabled: true}}
	for name, c := range map[string]templ.Component{
		"text":            field.Text("Name", "name", field.Props{}),
		"text_wrong":      field.Text("Name", "name", wrong),
		"text_bare_off":   field.Text("Name", "name", field.Props{ID: "other", Bare: true, Disabled: true, Type: "date"}),
		"password":        field.Password("Password", "password", field.Props{Required: true, Autocomplete: "current-password"}),
		"textarea":        field.Textarea("Description", "description", field.Props{Value: "\nä<b>", Count: "bytes", Limit: 2048, Help: "No < or >.", Max: 9, Placeholder: "p", Autocomplete: "off"}),
		"textarea_wrong":  field.Textarea("Text", "text", field.Props{Rows: 8, Error: "Too long.", Count: "characters", Limit: 1, Value: "ä€", Mono: true}),
		"select":          field.Select("Spec", "spec", options, field.Props{Required: true}),
		"select_wrong":    field.Select("Spec", "spec", options, field.Props{Error: "Choose one."}),
		"checkbox":        field.Checkbox("I know", "sure", true, field.Props{Help: "Really."}),
		"checkbox_wrong":  field.Checkbox("I know", "sure", false, field.Props{Value: "yes", Error: "Tick it.", Disabled: true}),
		"radios":          field.Radios("Scope", "scope", options, field.Props{Required: true}),
		"radios_wrong":    field.Radios("Scope", "scope", options, field.Props{Error: "Choose one."}),
		"legend_required": field.Legend("Value", true, false),
		"legend_optional": field.Legend("Tags", false, false),
		"legend_bare":     field.Legend("Type", false, true),
		"help":            field.Help("rows", field.Props{Error: "Keys must differ.", Code: "CSMS.0402"}),
	} {
		viewtest.Golden(t, name, viewtest.Render(t, c))
	}
	viewtest.Golden(t, "static", viewtest.RenderWith(t, field.Static("Region"), templ.Raw("eu-west-101")))
}

func TestPasswordNeverComesBack(t *testing.T) {
	html := viewtest.Render(t, field.Password("Password", "password", field.Props{Value: "hunter2"}))
	if strings.Contains(html, "hunter2") {
		t.Errorf("the typed password is in %s", html)
	}
}
