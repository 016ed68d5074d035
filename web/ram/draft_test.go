package ram_test

import (
	"fmt"
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

// TestALargeOrganizationIsSearched offers the first accounts of each unit, and any other by a
// part of its name or its ID; what was chosen stays chosen while others are shown.
func TestALargeOrganizationIsSearched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		mate := w.Account("Harbor Payments")
		unit := w.organization(mate)
		var accounts, places []string
		for i := range 600 {
			place := fmt.Sprintf("'%s'", unit.ID)
			if i%2 == 0 {
				place = "(SELECT id FROM org_units WHERE parent_id IS NULL)"
			}
			accounts = append(accounts, fmt.Sprintf("('%032x', 'Member %04[1]d', 'member %04[1]d', (1=1), (SELECT created_at FROM organizations))", i))
			places = append(places, fmt.Sprintf("('%032x', (SELECT id FROM organizations), %s, (SELECT created_at FROM organizations))", i, place))
		}
		w.Exec("INSERT INTO accounts (id, name, name_lower, demo, created_at) VALUES " + strings.Join(accounts, ", "))
		w.Exec("INSERT INTO org_memberships (account_id, organization_id, unit_id, joined_at) VALUES " + strings.Join(places, ", "))
		w.key(w.owner, region, "retail-orders")
		b := w.SignIn(w.owner)
		w.draft(b)
		b.SubmitValues(next, url.Values{"pick": {b.Page().Find("[name=pick]").AttrOr("value", "")}}).Want(200)
		b.Submit(next, nil).Want(200)

		boxes := func(what string, want int) {
			t.Helper()
			p := b.Page().Want(200).Check().WantQueries(8)
			if n := p.Find("#organization [name=principal]").Length(); n != want {
				t.Errorf("%s: %d boxes, want %d", what, n, want)
			}
		}
		boxes("two units with 20 accounts each", 2+20+20)
		b.Page().WantText("and 281 more accounts of Harbor Group", "and 281 more accounts of Commerce", "search for its name or ID")

		b.Submit(do("find"), webtest.Values{"find": "BER 0547"})
		boxes("one account, its unit and the root", 3)
		b.Page().WantText("1 account matches “BER 0547”.")
		b.SubmitValues(do("add-principals"), url.Values{"principal": {fmt.Sprintf("%032x", 547)}}).Want(200).WantText("Access at once", "1 of at most")
		boxes("still the one that was searched for", 3)
		b.Submit(do("find"), webtest.Values{"find": fmt.Sprintf("%032x", 15)}).WantText("Member 0015", "Member 0547")
		boxes("one account by its ID", 3)
		b.Submit(do("find"), webtest.Values{"find": "0547"})
		if n := b.Page().Find("#organization [name=principal][checked]").Length(); n != 1 {
			t.Errorf("%d boxes are ticked, want the chosen account's", n)
		}
		b.Submit(do("find"), webtest.Values{"find": "nobody"}).WantText("0 accounts match “nobody”.", "Member 0547")
		boxes("the root alone", 1)
		b.Follow(`a:contains("Show all")`).WantText("and 281 more accounts of Harbor Group", "Member 0547")
	})
}
