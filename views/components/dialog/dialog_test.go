package dialog_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/button"
	"sharedkms/views/components/dialog"
	"sharedkms/views/viewtest"
)

func TestDialogs(t *testing.T) {
	body := templ.Raw("<p>What stops.</p>")
	leave := dialog.Props{ID: "leave", Title: "Leave exchange?", Action: "/leave", Token: "token", Verb: "Leave", Stay: "Stay in the share", Back: "/shares", Confirm: "exchange", Error: "That is not the name.", Hidden: []dialog.Pair{{Name: "version", Value: "3"}}, Open: true}
	show := dialog.Props{ID: "show", Title: "Show the value?", Action: "/show", Token: "token", Verb: "Show value", Variant: button.Primary, Stay: "Keep it hidden", Back: "/secret", Small: true}
	viewtest.Golden(t, "dialog_typed", viewtest.RenderWith(t, dialog.Dialog(leave), body))
	viewtest.Golden(t, "dialog_small", viewtest.RenderWith(t, dialog.Dialog(show), body))
	viewtest.Golden(t, "page_typed", viewtest.RenderWith(t, dialog.Page(leave), body))
	viewtest.Golden(t, "page_small", viewtest.RenderWith(t, dialog.Page(show), body))
}
