package csms_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"sharedkms/internal/csms"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

const (
	region     = "eu-west-101"
	newForm    = `form[action$="/secrets/new"]`
	allActions = "00000000-0000-4000-8000-000000000201"
	readOnly   = "00000000-0000-4000-8000-000000000202"
)

type world struct {
	*webtest.Console
	t                *testing.T
	owner, recipient iam.Caller
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		test(t, &world{c, t, c.Account("Owner Ltd"), c.Account("Recipient Ltd")})
	})
}

func (w *world) key(caller iam.Caller, region, name string) kms.KeyID {
	w.t.Helper()
	id, err := w.Services.KMS.CreateKey(context.Background(), caller, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Once: uuid.NewString()})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// share lets the recipient use a key of the owner, as an accepted invitation does.
func (w *world) share(name, permissionVersion string, k kms.KeyID) (id string) {
	id = uuid.NewString()
	now, owner := store.At(w.Now()), string(w.owner.Account)
	w.Exec("INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, 'active', 1, 1, 1, ?, ?)", id, owner, name, name, true, now, now)
	w.Exec("INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, 'kms:KeyId', permission_id, id, ? FROM permission_versions WHERE id = ?", uuid.NewString(), id, now, permissionVersion)
	w.Exec("INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) VALUES (?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')", uuid.NewString(), id, owner, string(w.recipient.Account), true, now, now)
	w.Exec("INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) VALUES (?, ?, ?, 'kms:KeyId', ?, ?, ?, 'associated', '', ?)",
		uuid.NewString(), id, owner, kms.Key{ID: k, Account: w.owner.Account, Region: region}.URN().String(), string(k), region, now)
	return id
}

func (w *world) leave(share string) {
	w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = ?, ended_by = 'left' WHERE share_id = ?", store.At(w.Now()), share)
}

func (w *world) secret(caller iam.Caller, name, value string, k kms.KeyID) string {
	w.t.Helper()
	id, err := w.Services.CSMS.CreateSecret(context.Background(), caller, csms.CreateSecretInput{
		Region: region, Name: name, Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte(value))}, Key: csms.KeyChoice{ID: string(k)}, Once: uuid.NewString(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(id)
}

// The main story, without script: two rows, a mistake, a second look, made once, shown.
func TestCreateAndShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(w.owner, region, "orders")
		w.share("exchange", allActions, k)
		b := w.SignIn(w.recipient)
		b.Get(to.Secrets(region)).Want(200).Check().WantText("No secrets in eu-west-101 yet")
		b.Follow(`main a[href$="/secrets/new"]`).Want(200).Check().WantQueries(8)
		const first, second = "<first> \"value\"", "second value"
		noEcho := func(p *webtest.Page) *webtest.Page {
			t.Helper()
			for _, v := range []string{"first&gt;", "<first>", second} {
				if strings.Contains(p.Body, v) {
					t.Errorf("%s writes a typed value back", p.URL.Path)
				}
			}
			if p.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be kept: %q", p.URL.Path, p.Header.Get("Cache-Control"))
			}
			return p
		}
		p := noEcho(b.Submit(`[value=add-value]`, webtest.Values{"name": "gate/way", "value_key": "endpoint", "value_value": first, "description": "Ünder one key"}))
		p.Want(200).Check()
		if n := p.Find(`input[name=value_key]`).Length(); n != 2 {
			t.Fatalf("%d rows, want 2", n)
		}
		p = noEcho(b.SubmitValues(`[value=review].pf-m-primary`, url.Values{"value_key": {"endpoint", "token"}, "value_value": {"", second}, "key_mode": {"enter"}, "key_id": {"nonsense"}, "tag_key": {"team"}, "tag_value": {"retail"}}))
		p.Want(422).Check().WantText("2 fields need a change", "spaces and slashes", "This is not a key ID")
		if p.One(`#name`).AttrOr("aria-invalid", "") != "true" || p.One(`#key_id`).AttrOr("value", "") != "nonsense" || p.One("#description").Text() != "Ünder one key" {
			t.Error("what was typed did not come back beside its errors")
		}
		p = noEcho(b.SubmitValues(`[value=review].pf-m-primary`, url.Values{"name": {"gateway"}, "key_mode": {"select"}, "key": {string(k)}}))
		p.Want(200).Check().WantQueries(8).WantText("Confirm secret", "gateway", "Key/value, 2 entries", "endpoint, token", "orders", "Shared", "Owner Ltd", "exchange", "team: retail", "The secret depends on another account")
		p = noEcho(b.Submit(`[value=edit]`, nil))
		p.Want(200).Check()
		if p.One(`#key-field input[name=key][checked]`).AttrOr("value", "") != string(k) {
			t.Error("the chosen key did not come back")
		}
		noEcho(b.Submit(`[value=review].pf-m-primary`, nil)).Want(200)
		p = b.Submit(`[value=create].pf-m-primary`, nil)
		p.Want(200).Check().WantQueries(8).WantText("Secret gateway was created", "Key/value, 2 entries", "orders", "Shared", "Owner Ltd", "through exchange", "team: retail", "SYSCURRENT")
		detail := p.URL.Path
		p = b.Submit(`form[action$="/show"]`, nil).Want(200).Check()
		if p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Content-Encoding") != "" {
			t.Errorf("the page with the value is kept or compressed: %v", p.Header)
		}
		if d := cmp.Diff([]string{first, second}, []string{p.Find("pre").Eq(0).Text(), p.Find("pre").Eq(1).Text()}); d != "" {
			t.Error(d)
		}
		p = noEchoBody(t, b.Follow(`a[href="`+detail+`"].pf-m-primary`), first, second)
		p.Want(200)
		b.Get(detail + "/show").Want(200)
		if b.Page().URL.Path != detail {
			t.Errorf("GET of the value leads to %s", b.Page().URL.Path)
		}
		b.Get(to.Secrets(region)).Want(200).Check().WantQueries(4).WantText("gateway", "Enabled", "orders", "Owner Ltd", "Shared")
	})
}

