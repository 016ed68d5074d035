package ram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

func TestStepsCannotBeSkipped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		id, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{})
		w.must(err)
		slice := store.Slice{Size: 20}
		page, err := w.ram.DetailsPage(ctx(), w.owner, id, ram.KeyFilter{}, slice)
		w.must(err)
		if !strings.HasPrefix(page.Draft.Name, "resource-share-") || len(page.Available) != 1 || page.Region != region {
			t.Errorf("fresh draft: %+v", page)
		}
		at := func(want ram.Step, when string) {
			t.Helper()
			steps := map[ram.Step]func() error{
				ram.StepPermissions: func() error { _, err := w.ram.PermissionsPage(ctx(), w.owner, id); return err },
				ram.StepPrincipals:  func() error { _, err := w.ram.PrincipalsPage(ctx(), w.owner, id); return err },
				ram.StepConfirm:     func() error { _, err := w.ram.Review(ctx(), w.owner, id); return err },
			}
			for step, open := range steps {
				e := elsewhere(open())
				if reach := slices.Index(ram.Steps, step) <= slices.Index(ram.Steps, want); reach != (e == nil) || e != nil && e.Step != want {
					t.Errorf("%s: step %s answers %v, want the way to %s", when, step, e, want)
				}
			}
		}
		at(ram.StepDetails, "fresh")
		d := page.Draft
		if _, err := w.ram.ConfirmDraft(ctx(), w.owner, id, d.Version); elsewhere(err) == nil {
			t.Errorf("confirm a fresh draft: got %v", err)
		}
		d, err = w.ram.SaveDetails(ctx(), w.owner, id, ram.DetailsInput{Version: d.Version, Name: "one", AddKeys: []string{key}})
		w.must(err)
		at(ram.StepDetails, "saved unfinished")
		d, err = w.ram.SaveDetails(ctx(), w.owner, id, ram.DetailsInput{Version: d.Version, Name: "one", Finish: true})
		w.must(err)
		at(ram.StepPermissions, "details finished")
		permissions, err := w.ram.PermissionsPage(ctx(), w.owner, id)
		w.must(err)
		if len(permissions.Choices) != 1 || permissions.Choices[0].Chosen != allActions || len(permissions.Choices[0].Permissions) != 4 {
			t.Errorf("permissions: %+v", permissions.Choices)
		}
		d, err = w.ram.SavePermissions(ctx(), w.owner, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: readOnly}, Finish: true})
		w.must(err)
		d, err = w.ram.SavePrincipals(ctx(), w.owner, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Finish: true})
		w.must(err)
		at(ram.StepConfirm, "all finished")
		d, err = w.ram.SaveDetails(ctx(), w.owner, id, ram.DetailsInput{Version: d.Version, Name: "one", ClearKeys: true})
		w.must(err)
		at(ram.StepDetails, "keys taken out again")
		if _, err := w.ram.SaveDetails(ctx(), w.owner, id, ram.DetailsInput{Version: d.Version - 1, Name: "two", AddKeys: []string{key}}); !fault.Is(err, fault.Conflict) {
			t.Errorf("save from an old tab: got %v, want conflict", err)
		}
		d, err = w.ram.SaveDetails(ctx(), w.owner, id, ram.DetailsInput{Version: d.Version, Name: "one", AddKeys: []string{key}, Finish: true})
		w.must(err)
		share, err := w.ram.ConfirmDraft(ctx(), w.owner, id, d.Version)
		w.must(err)
		again, err := w.ram.ConfirmDraft(ctx(), w.owner, id, d.Version)
		if err != nil || again != share {
			t.Errorf("second Submit: got %s, %v; want %s", again, err, share)
		}
		if _, err := w.ram.DetailsPage(ctx(), w.owner, id, ram.KeyFilter{}, slice); elsewhere(err) == nil || elsewhere(err).Share != share {
			t.Errorf("a step of a submitted draft: got %v, want the way to the share", err)
		}
		got, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if len(got.Principals) != 0 || got.Permissions[0].ID != readOnly || got.Name != "one" {
			t.Errorf("share without principals: %+v", got)
		}
		if diff := cmp.Diff([]string{"createResourceShare succeeded"}, w.events(w.owner)[1:]); len(w.events(w.owner)) > 1 {
			t.Errorf("a wizard leaves one trace (-want +got):\n%s", diff)
		}
	})
}

