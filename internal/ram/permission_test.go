package ram_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

const encrypt iam.Action = "kms:cmk:encryptData"

var onlyEncrypt = []iam.Action{"kms:cmk:get", encrypt}

// own makes a permission of the owner.
func (w *world) own(name string, actions ...iam.Action) ram.PermissionID {
	w.t.Helper()
	id, err := w.make(w.owner, name, actions...)
	w.must(err)
	return id
}

func (w *world) make(c iam.Caller, name string, actions ...iam.Action) (ram.PermissionID, error) {
	w.forms++
	return w.ram.CreatePermission(w.ctx, c, ram.CreatePermissionInput{Name: name, Actions: actions, Once: fmt.Sprint("form", w.forms)})
}

// version adds a default version to a permission of the owner.
func (w *world) version(id ram.PermissionID, actions ...iam.Action) (int64, error) {
	w.forms++
	return w.ram.CreatePermissionVersion(w.ctx, w.owner, id, ram.CreateVersionInput{Actions: actions, Default: true, Once: fmt.Sprint("form", w.forms)})
}

// shareWith shares a key by a permission with the partner, who accepts.
func (w *world) shareWith(permission ram.PermissionID, key string) ram.ShareID {
	w.t.Helper()
	share := w.confirm(w.draftOf(w.owner, permission, []string{key}, string(w.partner.Account)))
	w.accept(w.partner, share)
	return share
}

// update moves shares to the default version of their permission, as the page does.
func (w *world) update(id ram.PermissionID, shares ...ram.ShareID) []string {
	w.t.Helper()
	p, err := w.ram.GetPermission(ctx(), w.owner, id)
	w.must(err)
	names, err := w.ram.UpdateShares(ctx(), w.owner, id, p.Version, shares)
	w.must(err)
	return names
}

func TestOwnPermissionIsWhatTheGateObeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		id := w.own("orders-write", onlyEncrypt...)
		share := w.shareWith(id, key)
		check := func(when string, mayEncrypt, mayDecrypt bool) {
			t.Helper()
			if e, d := w.may(w.partner, encrypt, key), w.may(w.partner, decrypt, key); e != mayEncrypt || d != mayDecrypt {
				t.Errorf("%s: encrypts %v, decrypts %v, want %v and %v", when, e, d, mayEncrypt, mayDecrypt)
			}
		}
		check("at first", true, false)
		if _, err := w.version(id, "kms:cmk:get", decrypt); err != nil {
			t.Fatal(err)
		}
		check("while the share stays with version 1", true, false)

		before, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if p := before.Permissions[0]; !p.Outdated() || p.Version != 1 || p.DefaultVersion != 2 {
			t.Errorf("the share is tied to version %d of %d, outdated %v", p.Version, p.DefaultVersion, p.Outdated())
		}
		u, err := w.ram.ShareUpdatePreview(ctx(), w.owner, share)
		w.must(err)
		want := []ram.VersionChange{{From: 1, Gained: []iam.Action{decrypt}, Lost: []iam.Action{encrypt},
			Shares: []ram.UpdatedShare{{ID: share, Name: before.Name, Accounts: []string{"Lumen Logistics"}}}}}
		if diff := cmp.Diff(want, u.Changes); diff != "" {
			t.Errorf("preview (-want +got):\n%s", diff)
		}
		if names := w.update(id, share); !slices.Equal(names, []string{before.Name}) {
			t.Errorf("updated %v", names)
		}
		check("after the update", false, true)
		after, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if after.Version != before.Version+1 || after.Permissions[0].Version != 2 {
			t.Errorf("version of the share %d, of the permission %d", after.Version, after.Permissions[0].Version)
		}
		for _, c := range []iam.Caller{w.owner, w.partner} {
			if !slices.Contains(w.events(c), "updateResourceSharePermissionVersion succeeded") {
				t.Errorf("trail of %s does not tell the update: %v", c.AccountName, w.events(c))
			}
		}

		// Version 1 is the default again, and the share goes back.
		w.must(w.ram.SetDefaultVersion(ctx(), w.owner, id, 1))
		w.update(id, share)
		check("back at version 1", true, false)
		if names := w.update(id, share); len(names) != 0 {
			t.Errorf("updated again: %v", names)
		}
	})
}

