package empty_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/empty"
	"sharedkms/views/components/icon"
	"sharedkms/views/viewtest"
)

func TestEmpty(t *testing.T) {
	viewtest.Golden(t, "state", viewtest.RenderWith(t, empty.State(icon.Share, "You have not shared anything yet", "A share lets others use keys."), templ.Raw("<a>act</a>")))
	viewtest.Golden(t, "act", viewtest.RenderWith(t, empty.Act(), templ.Raw("<a>act</a>")))
	viewtest.Golden(t, "no_match", viewtest.Render(t, empty.NoMatch("keys", "/keys")))
}
