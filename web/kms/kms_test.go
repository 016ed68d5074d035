package kms_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"sharedkms/internal/csms"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/web/webtest"
)

const (
	region = "eu-west-101"
	list   = "/kms/" + region + "/keys"

	allActions = "00000000-0000-4000-8000-000000000201"
	readOnly   = "00000000-0000-4000-8000-000000000202"
)

type world struct {
	*webtest.Console
	t     *testing.T
	forms int
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) { test(t, &world{Console: webtest.New(t, st), t: t}) })
}

func (w *world) key(owner iam.Caller, name string) kms.KeyID {
	w.t.Helper()
	w.forms++
	id, err := w.Services.KMS.CreateKey(context.Background(), owner, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Once: fmt.Sprint(w.forms)})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// share lets receiver use the keys of owner, as an accepted invitation does.
func (w *world) share(owner, receiver iam.Caller, name, permissionVersion string, keys ...kms.KeyID) {
	w.t.Helper()
	id, now, account := uuid.NewString(), store.At(w.Now()), string(owner.Account)
	w.Exec("INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, 'active', 1, 1, 1, ?, ?)", id, account, name, name, true, now, now)
	w.Exec("INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, 'kms:KeyId', permission_id, id, ? FROM permission_versions WHERE id = ?", uuid.NewString(), id, now, permissionVersion)
	w.Exec("INSERT INTO share_principals (id, share_id, share_name, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) VALUES (?, ?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')",
		uuid.NewString(), id, name, account, string(receiver.Account), true, now, now)
	for _, k := range keys {
		w.Exec("INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) VALUES (?, ?, ?, 'kms:KeyId', ?, ?, ?, 'associated', '', ?)",
			uuid.NewString(), id, account, kms.Key{ID: k, Account: owner.Account, Region: region}.URN().String(), string(k), region, now)
	}
}

func page(id kms.KeyID) string { return list + "/" + string(id) }

func TestCreateKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		browser := w.SignIn(w.Account("owner"))
		browser.Get(list).Want(http.StatusOK).Check().WantText("No custom keys in eu-west-101 yet")
		form := browser.Get(list + "/new").Want(http.StatusOK).Check()
		if name := form.One("#name").AttrOr("value", ""); !regexp.MustCompile(`^KMS-[a-z0-9]{4}$`).MatchString(name) {
			t.Errorf("suggested name %q", name)
		}
		refused := browser.Submit(`main button[value=create].pf-m-primary`, webtest.Values{"name": "<script>", "description": strings.Repeat("x", 256)}).Want(http.StatusUnprocessableEntity).Check()
		refused.WantText("The key was not created: 2 fields need a change", "KMS.1101", "KMS.1103")
		if got := refused.One("#name").AttrOr("value", ""); got != "<script>" {
			t.Errorf("the form came back with the name %q", got)
		}
		added := browser.Submit(`button[value=add-tag]`, webtest.Values{"name": "orders"}).Want(http.StatusOK)
		if n := added.Find("[name=tag_key]").Length(); n != 2 {
			t.Errorf("%d rows of tags after Add, want 2", n)
		}
		done := browser.SubmitValues(`main button[value=create].pf-m-primary`, url.Values{"description": {"All orders"}, "tag_key": {"team", ""}, "tag_value": {"red", ""}}).Want(http.StatusOK).Check()
		done.WantText("Key orders was created", "orders", "Enabled", "1 of 100 used", "1–1 of 1 keys").WantQueries(4)
		browser.Get(list+"?tag=team%3Dred").WantText("orders", "Tag: team=red")
		browser.Get(list + "?tag=team%3Dblue&status=enabled").Check().WantText("No keys match the filter")
		for query, found := range map[string]bool{
			"spec=AES_256&usage=ENCRYPT_DECRYPT&origin=kms": true, "spec=junk": true, "from=2000-01-01&to=9999-12-31": true, "to=2000-01-01": false, "from=9999-12-31": false, "from=junk": true,
		} {
			shown := browser.Get(list + "?" + query).Want(http.StatusOK).Check().WantQueries(4)
			if n := shown.Find("tbody tr").Length(); (n == 1) != found {
				t.Errorf("%s shows %d keys, want found %t", query, n, found)
			}
		}
		browser.Get(list+"?spec=AES_256&from=2000-01-01").WantText("Algorithm: AES_256", "Created from: 2000-01-01")
		csv := browser.Get(list + "/export?status=enabled")
		if !strings.HasPrefix(csv.Body, "Name,ID,Region") || !strings.Contains(csv.Body, "orders,") {
			t.Errorf("export: %s", csv.Body)
		}
	})
}

