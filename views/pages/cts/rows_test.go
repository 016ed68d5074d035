package cts_test

import (
	"fmt"
	"testing"
	"time"

	"sharedkms/internal/audit"
	"sharedkms/internal/cts"
	"sharedkms/internal/iam"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/cts"
	"sharedkms/views/to"
	"sharedkms/views/viewtest"
)

// A trail of 50 traces stays below 40 KB before compression, with room for the filters, which the
// handler makes and which weigh about 3 KB.
func TestTrailIsLight(t *testing.T) {
	const account, budget, filters = iam.AccountID("7c9e41a2b85d4f60913e2ad7c05b8f64"), 40_000, 3_000
	var v page.ListView
	for i := range 50 {
		v.Rows = append(v.Rows, page.NewRow(cts.Trace{
			ID: fmt.Sprintf("01a222e8-c427-7b61-8a7b-02e97da7%04d", i), At: time.Unix(0, 0), Caller: account, UserName: "mara.lindqvist",
			Action: "kms:cmk:decryptDatakey", Event: "decryptDatakey", ResourceType: "KeyId", ResourceID: fmt.Sprintf("1a65cf01-a5b3-420f-be3c-3f3265f4%04d", i), Outcome: audit.Succeeded,
		}, account))
	}
	f := layout.Frame{Path: to.Traces(), AccountName: "Harbor Retail", FormToken: fmt.Sprintf("%088d", 0)}
	if n := len(viewtest.Render(t, page.List(f, v))); n > budget-filters {
		t.Errorf("the list weighs %d bytes, want at most %d", n, budget-filters)
	}
}
