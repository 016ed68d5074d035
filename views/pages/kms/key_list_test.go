package kms_test

import (
	"fmt"
	"testing"
	"time"

	"sharedkms/internal/kms"
	"sharedkms/views/components/table"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/views/viewtest"
)

// A list of 50 keys stays below 40 KB before compression, with room for the filters, which
// the handler makes and which weigh about 3 KB.
func TestKeyListIsLight(t *testing.T) {
	const region, budget, filters = "eu-west-101", 40_000, 3_000
	m := page.CustomList{CanCreate: true, Columns: []table.Column{
		{Title: "Name and ID"}, {Title: "Status"}, {Title: "Created"}, {Title: "Algorithm"}, {Title: "Origin", Optional: true}, {Title: "Operation", Acts: true},
	}}
	states := []kms.State{kms.Enabled, kms.Disabled, kms.PendingDeletion}
	for i := range 50 {
		m.Add(kms.Key{
			ID: kms.KeyID(fmt.Sprintf("1a65cf01-a5b3-420f-be3c-3f3265f4%04d", i)), Name: fmt.Sprintf("retail-orders-%03d", i), Region: region,
			Kind: kms.Custom, Spec: kms.AES256, Usage: kms.EncryptDecrypt, Origin: kms.OriginKMS, State: states[i%len(states)], CreatedAt: time.Unix(0, 0),
		}, page.Rights{Enable: true, Disable: true, Update: true, Use: true})
	}
	if len(m.Menus) != len(states) {
		t.Errorf("%d menus for keys in %d states", len(m.Menus), len(states))
	}
	f := layout.Frame{Path: to.Keys(region), Region: region, AccountName: "Harbor Retail", FormToken: fmt.Sprintf("%088d", 0)}
	if n := len(viewtest.Render(t, page.CustomListPage(f, m))); n > budget-filters {
		t.Errorf("the list weighs %d bytes, want at most %d", n, budget-filters)
	}
}
