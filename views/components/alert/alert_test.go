package alert_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/alert"
	"sharedkms/views/viewtest"
)

func TestAlerts(t *testing.T) {
	viewtest.Golden(t, "alert", viewtest.RenderWith(t, alert.Alert(alert.Warning, "3 things stop"), templ.Raw("<p>Which.</p>")))
	viewtest.Golden(t, "line", viewtest.Render(t, alert.Line(alert.Info, "You keep access")))
	viewtest.Golden(t, "notice", viewtest.Render(t, alert.Notice(alert.Success, "Share updated.", "View share", "/ram/shares/1", "/list")))
	viewtest.Golden(t, "notice_danger", viewtest.Render(t, alert.Notice(alert.Danger, "The draft lapsed.", "", "", "")))
}
