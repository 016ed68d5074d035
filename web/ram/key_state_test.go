package ram_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// A shared key that cannot be used says so wherever it is listed, to its owner and to recipients; it
// stays in its shares (ram.md 4.6).
func TestListsShowTheStateOfKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		names := []string{"retail-orders", "retail-pii", "retail-erp"}
		states := map[string]string{"retail-orders": "Enabled", "retail-pii": "Disabled cannot be used now", "retail-erp": "Pending deletion cannot be used now"}
		ids := map[string]string{}
		var keys []string
		for _, name := range names {
			ids[name] = w.key(w.owner, region, name)
			keys = append(keys, ids[name])
		}
		s := w.share("partner-keys", keys, string(w.partner.Account))
		w.must(w.Services.KMS.DisableKey(ctx, w.owner, region, kms.KeyID(ids["retail-pii"])))
		w.must(w.Services.KMS.ScheduleKeyDeletion(ctx, w.owner, region, kms.KeyID(ids["retail-erp"]), 7))
		owner, partner := w.SignIn(w.owner), w.SignIn(w.partner)

		shown := func(what string, p *webtest.Page) {
			t.Helper()
			for name, state := range states {
				row := p.Want(200).Check().Find("main tr").FilterFunction(func(_ int, row *goquery.Selection) bool { return strings.Contains(row.Text(), name) })
				if text := words(row); row.Length() != 1 || !strings.Contains(text, state) {
					t.Errorf("%s: the %d rows of %s say %q, want %q", what, row.Length(), name, text, state)
				}
			}
		}
		const inWords = "retail-erp (pending deletion), retail-orders and retail-pii (disabled)"
		received := to.ShareReceived(string(s.ID))
		shown("invitation", partner.Get(received))
		partner.Get(to.SharesPending()).WantText("retail-erp (pending deletion)")
		partner.Follow(`a[href$="/accept"]`).WantText("This account gets 3 keys at once: " + inWords)
		partner.Get(to.Overview()).WantText("3 keys with this account: " + inWords)
		partner.Get(to.SharesPending())
		partner.Follow(`a[href$="/accept"]`)
		partner.Submit("#accept-form", nil).Want(200)
		partner.Get(to.Overview()).WantText("invitation accepted; disabled now", "invitation accepted; pending deletion now")
		shown("share of the recipient", partner.Get(received))
		shown("keys of the recipient", partner.Get(to.ReceivedResources()))
		shown("share of the owner", owner.Get(to.Share(string(s.ID))))
		owner.Get(to.Share(string(s.ID)))
		var rows []string
		for _, r := range s.Resources {
			rows = append(rows, string(r.ID))
		}
		owner.SubmitValues(`form:has([name=resource]) [value=remove]`, url.Values{"resource": rows}).Want(200).WantText("retail-pii (disabled)", "retail-erp (pending deletion)")
		shown("keys of the owner", owner.Get(to.SharedResources()))
		for list, want := range map[string][]string{
			to.SharedResources():   {"kms:KeyId,disabled,", "kms:KeyId,pending_deletion,"},
			to.ReceivedResources(): {"kms:KeyId,disabled,", "kms:KeyId,pending_deletion,"},
		} {
			by := owner
			if list == to.ReceivedResources() {
				by = partner
			}
			for _, text := range want {
				if body := by.Get(to.Export(list)).Want(200).Body; !strings.Contains(body, text) {
					t.Errorf("%s: no %q in %q", list, text, body)
				}
			}
		}
	})
}

// words are the texts of a row with a space between any two.
func words(s *goquery.Selection) string {
	var list []string
	s.Find("*").Contents().Each(func(_ int, n *goquery.Selection) {
		if goquery.NodeName(n) == "#text" {
			list = append(list, strings.Fields(n.Text())...)
		}
	})
	return strings.Join(list, " ")
}