func TestPermissionsOfOtherAccountsAreNotThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.own("orders-write", onlyEncrypt...)
		w.shareWith(id, w.key("orders"))
		list, err := w.ram.ListPermissions(ctx(), w.partner)
		w.must(err)
		if slices.ContainsFunc(list, func(p ram.Permission) bool { return p.ID == id }) {
			t.Error("the partner's library holds the owner's permission")
		}
		draft, err := w.ram.CreateDraft(ctx(), w.partner, ram.NewDraft{Keys: []string{w.keyOf(w.partner, region, "own")}})
		w.must(err)
		d, err := w.ram.GetDraft(ctx(), w.partner, draft)
		w.must(err)
		d, err = w.ram.SaveDetails(ctx(), w.partner, draft, ram.DetailsInput{Version: d.Version, Name: d.Name, Finish: true})
		w.must(err)
		_, err = w.ram.SavePermissions(ctx(), w.partner, draft, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: id}, Finish: true})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("the partner takes the owner's permission: %v", err)
		}
		for name, act := range map[string]func(id ram.PermissionID) error{
			"get":     func(id ram.PermissionID) error { _, err := w.ram.GetPermission(ctx(), w.partner, id); return err },
			"preview": func(id ram.PermissionID) error { _, err := w.ram.UpdatePreview(ctx(), w.partner, id); return err },
			"update": func(id ram.PermissionID) error {
				_, err := w.ram.UpdateShares(ctx(), w.partner, id, 1, nil)
				return err
			},
			"set default":    func(id ram.PermissionID) error { return w.ram.SetDefaultVersion(ctx(), w.partner, id, 1) },
			"delete":         func(id ram.PermissionID) error { return w.ram.DeletePermission(ctx(), w.partner, id) },
			"delete version": func(id ram.PermissionID) error { return w.ram.DeletePermissionVersion(ctx(), w.partner, id, 1) },
			"add version": func(id ram.PermissionID) error {
				_, err := w.ram.CreatePermissionVersion(ctx(), w.partner, id, ram.CreateVersionInput{Actions: onlyEncrypt, Once: "x"})
				return err
			},
		} {
			theirs, missing := act(id), act("01890a5d-ac96-774b-bcce-b302099a8057")
			if !fault.Is(theirs, fault.NotFound) || theirs.Error() != strings.ReplaceAll(missing.Error(), "01890a5d-ac96-774b-bcce-b302099a8057", string(id)) {
				t.Errorf("%s: %v, of a missing one %v", name, theirs, missing)
			}
		}
	})
}

func TestPermissionRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		reader := w.User(w.owner.Account, "reader", "RAM ReadOnlyAccess")
		id := w.own("orders-write", onlyEncrypt...)
		used := w.own("orders-used", onlyEncrypt...)
		w.shareWith(used, w.key("orders"))
		if _, err := w.version(used, "kms:cmk:get"); err != nil {
			t.Fatal(err)
		}
		made := func(_ any, err error) error { return err }
		tests := []struct {
			name string
			kind fault.Kind
			says string
			err  error
		}{
			{"no name", fault.Invalid, "Enter a name", made(w.make(w.owner, "", onlyEncrypt...))},
			{"long name", fault.Invalid, "128 are allowed", made(w.make(w.owner, strings.Repeat("x", 129), onlyEncrypt...))},
			{"name of a built-in one", fault.Invalid, "Use letters", made(w.make(w.owner, "default kms KeyId statement", onlyEncrypt...))},
			{"name twice", fault.Invalid, "of this name", made(w.make(w.owner, "orders-write", onlyEncrypt...))},
			{"no action", fault.Invalid, "at least one", made(w.make(w.owner, "none"))},
			{"an action no share has", fault.Invalid, "kms:cmk:update", made(w.make(w.owner, "more", "kms:cmk:get", "kms:cmk:update"))},
			{"every action", fault.Invalid, "kms:*", made(w.make(w.owner, "all", "kms:*"))},
			{"a reader creates", fault.Forbidden, "ram:permissions:create", made(w.make(reader, "read", onlyEncrypt...))},
			{"a reader deletes", fault.Forbidden, "ram:permissions:delete", w.ram.DeletePermission(ctx(), reader, id)},
			{"a built-in one gets a version", fault.State, "cannot be changed", made(w.version(allActions, onlyEncrypt...))},
			{"a built-in one gets a default", fault.State, "cannot be changed", w.ram.SetDefaultVersion(ctx(), w.owner, allActions, 1)},
			{"a built-in one goes", fault.State, "cannot be changed", w.ram.DeletePermission(ctx(), w.owner, allActions)},
			{"the same actions again", fault.Invalid, "exactly these", made(w.version(id, encrypt, "kms:cmk:get", encrypt))},
			{"a version with a wrong action", fault.Invalid, "kms:cmk:delete", made(w.version(id, "kms:cmk:delete"))},
			{"a version that is not there", fault.State, "no version 9", w.ram.SetDefaultVersion(ctx(), w.owner, id, 9)},
			{"the default version goes", fault.State, "default one", w.ram.DeletePermissionVersion(ctx(), w.owner, id, 1)},
			{"a used version goes", fault.State, "Resource shares use version 1", w.ram.DeletePermissionVersion(ctx(), w.owner, used, 1)},
			{"a used one goes", fault.State, "Resource shares use this permission", w.ram.DeletePermission(ctx(), w.owner, used)},
			{"update to another version", fault.Conflict, "another default", made(w.ram.UpdateShares(ctx(), w.owner, used, 1, nil))},
			{"update too many", fault.Invalid, "100", made(w.ram.UpdateShares(ctx(), w.owner, used, 2, make([]ram.ShareID, 101)))},
		}
		for _, test := range tests {
			f, _ := fault.As(test.err)
			said := fmt.Sprint(test.err)
			if f != nil && len(f.Fields) > 0 {
				said = f.Fields[0].Message
			}
			if !fault.Is(test.err, test.kind) || !strings.Contains(said, test.says) {
				t.Errorf("%s: %v (%s), want %v that says %q", test.name, test.err, said, test.kind, test.says)
			}
		}
	})
}

func TestPermissionLimitsAndDeletion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.own("orders", onlyEncrypt...)
		for n, actions := range [][]iam.Action{{decrypt}, {encrypt}, {"kms:cmk:get"}, {"kms:cmk:getTags"}} {
			if v, err := w.version(id, actions...); err != nil || v != int64(n+2) {
				t.Fatalf("version %d: %d, %v", n+2, v, err)
			}
		}
		if _, err := w.version(id, onlyEncrypt...); !fault.Is(err, fault.Quota) {
			t.Errorf("sixth version: %v", err)
		}
		w.must(w.ram.DeletePermissionVersion(ctx(), w.owner, id, 2))
		if v, err := w.version(id, onlyEncrypt...); err != nil || v != 6 {
			t.Errorf("after one was deleted: version %d, %v, want 6", v, err)
		}
		p, err := w.ram.GetPermission(ctx(), w.owner, id)
		w.must(err)
		var numbers []int64
		for _, v := range p.Versions {
			numbers = append(numbers, v.Version)
		}
		if !slices.Equal(numbers, []int64{6, 5, 4, 3, 1}) || p.Version != 6 {
			t.Errorf("versions %v, default %d", numbers, p.Version)
		}
		if v := p.Versions[0]; v.Before != 5 || !slices.Equal(v.Added, []iam.Action{encrypt, "kms:cmk:get"}) || !slices.Equal(v.Removed, []iam.Action{"kms:cmk:getTags"}) {
			t.Errorf("version 6 differs from %d by +%v -%v", v.Before, v.Added, v.Removed)
		}

		for n := range 9 {
			w.own(fmt.Sprint("more-", n), onlyEncrypt...)
		}
		if _, err := w.make(w.owner, "one-too-many", onlyEncrypt...); !fault.Is(err, fault.Quota) {
			t.Errorf("eleventh permission: %v", err)
		}
		// A share that ended tells the name for 48 h; the name and the place are free.
		used := w.own2(id)
		share := w.shareWith(used, w.key("key"))
		if _, err := w.ram.DeleteShare(ctx(), w.owner, share); err != nil {
			t.Fatal(err)
		}
		w.must(w.ram.DeletePermission(ctx(), w.owner, used))
		s, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if p := s.Permissions[0]; p.Name != "again" || !p.Deleted || p.Outdated() {
			t.Errorf("permission of the deleted share: %+v", p)
		}
		w.own("again", onlyEncrypt...)
		if err := w.ram.DeletePermission(ctx(), w.owner, used); !fault.Is(err, fault.NotFound) {
			t.Errorf("delete twice: %v", err)
		}
		rows := func() (n int) {
			w.must(w.Store.Read(ctx()).Raw("SELECT count(*) FROM permissions WHERE account_id <> ''").Row().Scan(&n))
			return n
		}
		was := rows()
		w.later(ram.EndedKept)
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		if n := rows(); n != was-2 {
			t.Errorf("%d permissions are kept after 400 days, want %d", n, was-2)
		}
	})
}

