package ram_test

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestInvitation goes the way of a share between accounts: accepted, used, left, shared again, rejected.
func TestInvitation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		s := w.share("partner-keys", []string{key}, string(w.partner.Account))
		share := string(s.ID)
		owner, partner := w.SignIn(w.owner), w.SignIn(w.partner)

		partner.Get(to.SharesReceived()).Want(200).Check().WantQueries(4).WantText("To Be Accepted 1", "partner-keys", "Harbor Retail", "1 key", "retail-orders", "in 7 days")
		partner.Get(to.ShareReceived(share)).Want(200).Check().WantQueries(8).WantText("Invitation pending", "Harbor Retail invites this account", "Nothing is shared until you accept", "default kms KeyId statement")
		p := partner.Follow(`a[href$="/accept"]`).Want(200).Check().WantQueries(8)
		p.WantText("Accept partner-keys?", "The owner of the share is Harbor Retail, account "+string(w.owner.Account), "This account gets 1 key at once: retail-orders.",
			"Its permission, default kms KeyId statement, allows this account to: encrypt and decrypt data, in the console and by API; make and open data keys", "It does not allow this account to: rename, disable, rotate or delete a key, or change its tags; share a key on to others.", "can be left at any time")
		partner.Get(to.ShareReceived(share)).WantText("Invitation pending") // asking has changed nothing
		partner.Follow(`a[href$="/accept"]`)
		p = partner.Submit("#accept-form", nil).Want(200).Check().WantText("You accepted partner-keys. Its keys can be used now", "Sharing", "By invitation", "Leave…")
		if p.Find(`main a[href="`+to.Key(region, key)+`"]`).Length() != 1 {
			t.Error("the accepted share does not link its key")
		}
		if p.Find("#tags, #principals").Length() != 0 {
			t.Error("the recipient sees the owner's tags and principals")
		}
		partner.Get(to.SharesReceived()).Want(200).Check().WantText("No one is waiting for your answer", string(w.partner.Account))
		partner.Get(to.SharesReceived()+"?tab=accepted").Want(200).Check().WantQueries(4).WantText("partner-keys", "Sharing", "Leave…")
		owner.Get(to.Share(share)).Want(200).Check().WantQueries(8).WantText("Accepted", "by invitation", "Lumen Logistics")

		w.secret(w.partner, "carrier-token", key)
		w.secret(w.partner, "label-printer", key)
		partner.Get(to.ShareReceived(share))
		p = partner.Follow(`a[href$="/leave"]`).Want(200).Check().WantQueries(8)
		p.WantText("Leave partner-keys?", "Lumen Logistics loses 1 key of Harbor Retail at once", "2 secrets of this account stop working", "carrier-token", "label-printer", "Nothing is deleted")
		p = partner.Submit("#leave-form", webtest.Values{"confirm": "partner"}).Want(422).Check()
		if !strings.Contains(p.Find("#leave-confirm-help").Text(), "does not match") {
			t.Errorf("beside the typed name: %q", p.Find("#leave-confirm-help").Text())
		}
		partner.Submit("#leave-form", webtest.Values{"confirm": "partner-keys"}).Want(200).Check().WantText("You left partner-keys", "Left", "by this account", "Hidden in 2 days")
		partner.Get(to.ShareReceived(share)).Want(200).Check().WantText("This account has no part in partner-keys any more", "Accepted", "Left", "by this account")
		w.SignIn(w.Account("Courier")).Get(to.ShareReceived(share)).Want(404)
		owner.Get(to.Share(share)).Want(200).WantText("Left", "by the recipient", "Share again")
		owner.Submit(`button[aria-label="Share again with Lumen Logistics"]`, nil).Want(200).WantText("Lumen Logistics received an invitation", "Invitation pending")

		partner.Get(to.SharesReceived())
		partner.Follow(`a[href$="/reject"]`).Want(200).Check().WantText("Reject partner-keys?", "Harbor Retail", "who sees that you rejected")
		stale := partner.Page()
		partner.Submit("#reject-form", webtest.Values{"reason": strings.Repeat("x", 257)}).Want(422).Check().One("textarea[name=reason][autofocus][aria-invalid=true]")
		partner.Get(stale.URL.Path)
		partner.Submit("#reject-form", nil).Want(200).WantText("You rejected partner-keys")
		owner.Get(to.Share(share)).Want(200).WantText("Rejected", "Share again")
		late := partner.WithToken(http.MethodPost, strings.Replace(stale.URL.Path, "/reject", "/accept", 1), nil)
		late.Want(200).WantText("RAM.1905")
		now, err := w.Services.RAM.GetShare(context.Background(), w.owner, s.ID)
		w.must(err)
		w.must(w.Services.RAM.UpdateShare(context.Background(), w.owner, s.ID, ram.ShareUpdate{Version: now.Version, Name: "merger-of-2027"}))
		p = partner.Get(stale.URL.Path).Want(200).Check().WantText("RAM.1905", "This invitation was rejected already")
		if strings.Contains(p.Find("body").Text(), "merger-of-2027") {
			t.Error("who rejected an invitation learns what the share is called now")
		}
	})
}

