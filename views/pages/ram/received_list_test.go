package ram_test

import (
	"fmt"
	"testing"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/components/table"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/views/viewtest"
)

// A list of 50 accepted shares stays below 40 KB before compression, with room for the filters, which
// the handler makes and which weigh about 3 KB.
func TestReceivedListIsLight(t *testing.T) {
	const budget, filters = 40_000, 3_000
	m := page.ReceivedList{Columns: []table.Column{
		{Title: "Name and ID"}, {Title: "Owner"}, {Title: "Status"}, {Title: "Keys"}, {Title: "Accepted"}, {Title: "Operation", Acts: true},
	}}
	for i := range 50 {
		m.Shares = append(m.Shares, page.NewReceivedRow(ram.ReceivedRow{
			ID: ram.ShareID(fmt.Sprintf("20c6d7f9-b821-4a0e-9d3c-51f0e7a2%04d", i)), Name: fmt.Sprintf("partner-shipping-%03d", i), Owner: "7c9e41a2b85d4f60913e2ad7c05b8f64", OwnerName: "Harbor Retail",
			State: ram.Accepted, Keys: 3, Since: time.Unix(0, 0), CanLeave: true,
		}, page.ReceiverRights{Leave: true}, time.Unix(0, 0)))
	}
	f := layout.Frame{Path: to.SharesReceived(), AccountName: "Lumen Logistics", FormToken: fmt.Sprintf("%088d", 0)}
	if n := len(viewtest.Render(t, page.ReceivedListPage(f, m))); n > budget-filters {
		t.Errorf("the list weighs %d bytes, want at most %d", n, budget-filters)
	}
}