// The page of a key leads to the wizard with the key picked, for those who may create shares.
func TestShareThisKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		id := w.key(owner, "orders")
		shares := page(id) + "?tab=shares"
		const button = "main form[action$='/resource-shares/drafts'] button"
		browser := w.SignIn(owner)
		browser.Get(shares).Want(http.StatusOK).Check().WantText("This key is in no resource share")
		if picked := browser.Submit(button, nil).Want(http.StatusOK).Check().One("[aria-labelledby=selected]").Text(); !strings.Contains(picked, "orders") {
			t.Errorf("the wizard opens with %q picked", picked)
		}
		w.share(owner, w.Account("partner"), "first", allActions, id)
		browser.Get(shares).Check().WantText("first").One(button)
		narrow := w.SignIn(w.User(owner.Account, "narrow", "KMS Administrator", "RAM ReadOnlyAccess"))
		if n := narrow.Get(shares).Want(http.StatusOK).Check().Find(button).Length(); n != 0 {
			t.Error("a user who may not create shares is offered to share the key")
		}
		w.Exec("UPDATE keys SET state = 'pending_deletion', deletion_at = created_at WHERE id = ?", string(id))
		if n := browser.Get(shares).Want(http.StatusOK).Find(button).Length(); n != 0 {
			t.Error("a key about to be deleted is offered to be shared")
		}
	})
}

func TestKeyPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		id := w.key(owner, "orders")
		w.key(owner, "taken")
		browser := w.SignIn(owner)
		for _, tab := range []string{"", "?tab=tool", "?tab=tags", "?tab=shares", "?tab=junk"} {
			browser.Get(page(id) + tab).Want(http.StatusOK).Check().WantQueries(8)
		}
		browser.Get(page(id) + "/rename").Want(http.StatusOK).Check()
		browser.Submit("form[action$=rename]", webtest.Values{"name": "taken"}).Want(http.StatusUnprocessableEntity).WantText("KMS.1104")
		browser.Submit("form[action$=rename]", webtest.Values{"name": "sales"}).Want(http.StatusOK).WantText("The key was renamed to sales")
		browser.Get(page(id) + "/description").Check()
		browser.Submit("form[action$=description]", webtest.Values{"description": "Every sale"}).Want(http.StatusOK).WantText("Every sale")

		browser.Get(page(id) + "?tab=tags")
		browser.Submit("form[action$='/tag']", webtest.Values{"tag_key": "_sys_x"}).Want(http.StatusUnprocessableEntity).Check().WantText("reserved")
		browser.Submit("form[action$='/tag']", webtest.Values{"tag_key": "team", "tag_value": "red"}).Want(http.StatusOK).WantText("The tag team was set", "red")
		browser.Submit("form[action$='/untag']", nil).Want(http.StatusOK).WantText("The tag team was deleted", "This key has no tags")

		browser.Get(page(id) + "/disable").Want(http.StatusOK).Check()
		browser.Submit("#disable-form", nil).Want(http.StatusUnprocessableEntity).Check().WantText("Tick this")
		browser.Submit("#disable-form", webtest.Values{"understood": "on"}).Want(http.StatusOK).WantText("The key was disabled", "Disabled")
		browser.Get(page(id) + "?tab=tool").Check().WantText("This key is disabled")
		browser.Get(page(id) + "/enable").Want(http.StatusOK).Check()
		browser.Submit("#enable-form", nil).WantText("The key was enabled")
		browser.Get(page(id) + "/delete").Want(http.StatusOK).Check()
		browser.Submit("#delete-form", webtest.Values{"days": "6", "confirm": "DELETE"}).Want(http.StatusUnprocessableEntity).Check().WantText("KMS.1401")
		browser.Submit("#delete-form", webtest.Values{"days": "7", "confirm": "delete"}).Want(http.StatusUnprocessableEntity).WantText("Type DELETE")
		browser.Submit("#delete-form", webtest.Values{"days": "7", "confirm": "DELETE"}).Want(http.StatusOK).WantText("was scheduled", "Pending deletion")
		browser.Get(page(id) + "/cancel-deletion").Want(http.StatusOK).Check()
		browser.Submit("#cancel-deletion-form", nil).WantText("The deletion was cancelled", "Disabled")
	})
}