// TestOwnerEnds removes a principal, a key and the share, each after its question.
func TestOwnerEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		other := w.Account("Courier")
		orders, pii := w.key(w.owner, region, "retail-orders"), w.key(w.owner, region, "retail-pii")
		s := w.share("partner-keys", []string{orders, pii}, string(w.partner.Account), string(other.Account))
		share := to.Share(string(s.ID))
		partner, owner := w.SignIn(w.partner), w.SignIn(w.owner)
		partner.Get(to.SharesReceived())
		partner.Follow(`a[href$="/accept"]`)
		partner.Submit("#accept-form", nil).Want(200)
		w.secret(w.partner, "carrier-token", orders)

		owner.Get(share).WantText("2 keys", "2 principals")
		courier := string(other.Account) // has agreed to nothing, so it has no name here
		owner.Follow(`a[aria-label="Cancel invitation… to `+courier+`"]`).Want(200).Check().WantQueries(8).WantText("Cancel the invitation to "+courier+"?", "has not answered yet", "nobody loses access")
		owner.Submit("#remove-principal-form", nil).Want(200).Check().WantText("The invitation to "+courier+" was withdrawn", "1 principal")

		owner.Follow(`a[aria-label="Remove… retail-orders"]`).Want(200).Check().WantQueries(8).WantText("1 principal loses access to this key", "1 secret of other accounts stops working", "Lumen Logistics: 1 secret")
		if strings.Contains(owner.Page().Text(), "carrier-token") {
			t.Error("the owner sees what the recipient calls its secret")
		}
		owner.Submit("#remove-resource-form", webtest.Values{"confirm": "retail-pii"}).Want(422).Check()
		owner.Submit("#remove-resource-form", webtest.Values{"confirm": "retail-orders"}).Want(200).Check().WantText("Key retail-orders was removed", "1 key")

		owner.Get(share)
		owner.Follow(`main a[href$="/delete"]`).Want(200).Check().WantQueries(8).WantText("Delete partner-keys?", "1 principal loses access to 1 key", "The share is shown for 48 h more")
		owner.Submit("#delete-share-form", webtest.Values{"confirm": ""}).Want(422).Check()
		owner.Submit("#delete-share-form", webtest.Values{"confirm": "partner-keys"}).Want(200).WantText("Resource share partner-keys was deleted")
		owner.Get(to.Shares()+"?status=deleted").Want(200).Check().WantText("partner-keys", "Deleted", "hidden in 2 days", "Status: Deleted", "2 ended").WantQueries(4)
		owner.Get(share).Want(200).Check().WantText("Deleted")
		if keys := owner.Page().Find("#resources tbody"); strings.Count(keys.Text(), "Removed") != 2 || strings.Count(keys.Text(), "The share was deleted.") != 1 {
			t.Errorf("one key was removed and one ended with the share: %q", keys.Text())
		}
		if owner.Page().Find(`main a[href$="/remove"], main a[href$="/delete"]`).Length() != 0 {
			t.Error("a deleted share still offers acts")
		}
		partner.Get(to.SharesReceived()+"?tab=accepted").Want(200).WantText("Ended", "the share was deleted")
		partner.Get(to.ShareReceived(string(s.ID))).Want(200).WantText("This account has no part in partner-keys any more", "Ended", "the share was deleted")
		w.SignIn(other).Get(to.ShareReceived(string(s.ID))).Want(404) // it never was in the share
	})
}

