package ram_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// wantProblem fails the test unless the step came back with one message beside the field and a line in
// the summary that links to an element of the page.
func wantProblem(t *testing.T, p *webtest.Page, beside, says string) {
	t.Helper()
	p.Want(422).Check()
	if text := strings.Join(strings.Fields(p.Find(beside).Text()), " "); !strings.Contains(text, says) {
		t.Errorf("beside %s: %q, want %q", beside, text, says)
	}
	links := p.Find("#form-problems a")
	if links.Length() == 0 {
		t.Errorf("the summary links no field: %s", p.Find("#form-problems").Text())
	}
	links.Each(func(_ int, a *goquery.Selection) {
		if p.Find(a.AttrOr("href", "#")).Length() != 1 {
			t.Errorf("the summary links %s, which is not on the page", a.AttrOr("href", ""))
		}
	})
}

// TestWrongInput gives each field of the wizard what it must refuse, and then looks that nothing of it is
// in the draft.
func TestWrongInput(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		orders := w.key(w.owner, region, "retail-orders")
		foreign := w.key(w.partner, region, "lumen-tracking")
		b := w.SignIn(w.owner)
		step := w.draft(b).URL.Path

		details := []struct{ name, field, value, beside, says string }{
			{"empty name", "name", "", "#name-help", "1 to 64"},
			{"long name", "name", strings.Repeat("n", 65), "#name-help", "65"},
			{"script as name", "name", "<script>alert(1)</script>", "#name-help", "letters"},
			{"long description", "description", strings.Repeat("d", 257), "#description-help", "257"},
			{"script as description", "description", "<script>alert(1)</script>", "#description-help", "<"},
			{"script as tag", "tag_key", "<script>", "#tag", "ag"},
			{"long tag", "tag_key", strings.Repeat("k", 129), "#tag", "128"},
			{"another account's key", "pick", foreign, "#keys", "RAM.1010"},
			{"another account's key by URN", "pick", "kms:" + region + ":" + string(w.partner.Account) + ":KeyId:" + foreign, "#keys", "RAM.1010"},
			{"key of an unknown region", "pick", "kms:nowhere-1:" + string(w.owner.Account) + ":KeyId:" + orders, "#keys", "RAM.1010"},
			{"junk as key", "pick", "<script>", "#keys", "<script>"},
		}
		for _, c := range details {
			t.Run(c.name, func(t *testing.T) {
				b.Get(step)
				values := url.Values{"name": {"fine"}, "pick": {orders}, c.field: {c.value}}
				p := b.SubmitValues(next, values)
				wantProblem(t, p, c.beside, c.says)
				if got := p.Find("[name=" + c.field + "]").First(); c.field != "pick" && got.AttrOr("value", got.Text()) != c.value {
					t.Errorf("what was typed is gone: %q", got.AttrOr("value", got.Text()))
				}
				if strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<script>\"") {
					t.Error("markup that was typed is on the page")
				}
			})
		}
		t.Run("no key", func(t *testing.T) {
			b.Get(step)
			wantProblem(t, b.Submit(next, nil), "#keys", "key")
		})
		t.Run("21 keys", func(t *testing.T) {
			var many []string
			for i := range 21 {
				many = append(many, w.key(w.owner, region, "many-"+strconv.Itoa(i)))
			}
			b.Get(step)
			wantProblem(t, b.SubmitValues(do("add-keys"), url.Values{"pick": many}), "#keys", "20")
		})
		t.Run("21 tags", func(t *testing.T) {
			values := url.Values{}
			for i := range 21 {
				values.Add("tag_key", "k"+strconv.Itoa(i))
				values.Add("tag_value", "")
			}
			b.Get(step)
			wantProblem(t, b.SubmitValues(next, values), "#tag", "20")
			values.Add("tag_key", "k")
			b.Get(step)
			b.SubmitValues(next, values).Want(400).WantText("22 rows where at most 21 are possible")
		})

		b.Get(step).WantText("0 of at most 20")
		b.SubmitValues(next, url.Values{"pick": {orders}}).Want(200)
		t.Run("unknown permission", func(t *testing.T) {
			p := b.Page()
			values := url.Values{"form_token": {p.One("#step [name=form_token]").AttrOr("value", "")}, "version": {p.One("#step [name=version]").AttrOr("value", "")}, "permission": {"00000000-0000-4000-8000-000000000000"}}
			wantProblem(t, b.Post(p.URL.Path, values), "#permission", "ermission")
		})
		b.Get(strings.Replace(step, "details", "permissions", 1))
		people := b.Submit(next, nil).Want(200).URL.Path
		unknown := strings.Repeat("0", 32)
		for _, c := range []struct{ name, typed, says string }{
			{"own account", string(w.owner.Account), "RAM.1005"},
			{"unknown account", unknown, "RAM.1004"},
			{"short account", "abc", "RAM.1004"},
			{"script as account", "<script>alert(1)</script>", "RAM.1004"},
			{"account twice", string(w.partner.Account) + "\n" + string(w.partner.Account), "RAM.1006"},
		} {
			t.Run(c.name, func(t *testing.T) {
				b.Get(people)
				p := b.Submit(do("add-account"), webtest.Values{"kind": "account", "accounts": c.typed})
				wantProblem(t, p, "#accounts-help", c.says)
				if got := p.One("#accounts").Text(); got != c.typed {
					t.Errorf("what was typed is gone: %q", got)
				}
			})
		}
		b.Get(people).WantText("0 of at most 20")
		b.Submit(do("add-account"), webtest.Values{"kind": "account", "accounts": string(w.partner.Account)}).WantText("1 of at most 20")
		t.Run("account again", func(t *testing.T) {
			p := b.Submit(do("add-account"), webtest.Values{"kind": "account", "accounts": string(w.partner.Account)})
			wantProblem(t, p, "#accounts-help", "RAM.1006")
			p.WantText("1 of at most 20")
		})
	})
}

