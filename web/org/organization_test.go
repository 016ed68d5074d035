package org_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sharedkms/internal/csms"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

type world struct {
	*webtest.Console
	t    *testing.T
	boss iam.Caller
}

func newWorld(t *testing.T, st *store.Store) *world {
	t.Helper()
	c := webtest.New(t, st)
	return &world{Console: c, t: t, boss: c.Account("Harbor Management")}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// made creates an organization with a unit for boss and gives that.
func (w *world) made() org.Unit {
	w.t.Helper()
	_, err := w.Services.Org.CreateOrganization(context.Background(), w.boss, "Harbor Group")
	w.must(err)
	unit, err := w.Services.Org.CreateUnit(context.Background(), w.boss, "", "Commerce")
	w.must(err)
	return unit
}

// shared makes a share of account with one key.
func (w *world) shared(owner iam.Caller, name string, principals ...string) kms.KeyID {
	w.t.Helper()
	ctx, svc := context.Background(), w.Services.RAM
	key, err := w.Services.KMS.CreateKey(ctx, owner, kms.CreateKeyInput{Region: "eu-west-101", Name: name, Spec: kms.AES256, Once: name})
	w.must(err)
	id, err := svc.CreateDraft(ctx, owner, ram.NewDraft{Keys: []string{string(key)}})
	w.must(err)
	d, err := svc.GetDraft(ctx, owner, id)
	w.must(err)
	d, err = svc.SaveDetails(ctx, owner, id, ram.DetailsInput{Version: d.Version, Name: name, Finish: true})
	w.must(err)
	choices, err := svc.PermissionsPage(ctx, owner, id)
	w.must(err)
	d, err = svc.SavePermissions(ctx, owner, id, ram.PermissionsInput{
		Version: d.Version, Finish: true, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: choices.Choices[0].Chosen},
	})
	w.must(err)
	d, err = svc.SavePrincipals(ctx, owner, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: principals, Finish: true})
	w.must(err)
	_, err = svc.ConfirmDraft(ctx, owner, id, d.Version)
	w.must(err)
	return key
}

func form(action string) string { return `form[action="` + action + `"]` }