// TestQuestionAsDialog is what htmx gets for the same address: a dialog that opens at once.
func TestQuestionAsDialog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		s := w.share("partner-keys", []string{w.key(w.owner, region, "retail-orders")}, string(w.partner.Account))
		b := w.SignIn(w.owner)
		if b.Get(to.Shares()).Find("#ask").Length() != 1 {
			t.Fatal("the list has no place for the dialogs of its rows")
		}
		link := b.Get(to.Share(string(s.ID))).One(`a[hx-target][href$="/delete"]`)
		if b.Page().Find(link.AttrOr("hx-target", "")).Length() != 1 {
			t.Fatal("the page has no place for the dialog")
		}
		r, err := http.NewRequest(http.MethodGet, w.URL+link.AttrOr("hx-get", ""), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", "ask")
		p := b.Do(r).Want(200)
		if p.Find("dialog[data-open]").Length() != 1 || p.Find("main").Length() != 0 {
			t.Errorf("the answer is no dialog: %s", p.Body)
		}
		if !strings.Contains(p.Header.Get("Vary"), "HX-Target") {
			t.Errorf("Vary: %q", p.Header.Values("Vary"))
		}
		b.Submit("#delete-share-form", webtest.Values{"confirm": "partner-keys"}).Want(200).WantText("was deleted")
	})
}

// TestOrganization shares with a unit: access at once, and no way to leave.
func TestOrganization(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "group-key")
		unit := w.organization(w.partner)
		b := w.SignIn(w.owner)
		w.draft(b)
		b.SubmitValues(next, url.Values{"name": {"group-keys"}, "pick": {key}}).Want(200)
		p := b.Submit(next, nil).Want(200).Check().WantText("Harbor Group", "whole organization, 2 accounts now", "Commerce", "this account owns the keys").WantQueries(8)
		if p.Find(`input[name=principal][value="`+string(w.owner.Account)+`"]`).AttrOr("disabled", "no") == "no" {
			t.Error("the own account can be ticked")
		}
		b.SubmitValues(do("add-principals"), url.Values{"principal": {unit.URN}}).Want(200).WantText("covered by Commerce", "Organizational unit", "1 account besides yours", "Access at once")
		// An unticked box takes the unit out again, and a ticked one goes along with Next.
		b.SubmitValues(do("add-principals"), url.Values{"principal": {}}).Want(200).WantText("Nobody has access yet")
		b.SubmitValues(next, url.Values{"principal": {unit.URN}}).Want(200).Check().WantText("On Submit, 1 principal gets access at once")
		b.Submit(next, nil).Want(200).WantText("Access at once", "through the organization")
		share := b.Page().URL.Path[len(to.Shares())+1:]

		partner := w.SignIn(w.partner)
		partner.Get(to.SharesReceived()+"?tab=accepted").Want(200).Check().WantText("group-keys", "at once")
		if partner.Page().Find(`main a[href$="/leave"]`).Length() != 0 {
			t.Error("Leave is offered although the share came through the organization")
		}
		p = partner.Get(to.ShareReceived(share)).Want(200).Check().WantText("Through the organization")
		if why := p.One("#why-stay").Text(); !strings.Contains(why, "owner") {
			t.Errorf("the reason beside Leave: %q", why)
		}
		partner.WithToken(http.MethodPost, to.ShareReceivedAct(share, "leave"), nil).Want(409)
	})
}

