package ram

import (
	"context"

	"github.com/a-h/templ"

	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

func invitationRows(m ReceivedList) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		t.In(to.SharesReceived())
		for i := range m.Invitations {
			r := &m.Invitations[i]
			t.Row("")
			if m.Ticks {
				t.Tick("invitation", r.Invitation, "Select "+r.Name, m.AllTicked)
			}
			t.Name(r.Name, r.Href, r.ID)
			t.Party(r.Owner.Name, r.Owner.ID)
			t.Text(r.Keys, r.KeyNames)
			t.Part(ctx, when.Bare(r.Sent), "")
			t.Part(ctx, when.Bare(r.Expires), r.Left)
			t.Small(r.Ends)
			t.Acts()
			rowAct(t, r.Accept)
			rowAct(t, r.Reject)
		}
	})
}

func receivedRows(rows []ReceivedRow) templ.Component {
	return table.NewRows(func(ctx context.Context, t *table.Rows) {
		t.In(to.SharesReceived())
		for i := range rows {
			r := &rows[i]
			t.Row("")
			t.Name(r.Name, r.Href, r.ID)
			t.Party(r.Owner.Name, r.Owner.ID)
			t.Part(ctx, r.Status.Label, r.Status.Note)
			t.Text(r.Keys, "")
			t.Part(ctx, when.Bare(r.Accepted), r.How)
			t.Acts()
			rowAct(t, r.Leave)
		}
	})
}