// TestStepOrder opens and posts steps before the ones they need, and drafts of others.
func TestStepOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		w.key(w.owner, region, "retail-orders")
		b := w.SignIn(w.owner)
		details := w.draft(b).URL.Path
		at := func(step string) string { return strings.Replace(details, "details", step, 1) }
		for _, step := range []string{"permissions", "principals", "confirm"} {
			p := b.Get(at(step)).Want(200).WantText("That step needs this one first")
			if p.URL.Path != details {
				t.Errorf("%s leads to %s, want step one", step, p.URL.Path)
			}
			token := p.One("#step [name=form_token]").AttrOr("value", "")
			p = b.Post(at(step), url.Values{"form_token": {token}, "version": {p.One("#step [name=version]").AttrOr("value", "")}, "do": {"next"}}).Want(200)
			if p.URL.Path != details {
				t.Errorf("posting %s leads to %s, want step one", step, p.URL.Path)
			}
		}
		if shares, err := w.Services.RAM.ListShares(context.Background(), w.owner, ram.ShareFilter{}, store.Slice{Size: 5}); err != nil || len(shares.Shares) != 0 {
			t.Errorf("a skipped wizard made %d shares (%v)", len(shares.Shares), err)
		}
		colleague := w.User(w.owner.Account, "colleague", "RAM FullAccess")
		for who, caller := range map[string]iam.Caller{"a colleague": colleague, "another account": w.partner} {
			other := w.SignIn(caller)
			if p := other.Get(details); p.Status != 404 {
				t.Errorf("%s opens the draft: %d", who, p.Status)
			}
			if p := other.WithToken("POST", at("discard"), nil); p.Status != 404 {
				t.Errorf("%s discards the draft: %d", who, p.Status)
			}
		}
	})
}

// TestTwoTabs saves a step in two tabs: the later one is told, keeps what was typed, and may go on.
func TestTwoTabs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		orders := w.key(w.owner, region, "retail-orders")
		one := w.SignIn(w.owner)
		details := w.draft(one).URL.Path
		two := w.SignIn(w.owner)
		two.Get(details)
		one.SubmitValues(do("add-keys"), url.Values{"name": {"from-tab-one"}, "pick": {orders}}).Want(200)
		p := two.Submit(do("save"), webtest.Values{"name": "from-tab-two"}).Want(422).Check()
		if !strings.Contains(p.Find("#form-problems").Text(), "another tab") || p.One("#name").AttrOr("value", "") != "from-tab-two" {
			t.Errorf("the second tab: %s", p.Text())
		}
		p.WantText("1 of at most 20")
		two.Submit(do("save"), nil).Want(200).WantText("Draft from-tab-two was saved", "Continue draft", "1 key, 0 principals")
	})
}

// TestDraftsOfMine continues a saved draft from the list and discards it.
func TestDraftsOfMine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		orders := w.key(w.owner, region, "retail-orders")
		b := w.SignIn(w.owner)
		w.draft(b)
		b.SubmitValues(next, url.Values{"name": {"half-way"}, "pick": {orders}}).Want(200)
		b.Submit(do("save"), nil).Want(200).Check().WantText("half-way", "1 key")
		p := b.Follow(`a[aria-label="Continue draft half-way"]`).Want(200)
		if !strings.HasSuffix(p.URL.Path, "/permissions") {
			t.Errorf("the draft goes on at %s, want permissions", p.URL.Path)
		}
		b.Get(to.Shares())
		p = b.Submit(`button[aria-label="Discard draft half-way"]`, nil).Want(200).WantText("The draft was discarded")
		if strings.Contains(p.Text(), "half-way") {
			t.Error("the draft is still listed")
		}
	})
}