// TestSharingOff says to whom it may concern who can turn sharing on.
func TestSharingOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		w.organization(w.partner)
		w.must(w.Services.Org.SetSharing(context.Background(), w.owner, false))
		for _, c := range []struct {
			who  iam.Caller
			says string
		}{
			{w.owner, "This account manages the organization and can turn it on"},
			{w.partner, "The management account Harbor Retail can turn it on"},
		} {
			key := w.key(c.who, region, "some-key")
			b := w.SignIn(c.who)
			w.draft(b)
			b.SubmitValues(next, url.Values{"pick": {key}}).Want(200)
			p := b.Submit(next, nil).Want(200).Check().WantText("sharing within Harbor Group is turned off", c.says)
			if _, disabled := p.One("#kind-organization").Attr("disabled"); !disabled {
				t.Error("Organization can be chosen")
			}
		}
	})
}

// TestList filters, sorts, pages and exports own shares.
func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		w.share("alpha", []string{key}, string(w.partner.Account))
		w.Advance(1e9)
		w.share("-beta", []string{key})
		b := w.SignIn(w.owner)
		names := func(p *webtest.Page) string {
			var list []string
			p.Find("tbody tr").Each(func(_ int, s *goquery.Selection) { list = append(list, s.Find("a").First().Text()) })
			return strings.Join(list, " ")
		}
		for path, want := range map[string]string{
			"": "-beta alpha", "?sort=name": "-beta alpha", "?sort=name_desc": "alpha -beta", "?sort=oldest": "alpha -beta",
			"?q=ALP": "alpha", "?principals=nobody": "-beta", "?principals=waiting": "alpha", "?status=active&q=nothing": "",
			"?sort=junk&status=junk&principals=junk": "-beta alpha",
		} {
			if got := names(b.Get(to.Shares() + path).Want(200).Check().WantQueries(4)); got != want {
				t.Errorf("%s lists %q, want %q", path, got, want)
			}
		}
		b.Get(to.Shares()+"?q=nothing&principals=nobody").WantText("No resource shares match the filter", "Name or ID: nothing", "Principals: Nobody yet", "Clear filters")
		csv := b.Get(to.SharesExport() + "?principals=nobody").Want(200)
		if !strings.Contains(csv.Body, "'-beta,") || strings.Contains(csv.Body, "alpha") {
			t.Errorf("export: %s", csv.Body)
		}
	})
}

// Both tabs of received shares sort by time and go to CSV as they are filtered.
func TestReceivedLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		var ids []string
		for _, name := range []string{"-alpha", "beta"} {
			w.Advance(time.Minute)
			ids = append(ids, string(w.share(name, []string{key}, string(w.partner.Account)).ID))
		}
		b := w.SignIn(w.partner)
		names := func(p *webtest.Page) string {
			var list []string
			p.Find("tbody tr").Each(func(_ int, s *goquery.Selection) { // the name of an ended share is no link
				for _, name := range []string{"-alpha", "beta"} {
					if strings.HasPrefix(strings.TrimSpace(s.Text()), name) {
						list = append(list, name)
					}
				}
			})
			return strings.Join(list, " ")
		}
		want := func(cases map[string]string) {
			t.Helper()
			for query, want := range cases {
				if got := names(b.Get(to.SharesReceived() + query).Want(200).Check().WantQueries(4)); got != want {
					t.Errorf("%s lists %q, want %q", query, got, want)
				}
			}
		}
		want(map[string]string{"": "beta -alpha", "?sort=oldest": "-alpha beta", "?sort=junk": "beta -alpha", "?q=BE": "beta", "?q=" + ids[0][:9]: "-alpha", "?q=" + string(w.owner.Account): "beta -alpha"})
		b.Get(to.SharesReceived())
		csv := b.Get(b.Page().One("main a[download]").AttrOr("href", "") + "?sort=oldest").Want(200).Body
		if lines := strings.Split(csv, "\n"); !strings.HasPrefix(lines[1], "'-alpha,"+ids[0]+",Harbor Retail,"+string(w.owner.Account)+",retail-orders,2") || !strings.HasPrefix(lines[2], "beta,") {
			t.Errorf("invitations as CSV: %s", csv)
		}
		for range ids {
			w.Advance(time.Minute)
			b.Get(to.SharesReceived() + "?sort=oldest").Check()
			b.Follow(`tbody tr:first-child a[href$="/accept"]`)
			b.Submit("#accept-form", nil).Want(200)
		}
		want(map[string]string{"?tab=accepted": "beta -alpha", "?tab=accepted&sort=oldest": "-alpha beta"})
		w.Advance(time.Minute)
		if _, err := w.Services.RAM.LeaveShare(context.Background(), w.partner, ram.ShareID(ids[0])); err != nil {
			t.Fatal(err)
		}
		want(map[string]string{"?tab=accepted": "-alpha beta", "?tab=accepted&sort=oldest": "beta -alpha", "?tab=accepted&q=al": ""})
		csv = b.Get(to.SharesReceivedExport() + "?tab=accepted&q=b").Want(200).Body
		if lines := strings.Split(csv, "\n"); len(lines) != 3 || !strings.HasPrefix(lines[1], "beta,"+ids[1]+",Harbor Retail,"+string(w.owner.Account)+",accepted,1,2") {
			t.Errorf("accepted shares as CSV: %s", csv)
		}
	})
}

