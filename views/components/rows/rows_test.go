package rows_test

import (
	"strings"
	"testing"

	"sharedkms/views/components/rows"
	"sharedkms/views/viewtest"
)

func TestEditor(t *testing.T) {
	viewtest.Golden(t, "tags", viewtest.Render(t, rows.Editor(rows.Props{
		Prefix: "tag", Legend: "Tags", Noun: "tag", Rows: []rows.Row{{Key: "team", Value: "commerce"}, {Error: "Keys must differ."}},
		Note: "18 more possible", KeyMax: 128, ValueMax: 255,
	})))
	viewtest.Golden(t, "full", viewtest.Render(t, rows.Editor(rows.Props{
		Prefix: "value", Noun: "row", NoLegend: true, Secret: true, Full: true, Rows: []rows.Row{{Key: "token"}}, Error: "Type a value.", Code: "CSMS.0404",
	})))
}

func TestSecretValuesNeverComeBack(t *testing.T) {
	html := viewtest.Render(t, rows.Editor(rows.Props{Prefix: "value", Noun: "row", Secret: true, Rows: []rows.Row{{Key: "token", Value: "hunter2"}}}))
	if strings.Contains(html, "hunter2") || !strings.Contains(html, "token") {
		t.Errorf("want the key kept and the value gone: %s", html)
	}
}
