package ram_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// edit opens step one of an edit draft of the share in b.
func (w *world) edit(b *webtest.Client, share ram.ShareID) *webtest.Page {
	w.t.Helper()
	b.Get(to.Share(string(share))).Want(200)
	return b.Submit(`form[action$="/edit"]`, nil).Want(200)
}

// TestEditWizard changes every part of a share by the forms of the four steps.
func TestEditWizard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		mate, third := w.Account("Harbor Payments"), w.Account("Third")
		unit := w.organization(mate)
		second, err := w.Services.Org.CreateUnit(context.Background(), w.owner, "", "Shared Services")
		w.must(err)
		orders, pii := w.key(w.owner, region, "retail-orders"), w.key(w.owner, region, "retail-pii")
		share := w.share("partner-keys", []string{orders}, string(w.partner.Account), unit.URN)
		w.secret(mate, "gateway", orders)
		b := w.SignIn(w.owner)
		b.Get(to.Shares()).Want(200).Check().WantText("Edit")
		p := w.edit(b, share.ID).Check().WantText("Edit Resource Share", "Changes to partner-keys", "Specify Resource Share Details", "1 key").WantQueries(8)
		if got := p.One("#name").AttrOr("value", ""); got != "partner-keys" {
			t.Errorf("the name is %q", got)
		}
		b.SubmitValues(do("add-keys"), url.Values{"pick": {pii}}).Want(200).WantText("2 keys, 1 added", "new in this share")
		b.Submit(do("remove-key-"+orders), nil).Want(200).WantText("1 key, 1 added, 1 removed")
		b.SubmitValues(next, url.Values{"name": {"other-keys"}, "description": {"For who ships."}, "tag_key": {"team"}, "tag_value": {"shipping"}}).
			Want(200).Check().WantText("Associate Permissions", "default kms KeyId statement").WantQueries(8)
		p = b.Submit(next, webtest.Values{"permission": "00000000-0000-4000-8000-000000000102"}).Want(200).Check().WantQueries(8)
		p.WantText("Grant Access to Principals", "Commerce", "Access at once", "Invitation pending", "2 principals")
		b.Submit(do("remove-principal-"+unit.URN), nil).Want(200).WantText("1 principal, 1 removed")
		b.Submit(do("add-account"), webtest.Values{"kind": "account", "accounts": string(third.Account) + " " + second.URN}).Want(200).WantText("3 principals, 2 added, 1 removed", "Will receive an invitation")
		p = b.Submit(next, nil).Want(200).Check().WantQueries(8)
		p.WantText("Your changes: +1 key, −1 key, +2 principals, −1 principal", "read-only statement v1", "was partner-keys", "Tag team: shipping", "Commerce loses access to all keys of this share at once",
			"All principals lose access to retail-orders at once", "1 secret of other accounts stops working", "Harbor Payments: 1 secret", "On OK, 1 principal gets access at once and 1 invitation goes out")
		p.WantText("Accounts gain", "Accounts lose", "Open data keys, and with them secrets", "kms:cmk:decryptDataKey", "Accounts with access that stay: Nobody has access now", "1 invitation is not answered")
		if strings.TrimSpace(p.One(next).Text()) != "OK" {
			t.Errorf("the last button says %q", p.One(next).Text())
		}
		confirm := p.URL.Path
		p = b.Submit(next, nil).Want(200).Check().WantText("Resource share changed", "other-keys", "For who ships.", "team", "shipping", "retail-pii", "read-only").WantQueries(8)
		if p.URL.Path != to.Share(string(share.ID)) {
			t.Errorf("OK leads to %s", p.URL.Path)
		}
		if again := b.Get(confirm).Want(200); again.URL.Path != to.Share(string(share.ID)) {
			t.Errorf("a confirmed edit leads to %s", again.URL.Path)
		}
	})
}