// own2 makes room by deleting a permission, and makes the one called again.
func (w *world) own2(gone ram.PermissionID) ram.PermissionID {
	w.t.Helper()
	w.must(w.ram.DeletePermission(ctx(), w.owner, gone))
	return w.own("again", onlyEncrypt...)
}

func TestCreatePermissionTwiceByOneForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := ram.CreatePermissionInput{Name: "orders", Actions: onlyEncrypt, Once: "one form"}
		first, err := w.ram.CreatePermission(ctx(), w.owner, in)
		w.must(err)
		again, err := w.ram.CreatePermission(ctx(), w.owner, in)
		if err != nil || again != first {
			t.Errorf("again: %s, %v, want %s", again, err, first)
		}
		version := ram.CreateVersionInput{Actions: []iam.Action{decrypt}, Once: "another"}
		for range 2 {
			if n, err := w.ram.CreatePermissionVersion(ctx(), w.owner, first, version); err != nil || n != 2 {
				t.Errorf("version %d, %v, want 2", n, err)
			}
		}
		want := []string{"createPermission succeeded", "createPermission succeeded", "createPermissionVersion succeeded", "createPermissionVersion succeeded"}
		got := w.events(w.owner)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
	})
}

func TestPublishedVersionWaitsForTheOwners(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		first, second := w.shareWith(encryptDecrypt, key), w.shareWith(encryptDecrypt, key)
		for range 2 {
			if list, err := w.ram.PublishShipped(ctx()); err != nil || len(list) != 0 {
				t.Errorf("a release without news published %v, %v", list, err)
			}
		}
		file := []byte(`[{"permission": "kms KeyId encrypt-decrypt statement", "actions": ["kms:cmk:get", "kms:cmk:decryptData", "kms:cmk:decryptDataKey"]}]`)
		published := make([][]ram.Published, 3)
		publish := func(i int) func() error {
			return func() (err error) { published[i], err = w.ram.PublishPermissions(ctx(), file); return err }
		}
		for _, err := range atOnce(publish(0), publish(1), publish(2)) { // replicas
			w.must(err)
		}
		fresh := 0
		for _, list := range published {
			if len(list) != 1 || list[0].Version != 2 {
				t.Errorf("published %+v", list)
			} else if list[0].New {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("published %d times", fresh)
		}
		if n := strings.Count(strings.Join(w.events(w.owner), "\n"), "createPermissionVersion"); n != 1 {
			t.Errorf("%d traces of it in the owner's trail", n)
		}
		if events := w.events(w.stranger); len(events) != 0 {
			t.Errorf("trail of an account without shares: %v", events)
		}

		if !w.may(w.partner, encrypt, key) {
			t.Error("shares did not stay with version 1")
		}
		listed := func(filter ram.ShareFilter) (int, bool) {
			page, err := w.ram.ListShares(ctx(), w.owner, filter, store.Slice{Size: 10})
			w.must(err)
			return len(page.Shares), page.Old
		}
		w.shareWith(encryptDecrypt, w.key("later")) // tied to version 2
		if n, old := listed(ram.ShareFilter{Outdated: true}); n != 2 || !old {
			t.Errorf("%d outdated shares, told %v", n, old)
		}
		if n, _ := listed(ram.ShareFilter{Permission: string(encryptDecrypt)}); n != 3 {
			t.Errorf("%d shares use the permission, want 3", n)
		}
		w.uses(w.partner, key, "secret")
		u, err := w.ram.UpdatePreview(ctx(), w.owner, encryptDecrypt)
		w.must(err)
		if len(u.Changes) != 1 || len(u.Shares()) != 2 || !slices.Contains(u.Changes[0].Lost, encrypt) || u.Lost.Stops() != 0 {
			t.Errorf("preview: %+v", u)
		}
		if names := w.update(encryptDecrypt, first, second); len(names) != 2 {
			t.Errorf("updated %v", names)
		}
		if n, old := listed(ram.ShareFilter{Outdated: true}); n != 0 || old {
			t.Errorf("%d outdated shares after the update, told %v", n, old)
		}
		if w.may(w.partner, encrypt, key) || !w.may(w.partner, decrypt, key) {
			t.Error("the partner's actions are not those of version 2")
		}
		for file, says := range map[string]string{
			`[]`:                                   "names no permission",
			`{}`:                                   "no list",
			`[{"permission": "x", "actions": []}]`: "at least one",
			`[{"permission": "x", "actions": ["kms:cmk:delete"]}]`: "cannot hold",
			`[{"permission": "x", "actions": ["kms:cmk:get"]}]`:    "no system-defined",
			`[{"permission": "x", "action": ["kms:cmk:get"]}]`:     "no list",
		} {
			if _, err := w.ram.PublishPermissions(ctx(), []byte(file)); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), says) {
				t.Errorf("publish %s: %v, want %q", file, err, says)
			}
		}
	})
}

