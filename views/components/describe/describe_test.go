package describe_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/describe"
	"sharedkms/views/viewtest"
)

func TestDescribe(t *testing.T) {
	item := describe.Text("Type", "Common")
	viewtest.Golden(t, "list", viewtest.RenderWith(t, describe.List(), item, describe.Text("Description", "")))
	viewtest.Golden(t, "wide", viewtest.RenderWith(t, describe.Wide(), item))
	viewtest.Golden(t, "item", viewtest.RenderWith(t, describe.Item("Key ID"), templ.Raw("<code>1</code>")))
}