func TestEachFieldOfTheWizard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.key("orders")
		disabled := w.key("disabled")
		w.must(w.kms.DisableKey(ctx(), w.owner, region, kmsID(disabled)))
		dying := w.key("dying")
		w.must(w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kmsID(dying), 7))
		far := w.keyOf(w.owner, farRegion, "far")
		theirs := w.keyOf(w.stranger, region, "theirs")
		shared := w.keyOf(w.partner, region, "shared-in")
		w.Exec("UPDATE keys SET kind = 'default' WHERE id = ?", w.key("default"))
		var many []string
		for i := range 21 {
			many = append(many, w.key(fmt.Sprint("many-", i)))
		}
		var tags []ram.Tag
		for i := range 21 {
			tags = append(tags, ram.Tag{Key: fmt.Sprint("k", i)})
		}
		urn := func(region, account, id string) string { return "kms:" + region + ":" + account + ":KeyId:" + id }
		ok := ram.DetailsInput{Name: "ok", AddKeys: []string{own}}
		with := func(change func(*ram.DetailsInput)) ram.DetailsInput {
			in := ok
			change(&in)
			return in
		}
		name := func(text string) ram.DetailsInput { return with(func(in *ram.DetailsInput) { in.Name = text }) }
		desc := func(text string) ram.DetailsInput {
			return with(func(in *ram.DetailsInput) { in.Description = text })
		}
		tagged := func(tags ...ram.Tag) ram.DetailsInput { return with(func(in *ram.DetailsInput) { in.Tags = tags }) }
		keys := func(ids ...string) ram.DetailsInput { return with(func(in *ram.DetailsInput) { in.AddKeys = ids }) }
		tests := []struct {
			what        string
			in          ram.DetailsInput
			field, code string
		}{
			{"good", ok, "", ""},
			{"64 Chinese characters", name(strings.Repeat("\u4e2d", 64)), "", ""},
			{"65 characters", name(strings.Repeat("a", 65)), "name", ""},
			{"no name", name("  "), "name", ""},
			{"script as name", name("<script>"), "name", ""},
			{"space in name", name("a b"), "name", ""},
			{"256 runes", desc(strings.Repeat("é", 256)), "", ""},
			{"257 runes", desc(strings.Repeat("é", 257)), "description", ""},
			{"script as description", desc("<script>"), "description", ""},
			{"two lines", desc("a\nb"), "description", ""},
			{"20 tags", tagged(tags[:20]...), "", ""},
			{"21 tags", tagged(tags...), "tags", "RAM.1912"},
			{"system tag", tagged(ram.Tag{Key: "_sys_a"}), "tags", ""},
			{"tag twice", tagged(ram.Tag{Key: "a"}, ram.Tag{Key: "a", Value: "b"}), "tags", ""},
			{"tag with a space at its end", tagged(ram.Tag{Key: "a "}), "tags", ""},
			{"script as tag key", tagged(ram.Tag{Key: "<script>"}), "tags", ""},
			{"script as tag value", tagged(ram.Tag{Key: "a", Value: "<script>"}), "tags", ""},
			{"slash in a tag key", tagged(ram.Tag{Key: "a/b"}), "tags", ""},
			{"slash in a tag value", tagged(ram.Tag{Key: "a", Value: "b/c"}), "", ""},
			{"no key", keys(), "keys", ""},
			{"20 keys", keys(many[:20]...), "", ""},
			{"21 keys", keys(many...), "keys", "RAM.1011"},
			{"key twice", keys(own, own), "keys", "RAM.1007"},
			{"disabled key", keys(disabled), "", ""},
			{"key pending deletion", keys(dying), "keys", "RAM.1008"},
			{"key of another region, which a share may mix", keys(own, far), "", ""},
			{"someone else's key", keys(theirs), "keys", "RAM.1010"},
			{"missing key", keys("00000000-0000-4000-8000-000000000000"), "keys", "RAM.1010"},
			{"a key shared with this account", keys(shared), "keys", "RAM.1010"},
			{"own URN", keys(urn(region, string(w.owner.Account), own)), "", ""},
			{"own URN with the wrong region", keys(urn(farRegion, string(w.owner.Account), own)), "keys", "RAM.1010"},
			{"someone else's URN", keys(urn(region, string(w.stranger.Account), theirs)), "keys", "RAM.1010"},
			{"junk", keys("'; DROP TABLE keys"), "keys", "RAM.1010"},
		}
		id, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{})
		w.must(err)
		d, err := w.ram.GetDraft(ctx(), w.owner, id)
		w.must(err)
		var messages []string
		for _, test := range tests {
			test.in.Version, test.in.ClearKeys, test.in.Finish = d.Version, true, true
			saved, err := w.ram.SaveDetails(ctx(), w.owner, id, test.in)
			if test.field == "" {
				if err != nil {
					t.Errorf("%s: %v", test.what, err)
				} else {
					d = saved
				}
				continue
			}
			f, found := fault.As(err)
			if !found || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != test.field || f.Fields[0].Code != test.code {
				t.Errorf("%s: got %v, want field %s %s", test.what, err, test.field, test.code)
				continue
			}
			if test.code == "RAM.1010" && !strings.Contains(test.what, "URN") && test.what != "junk" {
				messages = append(messages, strings.Replace(f.Fields[0].Message, test.in.AddKeys[0], "it", 1))
			}
			now, err := w.ram.GetDraft(ctx(), w.owner, id)
			w.must(err)
			if now.Version != d.Version {
				t.Errorf("%s: something was saved", test.what)
			}
		}
		if len(slices.Compact(messages)) != 1 {
			t.Errorf("missing and foreign keys get different answers: %q", messages)
		}
	})
}

func TestEachPrincipalThatCannotBeNamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		other, err := w.orgs.CreateOrganization(ctx(), w.stranger, "Other Group")
		w.must(err)
		id, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{Keys: []string{key}})
		w.must(err)
		d, err := w.ram.SaveDetails(ctx(), w.owner, id, ram.DetailsInput{Version: 1, Name: "one", Finish: true})
		w.must(err)
		d, err = w.ram.SavePermissions(ctx(), w.owner, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: allActions}, Finish: true})
		w.must(err)
		version := d.Version
		if _, err := w.ram.SavePermissions(ctx(), w.owner, id, ram.PermissionsInput{Version: version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: "junk"}}); code(err) != "RAM.1009" {
			t.Errorf("unknown permission: got %v, want RAM.1009", err)
		}
		partner, boss := string(w.partner.Account), string(w.boss.Account)
		page, err := w.ram.PrincipalsPage(ctx(), w.owner, id)
		w.must(err)
		if page.Why != ram.OrganizationUsable || page.Tree == nil || page.Organization != "Harbor Group" {
			t.Fatalf("step three: %+v", page)
		}
		tests := []struct {
			what     string
			external bool
			add      []string
			want     string
		}{
			{"own account", true, []string{string(w.owner.Account)}, "RAM.1005"},
			{"unknown account", true, []string{"00000000000000000000000000000000"}, "RAM.1004"},
			{"malformed", true, []string{"partner"}, "RAM.1004"},
			{"script", true, []string{"<script>"}, "RAM.1004"},
			{"bare unit", true, []string{string(w.commerce.ID)}, "RAM.1004"},
			{"a key's URN", true, []string{"kms:eu-west-101:" + partner + ":KeyId:" + key}, "RAM.1004"},
			{"twice", true, []string{partner, partner}, "RAM.1006"},
			{"organization twice, once by its root", true, []string{w.group.URN, w.rootURN()}, "RAM.1006"},
			{"external while organization only", false, []string{partner}, "RAM.1015"},
			{"other organization", true, []string{other.URN}, "RAM.1014"},
			{"unit that is not there", true, []string{"organizations::" + boss + ":ou:" + string(w.group.ID) + "/ou-000000000000"}, "RAM.1014"},
			{"unit under the wrong account", true, []string{strings.Replace(w.commerce.URN, boss, partner, 1)}, "RAM.1014"},
			{"21 of them", true, strings.Fields(strings.Repeat(partner+" ", 21)), "RAM.1011"},
		}
		for _, test := range tests {
			_, err := w.ram.SavePrincipals(ctx(), w.owner, id, ram.PrincipalsInput{Version: version, AllowExternal: test.external, Add: test.add})
			if !fault.Is(err, fault.Invalid) || code(err) != test.want {
				t.Errorf("%s: got %v, want %s", test.what, err, test.want)
			}
		}
		d, err = w.ram.SavePrincipals(ctx(), w.owner, id, ram.PrincipalsInput{Version: version, AllowExternal: true,
			Add: []string{partner, w.rootURN(), w.commerce.URN, string(w.far.Account)}, Finish: true})
		w.must(err)
		if diff := cmp.Diff([]string{partner, w.group.URN, w.commerce.URN, string(w.far.Account)}, d.Principals); diff != "" {
			t.Errorf("principals are kept in canonical form (-want +got):\n%s", diff)
		}
		review, err := w.ram.Review(ctx(), w.owner, id)
		w.must(err)
		if review.AtOnce != 3 || review.Invitations != 1 || len(review.Problems) != 0 {
			t.Errorf("review: %d at once, %d invitations, problems %v", review.AtOnce, review.Invitations, review.Problems)
		}

		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		page, err = w.ram.PrincipalsPage(ctx(), w.owner, id)
		w.must(err)
		if page.Why != ram.SharingOff || page.ManagementName != "Group Management" || page.Tree != nil || page.Chosen[1].Problem == "" || page.Chosen[3].AtOnce {
			t.Errorf("step three while sharing is off: %+v", page)
		}
		_, err = w.ram.ConfirmDraft(ctx(), w.owner, id, d.Version)
		f, ok := fault.As(err)
		if !ok || len(f.Fields) != 2 || f.Fields[0].Code != "RAM.1013" || ram.StepOf(f.Fields[0].Name) != ram.StepPrincipals {
			t.Errorf("confirm while sharing is off: got %v, want two fields of step three with RAM.1013", err)
		}
		if _, err := w.ram.SavePrincipals(ctx(), w.owner, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: false, Clear: true, Finish: true}); code(err) != "RAM.1013" {
			t.Errorf("organization only while sharing is off: got %v, want RAM.1013", err)
		}
		if page, err := w.ram.PrincipalsPage(ctx(), w.partner, w.draftOf(w.partner, allActions, []string{w.keyOf(w.partner, region, "k")}).ID); err != nil || page.Why != ram.NotInOrganization {
			t.Errorf("step three outside any organization: %v, %+v", err, page)
		}
		var shares int
		w.must(w.Store.Read(ctx()).Raw("SELECT count(*) FROM shares").Scan(&shares).Error)
		if shares != 0 {
			t.Errorf("%d shares were stored", shares)
		}
	})
}