func TestUpdateThatNarrowsTellsWhatStops(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		id := w.own("wraps", "kms:cmk:get", "kms:cmk:createDataKey", "kms:cmk:decryptDataKey")
		share := w.shareWith(id, key)
		w.uses(w.partner, key, "secret")
		if _, err := w.version(id, onlyEncrypt...); err != nil {
			t.Fatal(err)
		}
		u, err := w.ram.ShareUpdatePreview(ctx(), w.owner, share)
		w.must(err)
		if u.Lost.OtherCount() != 1 || u.Lost.Accounts[w.partner.Account] != "Lumen Logistics" {
			t.Errorf("lost: %+v", u.Lost)
		}
	})
}

func TestPermissionRaces(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for n := range rounds / 2 {
			id := w.own(fmt.Sprint("raced-", n), onlyEncrypt...)
			for _, a := range []iam.Action{decrypt, encrypt} {
				if _, err := w.version(id, a); err != nil {
					t.Fatal(err)
				}
			}
			for _, err := range atOnce(
				func() error { return w.ram.SetDefaultVersion(ctx(), w.owner, id, 1) },
				func() error { return w.ram.SetDefaultVersion(ctx(), w.owner, id, 2) },
			) {
				w.must(err)
			}
			p, err := w.ram.GetPermission(ctx(), w.owner, id)
			w.must(err)
			if p.Version != 1 && p.Version != 2 {
				t.Errorf("default version %d", p.Version)
			}

			// A share is tied to the default version of before or after, and one that is made
			// keeps its permission from being deleted.
			d := w.draftOf(w.owner, id, []string{key}, string(w.mate.Account))
			var share ram.ShareID
			var mu sync.Mutex
			errs := atOnce(
				func() error {
					made, err := w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version)
					mu.Lock()
					share = made
					mu.Unlock()
					return err
				},
				func() error { return w.ram.SetDefaultVersion(ctx(), w.owner, id, 3) },
				func() error { return w.ram.DeletePermission(ctx(), w.owner, id) },
			)
			if (errs[0] == nil) == (errs[2] == nil) {
				t.Errorf("confirm: %v, delete: %v; want exactly one of them done", errs[0], errs[2])
			}
			kindly(t, "set default", errs[1], "RAM.1009")
			if errs[0] == nil {
				s, err := w.ram.GetShare(ctx(), w.owner, share)
				if err != nil || s.Permissions[0].Deleted {
					t.Errorf("share of a deleted permission: %+v, %v", s.Permissions, err)
				}
				_, err = w.ram.DeleteShare(ctx(), w.owner, share)
				w.must(err)
				w.must(w.ram.DeletePermission(ctx(), w.owner, id))
			}
		}
	})
}