func noEchoBody(t *testing.T, p *webtest.Page, values ...string) *webtest.Page {
	t.Helper()
	for _, v := range values {
		if strings.Contains(p.Body, v) {
			t.Errorf("%s shows a value", p.URL.Path)
		}
	}
	return p
}

// The compressible page is asked for with gzip and answered without, because it shows a secret.
func TestValuePageIsNotCompressed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.secret(w.owner, "long", strings.Repeat("a compressible value ", 2000), "")
		b := w.SignIn(w.owner)
		p := b.Get(to.Secret(region, id))
		body := url.Values{"form_token": {p.Find(`form[action$="/show"] input[name=form_token]`).AttrOr("value", "")}}
		r, err := http.NewRequest(http.MethodPost, w.URL+to.SecretAct(region, id, "show"), strings.NewReader(body.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Accept-Encoding", "gzip")
		p = b.Do(r).Want(200)
		if p.Header.Get("Content-Encoding") != "" || p.Header.Get("Cache-Control") != "no-store" || !strings.Contains(p.Body, "a compressible value a") {
			t.Errorf("headers %v", p.Header)
		}
	})
}

// Every field answers what is wrong with it, and nothing is stored.
func TestWrongInput(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.secret(w.recipient, "taken", "x", "")
		own, foreign, far := w.key(w.recipient, region, "own"), w.key(w.owner, region, "foreign"), w.key(w.recipient, "cn-north-4", "far")
		disabled, reading := w.key(w.owner, region, "disabled"), w.key(w.owner, region, "reading")
		w.share("a", allActions, disabled)
		w.share("b", readOnly, reading)
		w.Exec("UPDATE keys SET state = 'disabled' WHERE id = ?", string(disabled))
		b := w.SignIn(w.recipient)
		entered := func(id string) url.Values { return url.Values{"key_mode": {"enter"}, "key_id": {id}} }
		for name, c := range map[string]struct {
			values url.Values
			field  string // id of the control that is marked
			text   string
		}{
			"no name":            {url.Values{"name": {""}}, "name", "Type a name"},
			"long name":          {url.Values{"name": {strings.Repeat("n", 65)}}, "name", "65 characters"},
			"markup as name":     {url.Values{"name": {"<script>alert(1)</script>"}}, "name", "letters, digits"},
			"taken name":         {url.Values{"name": {"taken"}}, "name", "CSMS.0101"},
			"long description":   {url.Values{"description": {strings.Repeat("d", 2049)}}, "description", "2049 bytes"},
			"no value":           {url.Values{"value_key": {""}, "value_value": {""}}, "", "one row at least"},
			"value without key":  {url.Values{"value_key": {""}}, "entry-1", "no key"},
			"empty plaintext":    {url.Values{"value_form": {"text"}}, "", "Type the value"},
			"large plaintext":    {url.Values{"value_form": {"text"}, "plain": {strings.Repeat("p", 65537)}}, "", "65537 bytes"},
			"unknown form":       {url.Values{"value_form": {"x"}}, "", "Choose key/value or plaintext"},
			"tag":                {url.Values{"tag_key": {"a<b"}}, "tag-key-1", "A tag key has"},
			"no key ID":          {entered(""), "key_id", "Type or paste"},
			"key ID of junk":     {entered("'; DROP TABLE keys"), "key_id", "not a key ID"},
			"missing key":        {entered(uuid.NewString()), "key_id", "KMS.0207"},
			"somebody else's":    {entered(string(foreign)), "key_id", "KMS.0207"},
			"key of a region":    {entered(string(far)), "key_id", "cn-north-4"},
			"disabled key":       {entered(string(disabled)), "key_id", "KMS.0209"},
			"reading only":       {entered(string(reading)), "key_id", "KMS.0306"},
			"alias":              {entered("csms/default"), "key_id", "alias"},
			"chosen, not listed": {url.Values{"key": {string(foreign)}}, "", "KMS.0207"},
		} {
			b.Get(to.SecretNew(region)).WantText("0 of 65536 bytes")
			if b.Page().Find("#plain[maxlength]").Length() != 0 {
				t.Error("a browser would cut a pasted value without a word")
			}
			values := url.Values{"name": {"fine"}, "value_key": {"k"}, "value_value": {"v"}, "key": {string(own)}}
			for field, v := range c.values {
				values[field] = v
			}
			p := b.SubmitValues(newForm, values)
			p.Want(422).Check().WantText("The secret was not created", c.text)
			if c.field != "" && p.One("#"+c.field).AttrOr("aria-invalid", "") != "true" {
				t.Errorf("%s: %s is not marked", name, c.field)
			}
			if t.Failed() {
				t.Fatalf("in case %q", name)
			}
		}
		var n int
		if err := w.Store.Read(context.Background()).Raw("SELECT count(*) FROM secrets").Scan(&n).Error; err != nil || n != 1 {
			t.Errorf("%d secrets, want 1 (%v)", n, err)
		}
	})
}

