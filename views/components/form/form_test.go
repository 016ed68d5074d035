package form_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/form"
	"sharedkms/views/viewtest"
)

func TestForms(t *testing.T) {
	body := templ.Raw("<b></b>")
	viewtest.Golden(t, "post", viewtest.RenderWith(t, form.Post("/keys", `to"ken`, form.Props{ID: "f", Default: "create", Once: "1"}), body))
	viewtest.Golden(t, "post_plain", viewtest.RenderWith(t, form.Post("/keys", "token", form.Props{}), body))
	viewtest.Golden(t, "inline", viewtest.RenderWith(t, form.Inline("/keys", "token"), body))
	viewtest.Golden(t, "actions", viewtest.RenderWith(t, form.Actions(), body))
	viewtest.Golden(t, "hidden", viewtest.Render(t, form.Hidden("a", `"b"`)))
}

func TestSummary(t *testing.T) {
	name := form.Problem{Field: "name", Label: "Name", Text: "it has a space."}
	key := form.Problem{Field: "key_id", Label: "Key ID", Text: "the key is <disabled>."}
	viewtest.Golden(t, "summary", viewtest.Render(t, form.Summary("The secret was not created", []form.Problem{name, key}, "Values must be typed again.")))
	viewtest.Golden(t, "summary_one", viewtest.Render(t, form.Summary("The secret was not created", []form.Problem{name}, "")))
	viewtest.Golden(t, "summary_whole", viewtest.Render(t, form.Summary("The secret was not created", []form.Problem{{Text: "The quota of 200 secrets is used up."}}, "")))
	if got := viewtest.Render(t, form.Summary("x", nil, "note")); got != "" {
		t.Errorf("no problems: got %q", got)
	}
}
