package label_test

import (
	"strings"
	"testing"

	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/viewtest"
)

func TestStatus(t *testing.T) {
	var html strings.Builder
	for _, kind := range []label.Kind{label.Grey, label.Green, label.Amber, label.Red, label.Violet, label.Blue} {
		html.WriteString(viewtest.Render(t, label.Status(kind, "<word>")))
	}
	html.WriteString(viewtest.Render(t, label.With(label.Violet, icon.Share, "Shared")))
	viewtest.Golden(t, "status", html.String())
}

func TestTags(t *testing.T) {
	for name, tags := range map[string][]string{
		"tags_none": nil,
		"tags_fit":  {"team: commerce", "<b>"},
		"tags_more": {"a: 1", "b: 2", "c: 3", "d: 4"},
	} {
		viewtest.Golden(t, name, viewtest.Render(t, label.Tags(tags, 2)))
	}
	viewtest.Golden(t, "tag", viewtest.Render(t, label.Tag("audit: 2026")))
}