// One form sent twice makes one secret, and both answers lead to it.
func TestDoubleSubmit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.SignIn(w.owner)
		b.Get(to.SecretNew(region))
		b.Submit(newForm, webtest.Values{"name": "once", "value_key": "k", "value_value": "v"}).WantText("Confirm secret", "csms/default")
		values := url.Values{}
		b.Page().Find(newForm + " input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
			values.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
		})
		values.Set("do", "create")
		first := b.Post(to.SecretNew(region), values).Want(200).URL.Path
		second := b.Post(to.SecretNew(region), values).Want(200).URL.Path
		if first != second || !strings.HasPrefix(first, to.Secrets(region)+"/") {
			t.Errorf("two posts lead to %s and %s", first, second)
		}
	})
}

// Losing the key changes the pages, and asking all the same is answered in words.
func TestKeyLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(w.owner, region, "orders")
		share := w.share("exchange", allActions, k)
		id := w.secret(w.recipient, "token", "the value", k)
		b := w.SignIn(w.recipient)
		shown := b.Get(to.Secret(region, id))
		values := url.Values{"form_token": {shown.Find(`form[action$="/show"] input[name=form_token]`).AttrOr("value", "")}}
		w.leave(share)
		p := b.Post(to.SecretAct(region, id, "show"), values).Want(409).Check()
		p.WantText("The value cannot be read: this account no longer has access to its key", "orders, a key of Owner Ltd.", "This account left the share exchange on", "Ask Owner Ltd to share the key again", string(w.owner.Account), "CSMS.0401, KMS.0207")
		if p.Find(`form[action$="/show"]`).Length() != 0 || p.One(`[aria-describedby=why-not]`).AttrOr("aria-disabled", "") != "true" {
			t.Error("Show value can still be pressed")
		}
		b.Get(to.Secret(region, id)).Want(200).Check().WantQueries(8).WantText("Key not accessible", "Left since")
		b.Get(to.Secrets(region)).Want(200).WantQueries(4).WantText("Key not accessible", "no access to the key", "orders")
		w.share("again", allActions, k)
		b.Get(to.Secret(region, id)).WantText("Enabled", "through again")
		b.Submit(`form[action$="/show"]`, nil).Want(200).WantText("the value")
		w.Exec("UPDATE keys SET state = 'disabled' WHERE id = ?", string(k))
		b.Get(to.Secret(region, id)).Check().WantText("its key was disabled by its owner", "KMS.0209")
	})
}

func TestDelete(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.secret(w.owner, "old", "x", "")
		b := w.SignIn(w.owner)
		b.Get(to.Secret(region, id))
		b.Follow(`a[data-dialog=delete]`).Want(200).Check().WantText("Delete old?", "at once and for good")
		b.Submit(`#delete-form`, webtest.Values{"confirm": "Old"}).Want(422).Check().WantText("The secret was not deleted", "Type old as it is written")
		b.Submit(`#delete-form`, webtest.Values{"confirm": "old"}).Want(200).WantText("Secret old was deleted", "No secrets in eu-west-101 yet")
		b.Get(to.Secret(region, id)).Want(404)
	})
}

