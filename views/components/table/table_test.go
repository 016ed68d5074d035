package table_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/table"
	"sharedkms/views/viewtest"
)

func TestTables(t *testing.T) {
	columns := []table.Column{
		{Title: "Select", Unseen: true, Narrow: true},
		{Title: "Name", SortHref: "?sort=name"},
		{Title: "Created", SortHref: "?sort=created", Sorted: table.Descending},
		{Title: "Changed", SortHref: "?sort=-changed", Sorted: table.Ascending},
		{Title: "Origin", Optional: true},
	}
	row := templ.Raw("<tr></tr>")
	viewtest.Golden(t, "table", viewtest.RenderWith(t, table.Table("Keys", columns), row))
	viewtest.Golden(t, "wide", viewtest.RenderWith(t, table.Wide("Keys", columns[4:]), row))
	viewtest.Golden(t, "list", viewtest.RenderWith(t, table.List("Keys", "key", columns[4:]), row))
	viewtest.Golden(t, "small", viewtest.RenderWith(t, table.Small("What stops", columns[4:]), row))
	viewtest.Golden(t, "tick", viewtest.Render(t, table.Tick("pick", `1"`, "Select <orders>", true, true)))
	viewtest.Golden(t, "bulk", viewtest.RenderWith(t, table.Bulk("shares", "?select=page", "?"), templ.Raw("<button></button>")))
	viewtest.Golden(t, "more", viewtest.Render(t, table.More("m-1", "More for orders")))
}
