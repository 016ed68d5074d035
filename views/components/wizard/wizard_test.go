package wizard_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/wizard"
	"sharedkms/views/viewtest"
)

func TestWizard(t *testing.T) {
	props := wizard.Props{
		Steps:   []wizard.Step{{Text: "Details", Href: "/details"}, {Text: "Permissions", Href: "/permissions"}, {Text: "Confirm"}},
		Current: 1, Title: "Associate Permissions", Action: "/permissions", Token: "token", Version: "4",
	}
	viewtest.Golden(t, "wizard", viewtest.RenderWith(t, wizard.Wizard(props, templ.Raw("<button></button>")), templ.Raw("<b>fields</b>")))
	viewtest.Golden(t, "part", viewtest.RenderWith(t, wizard.Part("Keys", "/details", "Edit keys"), templ.Raw("<b></b>")))
}