// Controls follow the policies, and the address of a form does too.
func TestPolicies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.secret(w.owner, "token", "x", "")
		reader := w.SignIn(w.User(w.owner.Account, "reader", "CSMS ReadOnlyAccess"))
		p := reader.Get(to.Secret(region, id)).Want(200).Check().WantText("No policy of reader allows csms:secretVersion:get")
		if p.Find(`form[action$="/show"], a[data-dialog=delete]`).Length() != 0 {
			t.Error("a reader is offered what it may not do")
		}
		if reader.Get(to.Secrets(region)).Find(`a[href$="/new"]`).Length() != 0 {
			t.Error("a reader is offered to create")
		}
		reader.Get(to.SecretNew(region)).Want(403).WantText("csms:secret:create")
		reader.Get(to.SecretAct(region, id, "delete")).Want(403).WantText("csms:secret:delete")
	})
}

// The address may choose the key; the search keeps it chosen; the list filters and exports.
func TestKeyFieldListAndExport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(w.owner, region, "orders")
		w.key(w.owner, region, "other")
		w.share("exchange", allActions, k)
		disabled := w.key(w.owner, region, "off")
		w.share("off", allActions, disabled)
		w.Exec("UPDATE keys SET state = 'disabled' WHERE id = ?", string(disabled))
		b := w.SignIn(w.recipient)
		chosen := func(p *webtest.Page) string {
			return p.Find(`#key-field input[name=key][checked]`).AttrOr("value", "")
		}
		p := b.Get(to.SecretNewWithKey(region, string(k))).Want(200).Check()
		if chosen(p) != string(k) || p.Find("#key-field input[disabled]").Length() != 1 {
			t.Errorf("chosen %q of %s", chosen(p), p.One("#key-field").Text())
		}
		p.WantText("Shared with this account", "Owner Owner Ltd, share exchange", "This key was disabled by its owner")
		p = b.Submit(`[value=find-key]`, webtest.Values{"key_q": "zzz"}).Want(200).Check().WantQueries(8).WantText("Chosen")
		if chosen(p) != string(k) {
			t.Errorf("the search lost the choice: %q", chosen(p))
		}
		p = b.Get(to.SecretNewWithKey(region, string(disabled)))
		if p.One("#key_id").AttrOr("value", "") != string(disabled) {
			t.Error("a key that cannot be chosen does not stand in Enter key ID")
		}
		id := w.secret(w.recipient, "token", "x", k)
		w.secret(w.recipient, "second", "x", "")
		if href := b.Get(to.Key(region, string(k))).Want(200).One("main a:contains('See the secrets')").AttrOr("href", ""); href != to.SecretsUnderKey(region, string(k)) {
			t.Errorf("the key's page leads to its secrets by %q", href)
		}
		if n := w.SignIn(w.owner).Get(to.Key(region, string(k))).Want(200).Find("main a:contains('See the secrets')").Length(); n != 0 {
			t.Error("the owner is led to the secrets of another account")
		}
		b.Get(to.SecretsUnderKey(region, string(k))).Want(200).Check().WantText("token", "Key: "+string(k))
		if strings.Contains(b.Page().Text(), "second") {
			t.Error("the key filter lets another secret through")
		}
		b.Get(to.Secrets(region) + "?q=nothing").Want(200).Check().WantText("No secrets match the filter")
		body := b.Get(to.SecretsExport(region) + "?q=tok").Want(200).Body
		if !strings.Contains(body, "token,"+id+","+region+",enabled,orders,"+string(k)) || strings.Contains(body, "second") {
			t.Errorf("exported:\n%s", body)
		}
	})
}

// A post with more rows than a secret can have is not drawn again, many times as large; and only who
// may make secrets has the form drawn.
func TestTooManyRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.SignIn(w.owner)
		b.Get(to.SecretNew(region))
		send := func(b *webtest.Client, field string, n int) *webtest.Page {
			return b.Post(to.SecretNew(region), url.Values{"form_token": {b.Token()}, "do": {"find-key"}, field: make([]string, n)})
		}
		for field, most := range map[string]int{"value_key": csms.MaxEntries + 1, "value_value": csms.MaxEntries + 1, "value_kept": csms.MaxEntries + 1, "tag_key": csms.MaxTags + 1, "tag_value": csms.MaxTags + 1} {
			send(b, field, most).Want(http.StatusOK)
			send(b, field, most+1).Want(http.StatusBadRequest).WantText("rows where at most")
		}
		reader := w.SignIn(w.User(w.owner.Account, "reader", "CSMS ReadOnlyAccess"))
		reader.Get(to.Secrets(region))
		send(reader, "value_key", 1).Want(http.StatusForbidden).WantText("csms:secret:create")
	})
}
