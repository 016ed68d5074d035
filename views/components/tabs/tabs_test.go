package tabs_test

import (
	"testing"

	"sharedkms/views/components/tabs"
	"sharedkms/views/viewtest"
)

func TestTabs(t *testing.T) {
	viewtest.Golden(t, "tabs", viewtest.Render(t, tabs.Tabs("Views", []tabs.Tab{
		{Text: "To Be Accepted", Href: "?tab=pending", Count: "1"},
		{Text: "Accepted", Href: "?tab=accepted", Current: true},
	})))
}
