package ram

import (
	"context"

	"github.com/a-h/templ"

	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

func shareRows(rows []ShareRow) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		t.In(to.Shares())
		for i := range rows {
			r := &rows[i]
			t.Row("")
			t.Name(r.Name, r.Href, r.ID)
			t.Part(ctx, r.Status.Label, r.Status.Note)
			t.Post("Extend 30 days", r.Extend, "seen", r.Ends)
			t.Text(r.Keys, "")
			t.Text(r.Access, r.AccessNote)
			t.Prose(r.Description)
			t.Tags(r.Tags)
			t.Part(ctx, when.Bare(r.Created), "")
			t.Acts()
			t.Post("Edit", r.Edit, "", "")
			rowAct(t, r.Act)
		}
	})
}

// rowAct is act in a bare row.
func rowAct(t *table.Rows, a Act) {
	if a.Why != "" {
		t.Small(a.Why)
		return
	}
	t.Act(a.Text, a.Href)
}
