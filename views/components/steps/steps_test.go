package steps_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/steps"
	"sharedkms/views/viewtest"
)

func TestSteps(t *testing.T) {
	chain := []steps.Step{
		{Title: "Key state", Text: "orders is Enabled", State: steps.Done},
		{Title: "Accept", Href: "/shares", State: steps.Current},
		{Title: "Permission", Text: "does not allow sign", State: steps.Broken, More: templ.Raw("<b>Who can repair it</b>")},
		{Title: "Your policy"},
	}
	viewtest.Golden(t, "tour", viewtest.Render(t, steps.Tour("Five steps", chain)))
	viewtest.Golden(t, "why", viewtest.Render(t, steps.Why("What must hold", chain)))
}