// TestEditOfMovedShare shows both changes when somebody was faster, and refuses a narrow scope with
// outsiders in the share.
func TestEditOfMovedShare(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		orders, pii := w.key(w.owner, region, "retail-orders"), w.key(w.owner, region, "retail-pii")
		mate := w.Account("Harbor Payments")
		w.organization(mate)
		share := w.share("partner-keys", []string{orders}, string(w.partner.Account))
		b := w.SignIn(w.owner)
		w.edit(b, share.ID)
		b.SubmitValues(next, url.Values{"pick": {pii}}).Want(200)
		b.Submit(next, nil).Want(200)
		p := b.Submit(next, webtest.Values{"scope": "organization"}).Want(422).Check()
		p.WantText("Sharing cannot be limited to Harbor Group", string(w.partner.Account))
		b.Submit(next, webtest.Values{"scope": "any"}).Want(200).WantText("+1 key")
		w.must(w.Services.RAM.UpdateShare(context.Background(), w.owner, share.ID, ram.ShareUpdate{Version: share.Version, Name: "theirs", Description: share.Description}))
		p = b.Submit(next, nil).Want(422).Check().WantText("The share was not changed", "RAM.1913", "Somebody changed this share since you began", "Name: theirs", "Your changes: +1 key")
		if strings.Contains(p.Find("#form-problems").Text(), "fields") {
			t.Error("the summary speaks of fields")
		}
		p = b.Submit(do("take"), nil).Want(200).Check().WantText("Their changes are in this draft now", "Your changes: +1 key")
		if strings.Contains(p.Text(), "Somebody changed") {
			t.Error("changes that were taken in are shown again")
		}
		b.Submit(next, nil).Want(200).WantText("Resource share changed", "theirs", "retail-pii")

		w.edit(b, share.ID)
		p = b.Get(strings.Replace(b.Get(to.Shares()).Find(`a[aria-label^="Continue draft"]`).First().AttrOr("href", ""), "details", "confirm", 1)).Want(200).Check().WantText("Nothing differs from the share as it is")
		b.Submit(next, nil).Want(422).WantText("RAM.1918")
		b.Get(strings.Replace(p.URL.Path, "confirm", "principals", 1)).Want(200)
		_, err := w.Services.RAM.DeleteShare(context.Background(), w.owner, share.ID)
		w.must(err)
		b.Submit(next, nil).Want(200).WantText("This share is deleted. Create another one from it.", "Status: Deleted")
		for _, step := range ram.Steps {
			b.Get(strings.Replace(p.URL.Path, "confirm", string(step), 1)).Want(200).WantText("This share is deleted. Create another one from it.", "Status: Deleted")
		}
		b.Get(to.Share(string(share.ID))).Want(200)
		b.Submit(`form[action$="/copy"]`, nil).Want(200).Check().WantText("Create Resource Share", "This draft holds what the share holds", "2 of at most 20")
	})
}

// TestShareForms renames a share, sets, changes and deletes a tag, and sends an invitation again, on the
// share's own page.
func TestShareForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		share := w.share("partner-keys", []string{w.key(w.owner, region, "retail-orders")}, string(w.partner.Account))
		b := w.SignIn(w.owner)
		b.Get(to.Share(string(share.ID))).Want(200).Check().WantText("Edit name and description", "expires 20", string(share.Principals[0].Invitation)[:8])
		p := b.Submit("#rename [type=submit]:not([tabindex])", webtest.Values{"name": "two words"}).Want(422).Check().WantText("The share was not changed", "Use letters, digits")
		if _, open := p.One("#basic details").Attr("open"); !open || p.One("#name").AttrOr("value", "") != "two words" {
			t.Error("the form with the mistake is closed, or empty")
		}
		b.Submit("#rename [type=submit]:not([tabindex])", webtest.Values{"name": "shipping", "description": "For who ships."}).Want(200).WantText("Name and description were saved", "shipping", "For who ships.")
		b.Submit("#tag [type=submit]:not([tabindex])", webtest.Values{"tag_key": "_sys_x"}).Want(422).Check().WantText("The tag was not set", "reserved")
		b.Submit("#tag [type=submit]:not([tabindex])", webtest.Values{"tag_key": "team", "tag_value": "a"}).Want(200).WantText("Tag team was set")
		p = b.Follow(`a[aria-label="Edit tag team"]`).Want(200).Check()
		if p.One("#tag_value").AttrOr("value", "") != "a" {
			t.Error("the value to change is not in the form")
		}
		b.Submit("#tag [type=submit]:not([tabindex])", webtest.Values{"tag_value": "b"}).Want(200)
		p = b.Submit("#tag [type=submit]:not([tabindex])", webtest.Values{"tag_key": "<", "tag_value": ">"}).Want(422).Check().WantText("cannot be a tag key", "cannot have this value")
		if p.One("#tag_key").AttrOr("aria-invalid", "") != "true" || p.One("#tag_value").AttrOr("aria-invalid", "") != "true" || p.One("#tag_value").AttrOr("value", "") != ">" {
			t.Error("one of two wrong fields is not marked, or lost")
		}
		b.Submit("#tag [type=submit]:not([tabindex])", webtest.Values{"tag_key": strings.Repeat("é", 4000)}).Want(422).Check().WantText("The tag was not set")
		b.Get(to.ShareUntag(string(share.ID), strings.Repeat("é", 4000))).Want(200).WantText("The share has no tag éé", "é…") // a notice fits into its cookie
		b.Get(to.Share(string(share.ID)))
		b.Follow(`a[aria-label="Delete… tag team"]`).Want(200).Check().WantText("Delete tag team?", "team: b")
		question := b.Page().URL.RequestURI()
		b.Submit("#untag-form button", nil).Want(200).WantText("Tag team was deleted")
		b.WithToken(http.MethodPost, question, nil).Want(200).WantText("The share has no tag team")
		b.Submit(`button[aria-label^="Resend invitation to"]`, nil).Want(200).Check().WantText("received a new invitation, valid for 7 days", "Removed")
		b.Follow(`a[aria-label^="Cancel invitation… to"]`).Want(200).Check().WantText("Cancel the invitation to", "nobody loses access")
	})
}