// Once all shares are deleted, the empty list does not say that there never was one.
func TestListAfterTheLastShare(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		b := w.SignIn(w.owner)
		b.Get(to.Shares()).Want(200).Check().WantQueries(4).WantText("You have not shared anything yet")
		s := w.share("ended", []string{w.key(w.owner, region, "retail-orders")})
		b.Get(to.Shares() + "?q=nothing").Check().WantText("No resource shares match the filter")
		if _, err := w.Services.RAM.DeleteShare(context.Background(), w.owner, s.ID); err != nil {
			t.Fatal(err)
		}
		b.Get(to.Shares()).Want(200).Check().WantQueries(4).WantText("Nothing is shared at present")
		b.Follow("main a:contains('See deleted shares')").Want(200).Check().WantText("ended", "Status: Deleted")
	})
}

// TestNarrowUser leaves out what the user's policies do not allow.
func TestNarrowUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		s := w.share("partner-keys", []string{w.key(w.owner, region, "retail-orders")}, string(w.partner.Account))
		reader := w.SignIn(w.User(w.owner.Account, "reader", "RAM ReadOnlyAccess"))
		for _, path := range []string{to.Shares(), to.Share(string(s.ID))} {
			p := reader.Get(path).Want(200).Check().WantText("partner-keys")
			if n := p.Find("main form[method=post], main a[href$='/delete'], main a[href$='/remove']").Length(); n != 0 {
				t.Errorf("%s offers %d acts to a reader", path, n)
			}
		}
		reader.Get(to.ShareAct(string(s.ID), "delete")).Want(403)
		seer := w.SignIn(w.User(w.partner.Account, "seer", "RAM ReadOnlyAccess"))
		p := seer.Get(to.SharesReceived()).Want(200).Check().WantText("partner-keys")
		if n := p.Find("main form[method=post], main a[href$='/accept'], main a[href$='/reject']").Length(); n != 0 {
			t.Errorf("an invitation offers %d answers to a reader", n)
		}
		answers := w.SignIn(w.partner).Get(to.SharesReceived()).Hrefs("main td:last-child a")
		if len(answers) != 2 {
			t.Fatalf("who may answer finds %v", answers)
		}
		for _, act := range answers {
			act = path.Join(path.Dir(to.SharesReceived()), act) // they are relative to the list
			before := len(w.Traces(w.partner.Account))
			seer.Get(act).Want(403).WantText("recorded in the audit trail")
			if n := len(w.Traces(w.partner.Account)); n != before+1 {
				t.Errorf("asking to %s left %d traces, want that of the refusal", act, n-before)
			}
		}
	})
}