func TestTool(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner, partner := w.Account("owner"), w.Account("partner")
		id, other := w.key(owner, "orders"), w.key(owner, "other")
		w.share(owner, partner, "exchange", allActions, id)
		theirs := w.SignIn(partner)
		theirs.Get(page(id) + "?tab=tool").Want(http.StatusOK).Check()
		made := theirs.Submit("#tool", webtest.Values{"plaintext": "café <b>", "aad": "7"}).Want(http.StatusOK).Check()
		if got := made.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("the result's Cache-Control is %q", got)
		}
		text := made.One("#result pre").Text()

		browser := w.SignIn(owner)
		browser.Get(page(other) + "?tab=tool")
		opened := browser.Submit("#tool", webtest.Values{"mode": "decrypt", "ciphertext": " " + text + "\n", "aad": "7"}).Want(http.StatusOK).Check()
		opened.WantText("café <b>", "Opened with the key that the ciphertext names: orders")
		for name, values := range map[string]webtest.Values{
			"other data":  {"mode": "decrypt", "ciphertext": text, "aad": "8"},
			"junk":        {"mode": "decrypt", "ciphertext": "junk", "aad": ""},
			"too long":    {"mode": "encrypt", "plaintext": strings.Repeat("é", 2049), "aad": ""},
			"nothing":     {"mode": "encrypt", "plaintext": "", "aad": ""},
			"long extras": {"mode": "encrypt", "plaintext": "x", "aad": strings.Repeat("a", 129)},
		} {
			browser.Get(page(other) + "?tab=tool")
			refused := browser.Submit("#tool", values).Want(http.StatusUnprocessableEntity).Check()
			if refused.Find("#result").Length() != 0 || refused.Find(".pf-m-error").Length() == 0 {
				t.Errorf("%s: no field is marked", name)
			}
		}
		// A ciphertext under a key that this account cannot use says so, and names nothing.
		theirs.Get(page(id) + "?tab=tool")
		secret, err := w.Services.KMS.EncryptData(context.Background(), owner, kms.EncryptInput{Region: region, Key: other, Plain: []byte("x")})
		if err != nil {
			t.Fatal(err)
		}
		theirs.Submit("#tool", webtest.Values{"mode": "decrypt", "ciphertext": secret.Text}).Want(http.StatusUnprocessableEntity).WantText("not available to this account")
		for _, tr := range append(w.Traces(owner.Account), w.Traces(partner.Account)...) {
			if strings.Contains(tr.Body, "café") {
				t.Errorf("trace holds the plaintext: %s", tr.Body)
			}
		}
	})
}

