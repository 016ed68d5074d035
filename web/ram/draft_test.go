package ram_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestWizard goes through the four steps by their forms, with every named button on the way.
func TestWizard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		orders, pii, exchange := w.key(w.owner, region, "retail-orders"), w.key(w.owner, region, "retail-pii"), w.key(w.owner, "ap-southeast-3", "exchange")
		b := w.SignIn(w.owner)
		b.Get(to.Shares()).Want(200).Check().WantText("You have not shared anything yet", string(w.owner.Account))

		p := w.draft(b).Check().WantText("Specify Resource Share Details", "retail-orders", "retail-pii").WantQueries(8)
		if name := p.One("#name").AttrOr("value", ""); !strings.HasPrefix(name, "resource-share-") {
			t.Errorf("suggested name %q", name)
		}
		p = b.SubmitValues(do("add-tag"), url.Values{"name": {"partner-keys"}, "tag_key": {"team"}, "tag_value": {"commerce"}}).Want(200)
		if p.Find(`[name=tag_key]`).Length() != 2 {
			t.Errorf("after Add tag there are %d rows, want the tag and an empty one", p.Find(`[name=tag_key]`).Length())
		}
		b.SubmitValues(do("add-keys"), url.Values{"pick": {orders, pii}}).Want(200).WantText("2 of at most 20")
		b.Submit(do("remove-key-"+pii), nil).Want(200).WantText("1 of at most 20")
		p = b.Submit(do("find"), webtest.Values{"region": "ap-southeast-3", "q": "exch"}).Want(200).WantText("exchange", "1 of at most 20").WantQueries(8)
		if got := p.Find(`[name=pick]`).Length(); got != 1 {
			t.Errorf("the search shows %d keys, want 1", got)
		}
		// A key that is ticked but not yet added goes along with Next.
		p = b.SubmitValues(next, url.Values{"pick": {exchange}}).Want(200).Check().WantText("Associate Permissions", "2 keys", "default kms KeyId statement").WantQueries(8)
		if p.URL.Path == "" || !strings.HasSuffix(p.URL.Path, "/permissions") {
			t.Errorf("after step one: %s", p.URL.Path)
		}
		permission := p.Find("input[name=permission]").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(s.Parent().Text(), "encrypt-decrypt")
		}).AttrOr("value", "")
		b.Submit(next, webtest.Values{"permission": permission}).Want(200).Check().WantText("Grant Access to Principals", "this account is in no organization", "Nobody has access yet").WantQueries(8)
		b.Submit(do("add-account"), webtest.Values{"kind": "account", "accounts": string(w.partner.Account)}).Want(200).WantText(string(w.partner.Account), "Will receive an invitation")
		p = b.Submit(next, nil).Want(200).Check().WantQueries(8)
		p.WantText("On Submit, 1 invitation goes out", "partner-keys", "team: commerce", "retail-orders", "exchange", "encrypt-decrypt", string(w.partner.Account), "Principals may not")
		if strings.Contains(p.Text(), "Lumen Logistics") {
			t.Error("an account that agreed to nothing is named")
		}
		confirm := p.URL.Path
		twice := url.Values{"form_token": {p.One("#step [name=form_token]").AttrOr("value", "")}, "version": {p.One("#step [name=version]").AttrOr("value", "")}, "do": {"next"}}

		p = b.Submit(next, nil).Want(200).Check().WantText("Resource share created", "partner-keys", "Invitation pending", "7 days left").WantQueries(8)
		if !strings.HasPrefix(p.URL.Path, to.Shares()+"/") {
			t.Fatalf("after Submit: %s", p.URL.Path)
		}
		share := p.URL.Path
		if again := b.Post(confirm, twice).Want(200); again.URL.Path != share {
			t.Errorf("Submit pressed twice leads to %s, want %s", again.URL.Path, share)
		}
		if again := b.Get(confirm).Want(200); again.URL.Path != share {
			t.Errorf("the step of a submitted draft leads to %s, want %s", again.URL.Path, share)
		}
		if again := b.Get(strings.Replace(confirm, "confirm", "details", 1)).Want(200); again.URL.Path != share {
			t.Errorf("step one of a submitted draft leads to %s, want %s", again.URL.Path, share)
		}
		if n := b.Get(to.Shares()).Find("tbody tr").Length(); n != 1 {
			t.Errorf("there are %d shares, want 1", n)
		}
		b.Get(to.Shares()).Want(200).Check().WantText("partner-keys", "0 have access", "1 waits", "team: commerce").WantQueries(4)
	})
}

// TestManyKeys pages through the left pane without losing what is typed.
func TestManyKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		for i := range 25 {
			w.key(w.owner, region, "key-"+strconv.Itoa(100+i))
		}
		b := w.SignIn(w.owner)
		w.draft(b).WantText("20 keys on this page")
		p := b.Submit(`[value^="page-next-"]`, webtest.Values{"name": "typed-before"}).Want(200).Check().WantText("5 keys on this page").WantQueries(8)
		if got := p.One("#name").AttrOr("value", ""); got != "typed-before" {
			t.Errorf("the name is %q after paging", got)
		}
		last := p.Find("[name=pick]").Last().AttrOr("value", "")
		b.SubmitValues(`[value^="page-prev-"]`, url.Values{"pick": {last}}).Want(200).WantText("20 keys on this page", "1 of at most 20", "key-124")
	})
}
