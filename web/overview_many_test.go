package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestOverviewSaysHowManyWait lets more wait than the overview names: it says how many there are and
// leads to the lists that hold all of them, within the budget.
func TestOverviewSaysHowManyWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		ctx := t.Context()
		owner, receiver := c.Account("Owner"), c.Account("Receiver")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		makeKey := func(caller iam.Caller, region, name string) kms.KeyID {
			t.Helper()
			id, err := c.Services.KMS.CreateKey(ctx, caller, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Once: name})
			must(err)
			return id
		}
		shared := makeKey(owner, iamtest.Regions[0], "shared")
		invite := func(name string) {
			t.Helper()
			id, err := c.Services.RAM.CreateDraft(ctx, owner, ram.NewDraft{})
			must(err)
			d, err := c.Services.RAM.GetDraft(ctx, owner, id)
			must(err)
			d, err = c.Services.RAM.SaveDetails(ctx, owner, id, ram.DetailsInput{Version: d.Version, Name: name, AddKeys: []string{string(shared)}, Finish: true})
			must(err)
			permissions, err := c.Services.RAM.ListPermissions(ctx, owner)
			must(err)
			d, err = c.Services.RAM.SavePermissions(ctx, owner, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: permissions[0].ID}, Finish: true})
			must(err)
			d, err = c.Services.RAM.SavePrincipals(ctx, owner, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: []string{string(receiver.Account)}, Finish: true})
			must(err)
			_, err = c.Services.RAM.ConfirmDraft(ctx, owner, id, d.Version)
			must(err)
		}
		end := func(region, name string) {
			t.Helper()
			must(c.Services.KMS.ScheduleKeyDeletion(ctx, receiver, region, makeKey(receiver, region, name), 7))
		}
		b := c.SignIn(receiver)
		b.Get(to.Me())
		show := func() *webtest.Page {
			t.Helper()
			return b.Get(to.Overview()).Want(http.StatusOK).Check().WantQueries(8)
		}
		show().WantText("0 open")
		boss := c.Account("Boss")
		_, err := c.Services.Org.CreateOrganization(ctx, boss, "Trading")
		must(err)
		_, err = c.Services.Org.Invite(ctx, boss, "Receiver", "")
		must(err)
		if p := show().WantText("1 open", "Boss asks this account to join the organization Trading."); !strings.Contains(strings.Join(p.Hrefs("main a"), " ")+" ", to.Organization()+" ") {
			t.Errorf("no link to where it is answered among %v", p.Hrefs("main a"))
		}
		for i := range 3 {
			invite(fmt.Sprintf("share-%d", i))
		}
		for i := range 5 {
			end(iamtest.Regions[i%2], fmt.Sprintf("key-%d", i))
		}
		if p := show().WantText("9 open"); strings.Contains(p.Text(), "are shown") {
			t.Errorf("everything is shown, but the page says %s", p.Text())
		}
		invite("share-3")
		end(iamtest.Regions[1], "key-5")
		p := show().WantText("9 of 11 open", "3 of 4 invitations are shown.", "5 of 6 keys pending deletion are shown. All of them:", "3 in "+iamtest.Regions[0], "3 in "+iamtest.Regions[1])
		links := p.Hrefs("main li.k-sub a")
		for href, holds := range map[string]int{
			to.SharesPending(): 4, to.Keys(iamtest.Regions[0]) + "?status=pending_deletion": 3, to.Keys(iamtest.Regions[1]) + "?status=pending_deletion": 3,
		} {
			if !strings.Contains(strings.Join(links, " ")+" ", href+" ") {
				t.Errorf("no link to %s among %v", href, links)
			}
			if rows := b.Get(href).Want(http.StatusOK).Find("main tbody tr").Length(); rows != holds {
				t.Errorf("%s: %d rows, want %d", href, rows, holds)
			}
		}
		if n := p.Find("main a[href$='/accept']").Length(); n != 3 {
			t.Errorf("%d invitations to answer", n)
		}

		// Counting ends at the cap.
		for i := range 120 {
			id := fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
			c.Exec(`INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, ended_by, ended_at)
SELECT ?, share_id, account_id, kind, principal, external, 'disassociated', '', created_at, 'left', created_at FROM share_principals WHERE share_id = (SELECT id FROM shares WHERE name = 'share-0') AND ended_at IS NULL`, id)
			c.Exec(`INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at)
SELECT ?, account_id, ?, ?, '', allow_external, 'active', 1, 0, 0, created_at, created_at FROM shares WHERE name = 'share-0'`, id, id, id)
			c.Exec(`INSERT INTO invitations (id, share_id, association_id, sender, receiver, status, note, created_at, expires_at)
SELECT ?, ?, ?, sender, receiver, 'pending', '', created_at, expires_at FROM invitations WHERE share_id = (SELECT id FROM shares WHERE name = 'share-0')`, id, id, id)
		}
		show().WantText("9 of 107+ open", "3 of 100+ invitations are shown.")
	})
}
