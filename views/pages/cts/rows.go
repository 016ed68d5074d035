package cts

import (
	"context"

	"github.com/a-h/templ"

	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
)

func rows(rows []Row) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		for i := range rows {
			r := &rows[i]
			t.Row("")
			t.Part(ctx, when.Bare(r.At), "")
			t.Title(r.Event, r.Href, r.Action)
			t.Party(r.Who, r.WhoNote)
			t.Party(r.Resource, r.ID2)
			t.Part(ctx, r.Outcome, r.Note)
		}
	})
}
