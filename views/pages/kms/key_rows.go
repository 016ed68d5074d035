package kms

import (
	"context"

	"github.com/a-h/templ"

	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
)

// keyRows are the rows of own keys; those of default keys have no acts.
func keyRows(rows []KeyRow, acts bool) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		for i := range rows {
			r := &rows[i]
			t.Row(r.Menu)
			t.Name(r.Name, r.Href, r.ID)
			t.Part(ctx, r.Status, r.Below)
			t.Part(ctx, when.Bare(r.Created), "")
			t.Text(r.Spec, r.Usage)
			t.Optional(r.Origin)
			if acts {
				t.Act(r.Act.Text, r.Act.Href)
			}
		}
	})
}

func sharedRows(rows []SharedRow) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		for i := range rows {
			r := &rows[i]
			menu := "use"
			if r.Short != "" {
				menu = ""
			}
			t.Row(menu)
			t.Name(r.Name, r.Href, r.ID)
			t.Part(ctx, r.Status, r.Below)
			t.Text(r.Spec, r.Usage)
			t.Optional(r.Origin)
			t.Owner(r.OwnerName, r.OwnerID)
			t.Link(r.Share, r.ShareHref, r.Path)
			t.Text(r.Actions, r.Grants)
			t.Part(ctx, when.Bare(r.Since), "")
			t.Text("", r.Short)
		}
	})
}