// A copy is made from what the page of its source showed: a version that was published since is
// read first.
func TestCopyOfAnOlderVersionAsksToReadTheNewOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.own("narrow", onlyEncrypt...)
		share := w.shareWith(id, w.key("orders"))
		copied := func() ram.Draft {
			made, err := w.ram.CopyShare(ctx(), w.owner, share)
			w.must(err)
			d, err := w.ram.GetDraft(ctx(), w.owner, made.Draft)
			w.must(err)
			return d
		}
		before := copied()
		if _, err := w.version(id, decrypt); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ram.ConfirmDraft(ctx(), w.owner, before.ID, before.Version); !fault.Is(err, fault.Invalid) {
			t.Errorf("copied before the new version: %v, want it refused", err)
		}
		d := copied()
		page, err := w.ram.PermissionsPage(ctx(), w.owner, d.ID)
		w.must(err)
		if d.Next != ram.StepPermissions || !strings.Contains(page.Choices[0].Moved, "narrow got version 2") {
			t.Errorf("copied after it: next is %s, the step says %q", d.Next, page.Choices[0].Moved)
		}
		d, err = w.ram.SavePermissions(ctx(), w.owner, d.ID, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: id}, Finish: true})
		w.must(err)
		if page, err = w.ram.PermissionsPage(ctx(), w.owner, d.ID); err != nil || page.Choices[0].Moved != "" {
			t.Errorf("read and chosen: %v, %q", err, page.Choices[0].Moved)
		}
		w.confirm(d)
	})
}

// Who submits allows what they read, and not what another user of the account published
// meanwhile.
func TestVersionThatNobodyReadIsNotShared(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		id := w.own("narrow", onlyEncrypt...)
		made, edits := w.draftOf(w.owner, id, []string{key}, string(w.partner.Account)), w.edit(w.shareWith(encryptDecrypt, key))
		edits.permission(id)
		if _, err := w.version(id, decrypt); err != nil {
			t.Fatal(err)
		}
		for name, draft := range map[string]ram.DraftID{"new": made.ID, "edit": edits.id} {
			r, err := w.ram.Review(ctx(), w.owner, draft)
			w.must(err)
			if len(r.Problems) != 1 || r.Problems[0].Step != ram.StepPermissions || !strings.Contains(r.Problems[0].Message, "narrow got version 2") {
				t.Errorf("review of the %s draft: %+v", name, r.Problems)
			}
		}
		_, err := w.ram.ConfirmDraft(ctx(), w.owner, made.ID, made.Version)
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "permissions.permission" {
			t.Errorf("confirmed: %v", err)
		}
		if err := edits.ok(); !fault.Is(err, fault.Invalid) {
			t.Errorf("edited: %v", err)
		}
		made, err = w.ram.SavePermissions(ctx(), w.owner, made.ID, ram.PermissionsInput{Version: made.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: id}, Finish: true})
		w.must(err)
		w.confirm(made)
		edits.permission(id)
		w.must(edits.ok())
	})
}