// TestLeaveWithOtherPath leaves one of two shares of the same key: nothing stops, so nothing is typed.
func TestLeaveWithOtherPath(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		first := w.share("first-share", []string{key}, string(w.partner.Account))
		w.share("second-share", []string{key}, string(w.partner.Account))
		b := w.SignIn(w.partner)
		for range 2 {
			b.Get(to.SharesReceived())
			b.Follow(`tbody tr:first-child a[href$="/accept"]`)
			b.Submit("#accept-form", nil).Want(200)
		}
		w.secret(w.partner, "carrier-token", key)
		p := b.Get(to.ShareReceivedAct(string(first.ID), "leave")).Want(200).Check().WantQueries(8)
		p.WantText("leaves this share of Harbor Retail", "You keep access to 1 key", "retail-orders is also shared with you, by the share second-share", "Nothing of this account stops working")
		if p.Find("[name=confirm]").Length() != 0 {
			t.Error("a name must be typed although nothing stops")
		}
		b.Submit("#leave-form", nil).Want(200).WantText("You left first-share")
		b.Get(to.Key(region, key)).Want(200)
	})
}

// TestListPages goes from page to page of more shares than one page holds, each within the budget.
func TestListPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		for i := range 53 {
			w.share("share-"+strconv.Itoa(100+i), []string{key})
		}
		b := w.SignIn(w.owner)
		rows := func(p *webtest.Page, want int, first string) {
			t.Helper()
			p.Want(200).Check().WantQueries(4)
			if n := p.Find("tbody tr").Length(); n != want || p.Find("tbody tr a").First().Text() != first {
				t.Errorf("%s: %d rows from %s, want %d from %s", p.URL.RequestURI(), n, p.Find("tbody tr a").First().Text(), want, first)
			}
		}
		rows(b.Get(to.Shares()+"?sort=name"), 50, "share-100")
		rows(b.Follow(`a[aria-label="Next page"]`), 3, "share-150")
		rows(b.Follow(`a[aria-label="Previous page"]`), 50, "share-100")
	})
}

// TestPrincipalIsRenewedInOneClick moves the end of one principal on from its row, when it
// comes within 30 days and the share itself does not end first.
func TestPrincipalIsRenewedInOneClick(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		share := w.share("season", []string{w.key(w.owner, region, "retail-orders")}, string(w.partner.Account), string(w.Account("Courier").Account))
		b := w.SignIn(w.owner)
		set := func(part ram.AssociationID, seen ram.End, days int) ram.End {
			at := w.Now().Truncate(time.Minute).AddDate(0, 0, days)
			end := ram.EndAt(&at)
			w.must(w.Services.RAM.SetEnd(context.Background(), w.owner, share.ID, ram.SetEndInput{Principal: part, Seen: seen, To: end}))
			return end
		}
		soon := set(share.Principals[0].ID, "", 29)
		set(share.Principals[1].ID, "", 40)
		const extend = `#principals [aria-label^="Extend 30 days for"]`
		if n := b.Get(to.Share(string(share.ID))).Want(200).Check().WantQueries(8).Find(extend).Length(); n != 1 {
			t.Fatalf("%d rows can be renewed, want the one that ends soon", n)
		}
		b.Submit(extend, nil).Want(200).Check().WantText("Access ends on " + string(soon.Plus(30)) + " UTC")
		now, err := w.Services.RAM.GetShare(context.Background(), w.owner, share.ID)
		w.must(err)
		if at := now.Principals[0].EndsAt; at == nil || ram.EndAt(at) != soon.Plus(30) {
			t.Errorf("it ends at %v, want %s", at, soon.Plus(30))
		}
		set(share.Principals[0].ID, soon.Plus(30), 10)
		set("", "", 39)
		if n := b.Get(to.Share(string(share.ID))).Want(200).Find(extend).Length(); n != 0 {
			t.Errorf("%d rows can be renewed past the end of the share", n)
		}
	})
}
