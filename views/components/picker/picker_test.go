package picker_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/icon"
	"sharedkms/views/components/picker"
	"sharedkms/views/viewtest"
)

func TestPicker(t *testing.T) {
	viewtest.Golden(t, "panes", viewtest.RenderWith(t, picker.Panes(), picker.Pane("av", "Available keys", "5 of 7")))
	viewtest.Golden(t, "pane", viewtest.RenderWith(t, picker.Pane("ch", "Selected keys", "2 of at most 20"), templ.Raw("<b></b>")))
	viewtest.Golden(t, "tree", viewtest.Render(t, picker.Tree("principal", picker.Node{
		ID: "o", Text: "Harbor Group", Icon: icon.Org, Value: "org", Note: "whole organization",
		Nodes: []picker.Node{
			{ID: "a", Text: "Harbor Retail", Icon: icon.Account, Value: "retail", Blocked: true, Note: "this account owns the keys"},
			{ID: "b", Text: "Harbor Payments", Icon: icon.Account, Value: "payments", Ticked: true},
		},
	})))
}
