package menu_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/menu"
	"sharedkms/views/viewtest"
)

func TestMenus(t *testing.T) {
	groups := []menu.Group{
		{Title: "Use this key in a new…", Items: []menu.Item{
			{Text: "Secret", Href: "/secrets/new", Description: "Sealed by this key", Selected: true},
			{Text: "OBS bucket", Blocked: true, Description: "Needs the policy OBS OperateAccess"},
		}},
		{Action: "/me/appearance", Token: "token", Name: "appearance", Fields: []menu.Field{{Name: "back", Value: "/"}}, Items: []menu.Item{
			{Text: "Dark", Value: "dark", Selected: true},
			{Text: "Delete…", Href: "/delete", Dialog: "delete", Danger: true},
		}},
	}
	viewtest.Golden(t, "menu", viewtest.Render(t, menu.Menu("m", groups)))
	viewtest.Golden(t, "wide", viewtest.RenderWith(t, menu.Wide("m", nil), templ.Raw("<p>note</p>")))
	viewtest.Golden(t, "rows", viewtest.RenderWith(t, menu.ForRows("m", []menu.Group{{Items: []menu.Item{{Text: "View", Href: "/keys/" + menu.RowID}}}}), menu.Toggle("", "Use in…", "Use in…")))
	viewtest.Golden(t, "toggle", viewtest.Render(t, menu.Toggle("m", "Use in…", "Use in… for orders")))
	viewtest.Golden(t, "toggle_plain", viewtest.Render(t, menu.Toggle("m", "Use in…", "")))
}
