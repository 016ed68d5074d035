package kms

import (
	"context"

	"github.com/a-h/templ"

	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// keyRows are the rows of own keys; those of default keys have no acts.
func keyRows(region string, rows []KeyRow, acts bool) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		t.In(to.Keys(region))
		for i := range rows {
			r := &rows[i]
			t.Row(r.Menu)
			t.Name(r.Name, r.Href, r.ID)
			t.Part(ctx, r.Status, r.Below)
			t.Part(ctx, when.Bare(r.Created), "")
			t.Text(r.Spec, r.Usage)
			t.Optional(r.Origin)
			if acts {
				t.Acts()
				t.Act(r.Act.Text, r.Act.Href)
			}
		}
	})
}

func sharedRows(region string, rows []SharedRow) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		t.In(to.Keys(region))
		for i := range rows {
			r := &rows[i]
			t.Row("")
			t.Name(r.Name, r.Href, r.ID)
			t.Part(ctx, r.Status, r.Below)
			t.Text(r.Spec, r.Usage)
			t.Optional(r.Origin)
			t.Owner(r.OwnerName, r.OwnerID)
			t.Link(r.Share, r.ShareHref, r.Path)
			t.Text(r.Actions, r.Grants)
			t.Part(ctx, when.Bare(r.Since), "")
			t.Acts()
			t.Act("Use in… Secret", r.UseHref)
			t.Small(r.Short)
		}
	})
}
