package ram_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// Counts in a list jump to the list of what was counted, filtered, in either direction.
func TestCountsLeadToWhatWasCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		owner, partner := w.SignIn(w.owner), w.SignIn(w.partner)
		for path, text := range map[string]string{to.SharedResources(): "No key is shared", to.SharedPrincipals(): "Nothing is shared with anybody"} {
			owner.Get(path).Want(200).Check().WantQueries(4).WantText(text, "Create Resource Share")
		}
		for path, text := range map[string]string{to.ReceivedResources(): "No key is shared with this account", to.Owners(): "No account shares anything with this one"} {
			partner.Get(path).Want(200).Check().WantQueries(4).WantText(text, "See invitations", string(w.partner.Account))
		}

		orders, pii := w.key(w.owner, region, "retail-orders"), w.key(w.owner, "ap-southeast-3", "retail-pii")
		w.share("both-keys", []string{orders, pii}, string(w.partner.Account))
		w.share("alone", []string{pii}, string(w.Account("Courier").Account))
		list, err := w.Services.RAM.ListInvitations(context.Background(), w.partner, ram.InvitationFilter{}, store.Slice{Size: 5})
		w.must(err)
		_, err = w.Services.RAM.AcceptInvitation(context.Background(), w.partner, list.Invitations[0].ID)
		w.must(err)

		owner.Get(to.SharedPrincipals()).Want(200).Check().WantQueries(4).WantText("Lumen Logistics", "Account that has not accepted yet", "External", "2 keys", "Remove…")
		owner.Get(to.SharedPrincipals()+"?q="+string(w.partner.Account)).WantText("1 share", "2 keys")
		p := owner.Follow(`td a[href*="shared-resources?principal="]`).Want(200).Check().WantQueries(4).WantText("Principal: "+string(w.partner.Account), "retail-orders", "retail-pii", "2 shares", "1 principal", "kms:KeyId")
		if n := p.Find("tbody tr").Length(); n != 2 {
			t.Errorf("%d keys of the partner", n)
		}
		owner.Follow(`td a[href$="principals?resource=`+pii+`"]`).Want(200).Check().WantText("Key: "+pii, "Lumen Logistics", "Account that has not accepted yet")
		owner.Get(to.SharedResources())
		p = owner.Follow(`td a[href$="resource-shares?resource=`+orders+`"]`).Want(200).Check().WantQueries(4).WantText("both-keys", "Key: "+orders)
		if strings.Contains(p.Find("tbody").Text(), "alone") {
			t.Error("a share without the key is listed")
		}
		owner.Get(to.Shares()+"?principals=external&region=ap-southeast-3").WantQueries(4).WantText("both-keys", "alone", "Region of a key: ap-southeast-3")
		owner.Get(to.Shares() + "?permission=00000000-0000-4000-8000-000000000102").WantText("match the filter")
		beyond := base64.RawURLEncoding.EncodeToString([]byte(`{"m":1,"i":"00000000-0000-4000-8000-000000000000"}`))
		owner.Get(to.Shares() + "?cursor=" + beyond).Want(200).Check().WantText("Clear filters") // behind the last row

		partner.Get(to.ReceivedResources()).Want(200).Check().WantQueries(4).WantText("retail-orders", "retail-pii", "Harbor Retail", "1 share", "Enabled")
		partner.Follow(`td a[href*="resource=`+pii+`"]`).Want(200).Check().WantQueries(4).WantText("both-keys", "Key: "+pii)
		partner.Get(to.Owners()).Want(200).Check().WantQueries(4).WantText("Harbor Retail", "1 share", "2 keys")
		partner.Follow(`td a[href*="shared-resources?owner="]`).Want(200).Check().WantText("Owner: "+string(w.owner.Account), "retail-orders")
		partner.Get(to.ReceivedResources() + "?q=nothing").WantText("match the filter")
		if seen := partner.Get(to.ReceivedResources()).Body; strings.Contains(seen, "Courier") || strings.Contains(seen, "alone") {
			t.Error("a recipient sees another share or principal")
		}

		for path, want := range map[string][]string{
			to.SharedResources():  {"Name,ID,Region,Resource type,State,Shares,Principals", "retail-orders," + orders + ",eu-west-101,kms:KeyId,enabled,1,1"},
			to.SharedPrincipals(): {"Principal,Name,Type,External,Shares,Resources", string(w.partner.Account) + ",Lumen Logistics,account,true,1,2"},
		} {
			for _, text := range want {
				if body := owner.Get(to.Export(path)).Want(200).Body; !strings.Contains(body, text) {
					t.Errorf("%s: no %q in %q", path, text, body)
				}
			}
		}
		for path, want := range map[string]string{
			to.ReceivedResources(): "retail-orders," + orders + ",eu-west-101,kms:KeyId,enabled,Harbor Retail," + string(w.owner.Account) + ",1,",
			to.Owners():            string(w.owner.Account) + ",Harbor Retail,1,2",
		} {
			if body := partner.Get(to.Export(path)).Want(200).Body; !strings.Contains(body, want) {
				t.Errorf("%s: no %q in %q", path, want, body)
			}
		}
	})
}
