package ram_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

func TestPermissionsByTheirPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		b := w.SignIn(w.owner)
		b.Get(to.Permissions()).Want(200).WantText("Permissions Library").WantText("kms KeyId read-only statement").WantQueries(4).Check()
		b.Get(to.PermissionNew()).Want(200).Check()

		// What no permission holds is refused beside the actions, whoever posts it.
		p := b.SubmitValues(`form[action$="/permissions/new"]`, url.Values{"name": {"two words"}, "action": {"kms:cmk:get", "kms:cmk:scheduleKeyDeletion"}})
		p.Want(422).WantText("The permission was not created").WantText("cannot hold kms:cmk:scheduleKeyDeletion").WantText("Use letters, digits").Check()
		p = b.SubmitValues(`form[action$="/permissions/new"]`, url.Values{"name": {"orders-write"}, "description": {"For partners."}, "action": {"kms:cmk:get", "kms:cmk:encryptData"}})
		p.Want(200).WantText("Permission orders-write was created").WantText("Encrypt data").WantText("Customer managed").WantQueries(8).Check()
		id := p.URL.Path[strings.LastIndex(p.URL.Path, "/")+1:]

		// The wizard offers it.
		key := w.key(w.owner, region, "orders")
		w.draft(b)
		b.SubmitValues(next, url.Values{"name": {"orders"}, "pick": {key}}).Want(200).WantText("orders-write", "customer managed").Check()
		b.Submit(next, webtest.Values{"permission": id}).Want(200)
		b.Submit(do("add-account"), webtest.Values{"kind": "account", "accounts": string(w.partner.Account)}).Want(200)
		b.Submit(next, nil).Want(200).WantText("orders-write", "Decrypt data")
		p = b.Submit(next, nil).Want(200).WantText("orders-write")
		shareID := p.URL.Path[strings.LastIndex(p.URL.Path, "/")+1:]
		invitations, err := w.Services.RAM.ListInvitations(context.Background(), w.partner, ram.InvitationFilter{}, store.Slice{Size: 10})
		w.must(err)
		_, err = w.Services.RAM.AcceptInvitation(context.Background(), w.partner, invitations.Invitations[0].ID)
		w.must(err)

		// A new version waits; list, share and library tell; the update is shown, then done.
		b.Get(to.PermissionVersionNew(id)).Want(200).Check()
		p = b.SubmitValues(`form[action$="/versions/new"]`, url.Values{"action": {"kms:cmk:get", "kms:cmk:encryptData", "kms:cmk:decryptData"}, "default": {"on"}})
		p.Want(200).WantText("Version 2 was created").WantText("Added since version 1").Check()
		b.Get(to.Shares()).Want(200).WantText("Some resource shares are not on the default version").WantText("permission update available").WantQueries(4).Check()
		b.Get(to.SharesOutdated()).Want(200).WantText("orders").WantQueries(4).Check()
		b.Get(to.SharesOfPermission(id)).Want(200).WantText("orders").WantQueries(4).Check()
		b.Get(to.Permissions()).Want(200).WantText("1 resource share is not on the default version of a permission").WantText("Update 1 share…").WantQueries(4)
		b.Get(to.PermissionAct(id, "update")).Want(200).WantText("Lumen Logistics").WantText("Accounts gain").WantQueries(8).Check()
		b.Get(to.Share(shareID)).Want(200).WantText("this share uses version 1").WantQueries(8).Check()
		b.Follow(`a[href$="/permission"]`)
		p = b.Submit(`form[action$="/permission"]`, nil)
		p.Want(200).WantText("Resource share orders was updated")
		if strings.Contains(p.Text(), "this share uses version 1") {
			t.Error("the share still tells of an older version")
		}
		b.Get(to.PermissionAct(id, "update")).Want(200).WantText("There is nothing to update")

		// What is used stays; what is not used goes by a question.
		b.Get(to.Permission(id)).Want(200).WantText("A permission that a share uses cannot be deleted").Check()
		b.Get(to.PermissionVersions(id)).Want(200).Check()
		b.Submit(`form[action$="/versions/1/default"]`, nil).Want(200).WantText("Version 1 is the default one")
		b.Get(to.PermissionAct(id, "update")).Want(200).WantText("Accounts lose").Check()
		b.Submit(`form[action$="/update"]`, nil).Want(200).WantText("Resource share orders was updated")
		b.Get(to.PermissionVersionAct(id, 2, "delete")).Want(200).Check()
		b.Submit(`form[action$="/versions/2/delete"]`, nil).Want(200).WantText("Version 2 was deleted")

		_, err = w.Services.RAM.DeleteShare(context.Background(), w.owner, ram.ShareID(shareID))
		w.must(err)
		reader := w.SignIn(w.User(w.owner.Account, "reader", "RAM ReadOnlyAccess"))
		reader.Get(to.PermissionVersionNew(id)).Want(403)
		reader.Get(to.PermissionAct(id, "delete")).Want(403)
		b.Get(to.PermissionAct(id, "delete")).Want(200).Check()
		b.Submit(`form[action$="/delete"]`, nil).Want(200).WantText("The permission was deleted")
		b.Get(to.Permission(id)).Want(404)

		// Built-in ones cannot be changed, and who only reads sees no way to.
		const builtIn = "00000000-0000-4000-8000-000000000101"
		b.Get(to.PermissionVersionNew(builtIn)).Want(409)
		p = reader.Get(to.Permissions()).Want(200)
		if p.Find(`a[href="`+to.PermissionNew()+`"]`).Length() != 0 {
			t.Error("a reader is offered to create a permission")
		}
		reader.Get(to.PermissionNew()).Want(403).WantText("The attempt is recorded")
		if tried := b.Get(to.Traces() + "?outcome=refused&user=reader").Want(200).Find(`tbody tr:contains("ermission")`).Length(); tried != 3 {
			t.Errorf("%d of 3 attempts stand in the trail", tried)
		}
	})
}