// rootURN is the other name of the organization.
func (w *world) rootURN() string {
	var urn string
	w.must(w.Store.Read(ctx()).Raw("SELECT urn FROM org_units WHERE parent_id IS NULL AND organization_id = ?", string(w.group.ID)).Scan(&urn).Error)
	return urn
}

func TestDraftsBelongToTheirUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		colleague := w.User(w.owner.Account, "mara", "RAM FullAccess", "KMS CMKFullAccess")
		d := w.draft([]string{key}, string(w.partner.Account))
		for name, c := range map[string]iam.Caller{"colleague": colleague, "stranger": w.stranger} {
			_, err := w.ram.GetDraft(ctx(), c, d.ID)
			_, missing := w.ram.GetDraft(ctx(), c, "00000000-0000-4000-8000-000000000000")
			if !fault.Is(err, fault.NotFound) || err.Error() != missing.Error() {
				t.Errorf("draft for a %s: got %v, and %v for a missing one", name, err, missing)
			}
			if _, err := w.ram.ConfirmDraft(ctx(), c, d.ID, d.Version); !fault.Is(err, fault.NotFound) {
				t.Errorf("confirm by a %s: got %v, want not found", name, err)
			}
			w.must(w.ram.DeleteDraft(ctx(), c, d.ID))
		}
		drafts, err := w.ram.ListDrafts(ctx(), w.owner)
		if err != nil || len(drafts) != 1 || drafts[0].ID != d.ID {
			t.Fatalf("own drafts: %+v, %v", drafts, err)
		}
		if drafts, err := w.ram.ListDrafts(ctx(), colleague); err != nil || len(drafts) != 0 {
			t.Errorf("colleague's drafts: %+v, %v", drafts, err)
		}
		for range ram.MaxDrafts - 1 {
			_, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{})
			w.must(err)
		}
		if _, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{}); !fault.Is(err, fault.Quota) {
			t.Errorf("draft 21: got %v, want quota", err)
		}
		if n := len(w.events(w.owner)); n != 0 {
			t.Errorf("drafts left %d traces", n)
		}
		w.later(24 * time.Hour)
		if _, err := w.ram.GetDraft(ctx(), w.owner, d.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("draft after 24 hours: got %v, want not found", err)
		}
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		var rows int
		w.must(w.Store.Read(ctx()).Raw("SELECT count(*) FROM share_drafts").Scan(&rows).Error)
		if rows != 0 {
			t.Errorf("%d drafts after the sweep", rows)
		}
	})
}

