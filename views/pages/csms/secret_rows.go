package csms

import (
	"context"

	"github.com/a-h/templ"

	"sharedkms/views/components/label"
	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

func secretRows(region string, rows []SecretRow) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		t.In(to.Secrets(region))
		for i := range rows {
			r := &rows[i]
			t.Row("")
			t.Name(r.Name, r.Href, r.ID)
			t.Part(ctx, r.Status, r.Why)
			t.OwnerLink(r.KeyName, r.KeyHref, r.KeyID)
			var shared templ.Component
			if r.Shared {
				shared = label.Shared
			}
			t.PartBelow(ctx, r.Owner, shared)
			t.Prose(r.Description)
			t.Tags(r.Tags)
			t.Part(ctx, when.Bare(r.Created), "")
			t.Acts()
			t.Act("Delete…", r.DeleteHref)
		}
	})
}
