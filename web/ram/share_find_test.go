package ram_test

import (
	"testing"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// TestFindInShare searches the tables of a share: one at a time, by name and by ID, with the
// other search kept, and what finds nothing can be cleared.
func TestFindInShare(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		courier := w.Account("Courier")
		orders, pii := w.key(w.owner, region, "retail-orders"), w.key(w.owner, region, "retail-pii")
		s := w.share("partner-keys", []string{orders, pii}, string(w.partner.Account), string(courier.Account))
		owner, here := w.SignIn(w.owner), to.Share(string(s.ID))

		p := owner.Get(here).Want(200).Check().WantText("Associated")
		shows := func(what string, keys, principals int) {
			t.Helper()
			p = owner.Page().Want(200).Check().WantQueries(8).WantText("2 keys", "2 principals")
			if k, n := p.Find("#resources tbody tr").Length(), p.Find("#principals tbody tr").Length(); k != keys || n != principals {
				t.Errorf("%s: %d keys and %d principals, want %d and %d", what, k, n, keys, principals)
			}
		}
		shows("without a search", 2, 2)
		owner.Submit(`#resources form[role=search]`, map[string]string{"find_key": "PII"})
		shows("a key by name", 1, 2)
		owner.Submit(`#principals form[role=search]`, map[string]string{"find_principal": string(courier.Account)})
		shows("and a principal by ID", 1, 1)
		if got := p.Find(`[name=find_key][type=search]`).AttrOr("value", ""); got != "PII" {
			t.Errorf("the search for keys is %q after the one for principals", got)
		}
		owner.Submit(`#resources form[role=search]`, map[string]string{"find_key": orders[:20]})
		shows("a key by the start of its ID", 1, 1)
		owner.Submit(`#principals form[role=search]`, map[string]string{"find_principal": "nobody"})
		shows("no principal", 1, 0)
		p.WantText("No principal of this share has “nobody” in its name or ID.")
		owner.Follow(`#principals .k-chips a.pf-m-link`)
		shows("cleared", 1, 2)
	})
}