// A key that others share with the account is not its own: it is not offered, and not taken when
// its ID is typed, though the account uses it.
func TestReceivedKeyIsNotSharedOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		received, own := w.key("orders"), w.keyOf(w.partner, region, "parcels")
		share := w.share([]string{received}, string(w.partner.Account))
		w.accept(w.partner, share)
		if !w.may(w.partner, decrypt, received) {
			t.Fatal("the key did not reach the partner")
		}
		id, err := w.ram.CreateDraft(ctx(), w.partner, ram.NewDraft{})
		w.must(err)
		for _, filter := range []ram.KeyFilter{{}, {Region: region}, {Region: region, Name: "orders"}} {
			page, err := w.ram.DetailsPage(ctx(), w.partner, id, filter, store.Slice{Size: 20})
			w.must(err)
			for _, k := range page.Available {
				if k.ID != own {
					t.Errorf("step one offers %s with %+v", k.Name, filter)
				}
			}
			if filter.Name == "" && len(page.Available) != 1 {
				t.Errorf("step one offers %d keys with %+v, want the own one", len(page.Available), filter)
			}
		}
		for _, typed := range []string{received, "kms:" + region + ":" + string(w.owner.Account) + ":KeyId:" + received, "kms:" + region + ":" + string(w.partner.Account) + ":KeyId:" + received} {
			if _, err := w.ram.SaveDetails(ctx(), w.partner, id, ram.DetailsInput{Version: 1, Name: "on", AddKeys: []string{own, typed}, Finish: true}); code(err) != "RAM.1010" {
				t.Errorf("%s: got %v, want RAM.1010", typed, err)
			}
		}
	})
}

func TestWhoMaySeeNoKeyMayShareNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		sharer := w.User(w.owner.Account, "sharer", "RAM FullAccess")
		reader := w.User(w.owner.Account, "reader", "RAM ReadOnlyAccess")
		if _, err := w.ram.CreateDraft(ctx(), reader, ram.NewDraft{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("draft without the policy: got %v, want forbidden", err)
		}
		id, err := w.ram.CreateDraft(ctx(), sharer, ram.NewDraft{Keys: []string{key}})
		w.must(err)
		page, err := w.ram.DetailsPage(ctx(), sharer, id, ram.KeyFilter{}, store.Slice{Size: 20})
		w.must(err)
		if !page.Forbidden || len(page.Available)+len(page.Picked) != 0 {
			t.Errorf("keys for who may list none: %+v", page)
		}
		if _, err := w.ram.SaveDetails(ctx(), sharer, id, ram.DetailsInput{Version: 1, Name: "one", AddKeys: []string{key}, Finish: true}); code(err) != "RAM.1008" {
			t.Errorf("share a key without kms:cmk:get: got %v, want RAM.1008", err)
		}
	})
}

func TestDescriptionsOfPermissionsCoverEveryAction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list, err := w.ram.ListPermissions(ctx(), w.owner)
		w.must(err)
		if len(list) != 4 || !list[0].Default || list[0].Name != "default kms KeyId statement" || len(list[0].Actions) != 14 {
			t.Fatalf("library: %+v", list)
		}
		for _, p := range list {
			var said []string
			for _, s := range p.May {
				said = append(said, strings.Split(s.Note, ", ")...)
			}
			var have []string
			for _, a := range p.Actions {
				have = append(have, strings.TrimPrefix(string(a), "kms:cmk:"))
			}
			slices.Sort(said)
			slices.Sort(have)
			if diff := cmp.Diff(have, said); diff != "" {
				t.Errorf("%s: sentences do not cover the actions (-actions +said):\n%s", p.Name, diff)
			}
			if len(p.MayNot) < 2 {
				t.Errorf("%s: says too little of what it leaves out: %+v", p.Name, p.MayNot)
			}
			one, err := w.ram.GetPermission(ctx(), w.owner, p.ID)
			if err != nil || one.Name != p.Name {
				t.Errorf("permission %s: %+v, %v", p.ID, one, err)
			}
		}
		if _, err := w.ram.GetPermission(ctx(), w.owner, "junk"); !fault.Is(err, fault.NotFound) {
			t.Errorf("unknown permission: got %v, want not found", err)
		}
	})
}

// Whoever may share and may not see keys learns nothing of one but that policies hide it.
func TestAKeyThatPoliciesHideIsNamedByItsID(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		user := w.User(w.owner.Account, "sharer", "RAM FullAccess")
		enabled, leaving := w.key("secret-orders"), w.key("secret-project")
		w.must(w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kmsID(leaving), 7))
		id, err := w.ram.CreateDraft(ctx(), user, ram.NewDraft{})
		w.must(err)
		for _, key := range []string{enabled, leaving} {
			d, err := w.ram.GetDraft(ctx(), user, id)
			w.must(err)
			_, err = w.ram.SaveDetails(ctx(), user, id, ram.DetailsInput{Version: d.Version, Name: d.Name, AddKeys: []string{key}})
			f, ok := fault.As(err)
			if !ok || len(f.Fields) != 1 || !strings.HasPrefix(f.Fields[0].Message, "No policy of yours lets you see the key "+key+", so you cannot share it.") || strings.Contains(f.Fields[0].Message, "secret-") {
				t.Errorf("got %v", err)
			}
		}
	})
}