func TestSharedKeyTab(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner, partner := w.Account("owner"), w.Account("partner")
		a, b := w.key(owner, "alpha"), w.key(owner, "beta")
		theirs := w.SignIn(partner)
		theirs.Get(list + "?tab=shared").Want(http.StatusOK).Check().WantText("No keys are shared with you in eu-west-101")
		w.share(owner, partner, "first", allActions, a)
		w.Advance(time.Minute)
		w.share(owner, partner, "second", readOnly, a, b)
		shared := theirs.Get(list + "?tab=shared").Want(http.StatusOK).Check().WantQueries(4)
		shared.WantText("alpha", "beta", "owner", "first", "+1 more share", "14 actions", "Not for secrets")
		if n := shared.Find("tbody tr").Length(); n != 2 {
			t.Errorf("%d rows for 2 keys", n)
		}
		if href := shared.One("tbody a:contains('Use in… Secret')").AttrOr("href", ""); href != "/csms/"+region+"/secrets/new?key="+string(a) {
			t.Errorf("Use in Secret leads to %s, want the one key that can seal secrets", href)
		}
		theirs.Get(list+"?tab=shared&q=AL&owner=own").Check().WantText("alpha", "Owner account: own")
		theirs.Get(list + "?tab=shared&share=none").Check().WantText("No keys match the filter")
		theirs.Get(list).WantText("No custom keys")
		if csv := theirs.Get(list + "/export?tab=shared").Body; !strings.Contains(csv, "first; second") {
			t.Errorf("export: %s", csv)
		}

		detail := theirs.Get(page(a)).Want(http.StatusOK).Check().WantQueries(8)
		detail.WantText("Shared by owner", "first", "second")
		if n := detail.Find("main form[method=post], dialog").Length(); n != 0 {
			t.Errorf("a foreign key's page has %d forms", n)
		}
		if strings.Contains(theirs.Get(page(b)).Want(http.StatusOK).Find("main nav").Text(), "Tool") {
			t.Error("the tool is offered for a key shared read-only")
		}
		refused := len(w.Traces(partner.Account))
		theirs.Get(page(b)+"?tab=tool").Want(http.StatusForbidden).WantText("kms:cmk:encryptData", "recorded in the audit trail")
		if n := len(w.Traces(partner.Account)); n != refused+1 {
			t.Errorf("naming the tool of a key shared read-only left %d traces, want that of the refusal", n-refused)
		}
		theirs.Get(page(b) + "?tab=tags").Want(http.StatusOK).WantText("The owner has put no tags on this key")
		for _, none := range []string{"shares", "junk"} {
			theirs.Get(page(b) + "?tab=" + none).Want(http.StatusOK).WantText("Basic Information")
		}
		for _, act := range []string{"disable", "delete"} {
			theirs.Get(page(a) + "/" + act).Want(http.StatusForbidden)
			w.SignIn(owner).Get(page(a)+"/"+act).Want(http.StatusOK).Check().WantQueries(8).
				WantText("In 2 shares, reaching 1 principal. None of them can use the key any more.", "says nothing of other uses")
		}
		theirs.Get(list + "/" + uuid.NewString()).Want(http.StatusNotFound)
		w.SignIn(w.Account("stranger")).Get(page(a)).Want(http.StatusNotFound)
	})
}

func TestNarrowUserSeesNoControls(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		id := w.key(owner, "orders")
		browser := w.SignIn(w.User(owner.Account, "reader", "KMS CMKReadOnlyAccess"))
		if n := browser.Get(list).Want(http.StatusOK).Check().Find("main .pf-m-primary, main .pf-m-danger").Length(); n != 0 {
			t.Errorf("the list offers %d acts to a reader", n)
		}
		detail := browser.Get(page(id)).Want(http.StatusOK).Check()
		if n := detail.Find("main form[method=post], dialog").Length(); n != 0 {
			t.Errorf("the key's page offers %d forms to a reader", n)
		}
		browser.Get(list + "/new").Want(http.StatusForbidden)
		browser.Get(page(id) + "/disable").Want(http.StatusForbidden)
		if strings.Contains(detail.Find("main nav").Text(), "Tool") {
			t.Error("the tool is offered to a reader")
		}
		browser.Get(page(id)+"?tab=tool").Want(http.StatusForbidden).WantText("kms:cmk:encryptData", "recorded in the audit trail")
		browser.Get(page(id) + "?tab=tags").Want(http.StatusOK)
		w.SignIn(w.User(owner.Account, "nobody")).Get(list).Want(http.StatusForbidden)
	})
}

