package button_test

import (
	"testing"

	"sharedkms/views/components/button"
	"sharedkms/views/components/icon"
	"sharedkms/views/viewtest"
)

func TestButtons(t *testing.T) {
	viewtest.Golden(t, "submit", viewtest.Render(t, button.Submit(button.Primary, "Create Key", button.Props{})))
	viewtest.Golden(t, "submit_all", viewtest.Render(t, button.Submit(button.Secondary, "Add ticked keys", button.Props{
		ID: "add", Name: "do", Value: `add-"1"`, Form: "step", Action: "/elsewhere", Label: "Add ticked keys to the share", Why: "why",
		Icon: icon.Plus, IconEnd: icon.Arrow, Small: true, Block: true, Focus: true,
	})))
	viewtest.Golden(t, "link", viewtest.Render(t, button.Link(button.Quiet, "Delete…", "/secrets/1/delete", button.Props{Dialog: "delete", ID: "d", Label: "Delete… orders", Why: "why", Tick: "all"})))
	viewtest.Golden(t, "opens", viewtest.Render(t, button.Opens(button.Primary, "Show value", "show", button.Props{ID: "s", Label: "Show value of v3", Why: "why"})))
	viewtest.Golden(t, "blocked", viewtest.Render(t, button.Blocked(button.Secondary, "Show value", "why-not", button.Props{Label: "Show value of v3"})))
	viewtest.Golden(t, "icon_submit", viewtest.Render(t, button.IconSubmit(icon.X, "Remove tag team", "do", "remove-tag-0")))
	viewtest.Golden(t, "icon_link", viewtest.Render(t, button.IconLink(icon.X, "Close notice", "/keys?a=b&c=d")))
}

// A link never leads to a script, whatever address it is given.
func TestLinkRefusesScripts(t *testing.T) {
	viewtest.Golden(t, "link_script", viewtest.Render(t, button.Link(button.Inline, "x", "javascript:alert(1)", button.Props{})))
}