func TestAnOrganizationIsBuilt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		partner := w.Account("Lumen Logistics")
		b, theirs := w.SignIn(w.boss), w.SignIn(partner)
		b.Get(to.Organization()).Want(200).WantText("Create an organization").WantQueries(4).Check()
		b.Submit(form(to.Organization()), webtest.Values{"name": "<b>"}).Want(422).WantText("The organization was not created").WantText("Use 1 to 64").Check()
		b.Submit(form(to.Organization()), webtest.Values{"name": "Harbor Group"}).Want(200).WantText("Harbor Group was created").WantQueries(8).Check()

		invite := form(to.OrganizationInvitations())
		b.Submit(invite, webtest.Values{"account": "", "note": "Hello"}).Want(422).WantText("Enter the ID or the name").WantText("Hello").Check()
		b.Submit(invite, webtest.Values{"account": "0123456789abcdef0123456789abcdef"}).Want(422).WantText("No account has the ID")
		b.Submit(invite, webtest.Values{"account": "Nobody At All", "note": ""}).Want(200).WantText("If an account is named Nobody At All")
		b.Submit(invite, webtest.Values{"account": "lumen logistics", "note": "Join us."}).Want(200).WantText("If an account is named lumen logistics").Check()
		b.Submit(`[aria-label="Cancel the invitation of Nobody At All"]`, nil).Want(200).WantText("was cancelled")

		p := theirs.Get(to.Organization()).Want(200).WantText("Join us.").WantText("Harbor Management").Check()
		if p.Find(`form[action$="/accept"]`).Length() != 1 {
			t.Error("the invitation cannot be accepted")
		}
		theirs.Submit(`[aria-label="Accept Harbor Group"]`, nil).Want(200).WantText("This account joined Harbor Group").WantText("Members see units and accounts while").WantQueries(8).Check()
		if text := theirs.Page().Text(); strings.Contains(text, "Invite an account") || strings.Contains(text, "Delete…") {
			t.Error("a member is offered what only the management account can do")
		}

		b.Get(to.Organization()).Want(200).WantText("2 of at most 10").WantText("Accepted")
		b.Follow(`.k-tree a[href*="/units/"]`).Want(200).WantText("No unit is below this one").WantQueries(8).Check()
		b.Submit(form(to.Units()), webtest.Values{"name": ""}).Want(422).WantText("The unit was not created").Check()
		b.Submit(form(to.Units()), webtest.Values{"name": "Commerce"}).Want(200).WantText("The unit Commerce was created")
		b.Submit(form(to.Units()), webtest.Values{"name": "Commerce"}).Want(422).WantText("A unit named Commerce is there already")
		b.Follow(`li a[href*="/units/"]`).Want(200).WantText("No account is in this unit").Check()
		b.Submit(`form[action$="/rename"]`, webtest.Values{"name": "Trade"}).Want(200).WantText("The unit is named Trade now")

		b.Get(to.Member(string(partner.Account))).Want(200).WantText("Lumen Logistics").WantQueries(8).Check()
		trade := b.Page().Find(`option:contains("Trade")`).AttrOr("value", "")
		b.Submit(`form[action$="/move"]`, webtest.Values{"unit": trade}).Want(200).WantText("The account was moved").WantText("Harbor Group / Trade")
		b.Get(to.UnitAct(trade, "delete")).Want(200).WantText("Move them first").Check()
		b.Submit(`form[action$="/delete"]`, nil).Want(409).WantText("still holds accounts").Check()
		b.Get(to.OrganizationAct("delete")).Want(200).Check()
		b.Submit(`form[action$="/delete"]`, nil).Want(409).WantText("Only an organization without other accounts")

		theirs.Get(to.OrganizationAct("leave")).Want(200).WantText("No share comes or goes").WantQueries(8).Check()
		theirs.Submit(`form[action$="/leave"]`, nil).Want(200).WantText("This account left Harbor Group")
		b.Get(to.UnitAct(trade, "delete")).Want(200).WantText("Nobody is in this unit")
		b.Submit(`form[action$="/delete"]`, nil).Want(200).WantText("The unit was deleted")
		b.Get(to.OrganizationAct("delete"))
		b.Submit(`form[action$="/delete"]`, nil).Want(200).WantText("The organization was deleted").WantText("Create an organization")
	})
}

func TestSharingIsSwitchedAndPreviewed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		unit := w.made()
		owner, mate := w.Account("Retail"), w.Account("Payments")
		for _, c := range []iam.Caller{owner, mate} {
			w.must(w.Services.Org.AddMember(ctx, w.boss, c.Account, unit.ID))
		}
		b, member := w.SignIn(w.boss), w.SignIn(owner)
		member.Get(to.Settings()).Want(200).WantText("Only the management account of the organization, Harbor Management, can change this").WantText("0 of 100").WantQueries(8).Check()
		if member.Page().Find(form(to.SettingsSharing("enable"))).Length() != 0 {
			t.Error("a member is offered the switch")
		}
		b.Get(to.Settings()).Want(200).WantText("Off").WantQueries(8).Check()
		b.Submit(form(to.SettingsSharing("enable")), nil).Want(200).WantText("Sharing with the organization is on").Check()
		key := w.shared(owner, "orders", unit.URN, string(mate.Account))
		member.Get(to.Settings()).WantText("1 of 100").WantText("2 of 100")
		member.Get(to.Organization()).Want(200).WantText("Payments").WantQueries(8).Check()
		member.Get(to.SettingsSharing("disable")).Want(403).WantText("Only the management account", "The attempt is recorded in the audit trail")
		if tried := member.Get(to.Traces()).Want(200).Find(`tr:contains("disableSharingWithOrganization"):contains("Failed")`).Length(); tried != 1 {
			t.Errorf("the attempt stands %d times in the trail", tried)
		}

		b.Get(to.SettingsSharing("disable")).Want(200).WantText("2 parts of shares end").WantText("orders of Retail loses the unit Commerce").WantText("loses Payments").WantQueries(8).Check()
		b.Submit(form(to.SettingsSharing("disable")), webtest.Values{"confirm": "harbor"}).Want(422).WantText("The name does not match").Check()

		b.Get(to.MemberAct(string(mate.Account), "remove")).Want(200).WantText("orders of Retail loses Payments").WantText("reached through Commerce").WantQueries(8).Check()
		member.Get(to.OrganizationAct("leave")).Want(200).WantText("2 parts of shares end").Check()

		_, err := w.Services.CSMS.CreateSecret(ctx, mate, csms.CreateSecretInput{
			Region: "eu-west-101", Name: "settlement", Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte("x"))}, Key: csms.KeyChoice{ID: string(key)}, Once: "settlement",
		})
		w.must(err)
		stops := w.SignIn(mate).Get(to.OrganizationAct("leave")).Want(200).WantQueries(8).Check().Find("main tbody tr")
		if text := strings.Join(strings.Fields(stops.Text()), " "); stops.Length() != 1 || !strings.Contains(text, "settlement") || !strings.Contains(text, "orders") {
			t.Errorf("what stops is %q, want the secret and its key by name", text)
		}

		b.Get(to.SettingsSharing("disable"))
		b.Submit(form(to.SettingsSharing("disable")), webtest.Values{"confirm": "Harbor Group"}).Want(200).WantText("Sharing with the organization is off")
		b.Get(to.SettingsSharing("disable")).Want(200).WantText("Sharing with the organization is off already")
		b.Submit(form(to.SettingsSharing("enable")), nil).Want(200)
		b.Get(to.SettingsSharing("disable")).Want(200).WantText("No share names the organization")
		w.SignIn(w.Account("Stranger")).Get(to.Settings()).Want(200).WantText("This account is in no organization").Check()
	})
}

func TestAUnitOfManyAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		unit := w.made()
		var accounts, places []string
		for i := range 1000 {
			accounts = append(accounts, fmt.Sprintf("('%032x', 'member %04[1]d', 'member %04[1]d', (1=1), (SELECT created_at FROM organizations))", i))
			places = append(places, fmt.Sprintf("('%032x', (SELECT id FROM organizations), '%s', (SELECT created_at FROM organizations))", i, unit.ID))
		}
		w.Exec("INSERT INTO accounts (id, name, name_lower, demo, created_at) VALUES " + strings.Join(accounts, ", "))
		w.Exec("INSERT INTO org_memberships (account_id, organization_id, unit_id, joined_at) VALUES " + strings.Join(places, ", "))
		b := w.SignIn(w.boss)
		b.Get(to.Unit(string(unit.ID))).Want(200).WantText("1–50 of 1000").WantText("member 0049").WantQueries(8).Check()
		b.Follow(`[aria-label="Next page"]`).Want(200).WantText("51–100 of 1000").WantText("member 0099")
		b.Get(to.Unit(string(unit.ID)) + "?first=-7").Want(200).WantText("1–50 of 1000")
		p := b.Get(to.Organization()).Want(200).WantText("All 1000 accounts").WantQueries(8).Check()
		if n := p.Find(".k-tree a").Length(); n > 30 {
			t.Errorf("the tree links %d units and accounts, want the first 20 of the unit", n)
		}
	})
}

// Who may read the organization but not list what is in it is told so, on the page that stays calm.
func TestATreeThatPoliciesDoNotShow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		w.made()
		w.must(w.Services.Org.AddMember(context.Background(), w.boss, w.Account("Retail").Account, ""))
		_, err := w.Services.Org.Invite(context.Background(), w.boss, "lumen logistics", "For your eyes.")
		w.must(err)
		p := w.SignIn(w.User(w.boss.Account, "reader", "RAM ReadOnlyAccess")).Get(to.Organization()).Want(200).Check().WantText("Harbor Group", "Your policies do not show the units and accounts").WantQueries(8)
		for _, hidden := range []string{"Commerce", "Retail", "lumen", "For your eyes.", "while sharing with the organization is on"} {
			if strings.Contains(p.Text(), hidden) {
				t.Errorf("the page tells %q", hidden)
			}
		}
	})
}
