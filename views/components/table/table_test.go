package table_test

import (
	"context"
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
	viewtest.Golden(t, "list", viewtest.RenderWith(t, table.List("Keys", "key", "k-of-keys", []table.Column{columns[4], {Title: "Operation", Acts: true}}), table.NewRows(func(ctx context.Context, r *table.Rows) {
		r.Row("m0")
		r.Name("<orders>", "/keys/1?a=b&c=d", "1")
		r.Part(ctx, templ.Raw("<i></i>"), "until <noon>")
		r.Text("AES_256", "")
		r.Optional("Key & Management")
		r.Owner("Harbor \"Retail\"", "2")
		r.Link("share", "/shares/3", "by account ID")
		r.Act("Disable…", "/keys/1/disable")
		r.Row("")
		r.Act("", "")
	})))
	viewtest.Golden(t, "small", viewtest.RenderWith(t, table.Small("What stops", columns[4:]), row))
	viewtest.Golden(t, "tick", viewtest.Render(t, table.Tick("pick", `1"`, "Select <orders>", true, true)))
	viewtest.Golden(t, "bulk", viewtest.RenderWith(t, table.Bulk("shares", "?select=page", "?"), templ.Raw("<button></button>")))
	viewtest.Golden(t, "more", viewtest.Render(t, table.More("m-1", "More for orders")))
}