func TestDefaultKeysTab(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		browser := w.SignIn(owner)
		browser.Get(list + "?tab=default").Want(http.StatusOK).Check().WantText("No default keys in eu-west-101 yet")
		_, err := w.Services.CSMS.CreateSecret(context.Background(), owner, csms.CreateSecretInput{
			Region: region, Name: "pin", Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte("x"))}, Once: "pin",
		})
		if err != nil {
			t.Fatal(err)
		}
		browser.Get(list+"?tab=default").Want(http.StatusOK).Check().WantQueries(4).WantText("csms/default", "Enabled")
		detail := browser.Follow("tbody a").Want(http.StatusOK).Check().WantText("csms/default")
		if n := detail.Find("main form[method=post], dialog").Length(); n != 0 {
			t.Errorf("a default key's page has %d forms", n)
		}
		browser.Get(detail.URL.Path + "?tab=tool").WantText("Basic Information")
		if p := browser.Get(detail.URL.Path + "/rename"); p.Status < 400 || !strings.Contains(p.Text(), "cannot be changed") {
			t.Errorf("renaming a default key: %d, %s", p.Status, p.Text())
		}
	})
}

// Who may not do an act is refused by the gate already when it asks for the form or the question:
// each refusal leaves its trace.
func TestFormsAndQuestionsAskTheGate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		id := w.key(owner, "orders")
		reader := w.User(owner.Account, "reader", "KMS CMKReadOnlyAccess")
		b := w.SignIn(reader)
		for path, action := range map[string]string{
			list + "/new": "kms:cmk:create", page(id) + "/disable": "kms:cmk:disable", page(id) + "/delete": "kms:cmk:update",
			page(id) + "/rename": "kms:cmk:update", page(id) + "/description": "kms:cmk:update",
		} {
			w.Advance(2 * time.Minute) // refusals of one minute are folded
			before := len(w.Traces(owner.Account))
			b.Get(path).Want(http.StatusForbidden).WantText("recorded in the audit trail", action)
			if traces := w.Traces(owner.Account); len(traces) != before+1 {
				t.Errorf("%s: %d traces more, want that of the refusal", path, len(traces)-before)
			}
		}
		b.Get(page(id) + "?tab=shares").Want(http.StatusOK).Check().WantText("ram:resourceShares:search")
	})
}

// A form with more rows than can be kept is no form of ours: it is not drawn again, many times as large.
func TestTooManyRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		b := w.SignIn(owner)
		rows := func(n int) url.Values {
			return url.Values{"form_token": {b.Token()}, "do": {"add-tag"}, "tag_key": make([]string, n)}
		}
		b.Get(list + "/new")
		b.Post(list+"/new", rows(21)).Want(http.StatusOK)
		b.Post(list+"/new", rows(22)).Want(http.StatusBadRequest).WantText("22 rows where at most 21 are possible")
		reader := w.SignIn(w.User(owner.Account, "reader", "KMS CMKReadOnlyAccess"))
		reader.Get(list)
		reader.Post(list+"/new", url.Values{"form_token": {reader.Token()}, "do": {"add-tag"}}).Want(http.StatusForbidden)
	})
}

// What is searched by name comes in the order of names, and the page says so, whatever order
// was asked for before.
func TestSearchIsByName(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := w.Account("owner")
		for _, name := range []string{"pay-b", "pay-a", "other", "pay-c"} {
			w.key(owner, name)
			w.Advance(time.Minute)
		}
		b := w.SignIn(owner)
		for query, want := range map[string]string{
			"": "none pay-c other pay-a pay-b", "?sort=created": "none pay-b pay-a other pay-c",
			"?q=PAY": "ascending pay-a pay-b pay-c", "?q=pay&sort=created": "ascending pay-a pay-b pay-c", "?q=pay&sort=-name": "descending pay-c pay-b pay-a",
		} {
			p := b.Get(list + query).Want(http.StatusOK).Check()
			got := p.Find("thead th").First().AttrOr("aria-sort", "")
			p.Find("tbody tr").Each(func(_ int, s *goquery.Selection) { got += " " + s.Find("a").First().Text() })
			if got != want {
				t.Errorf("%s lists %q, want %q", query, got, want)
			}
		}
	})
}
