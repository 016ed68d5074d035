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

// editing is an edit draft in the hands of its user.
type editing struct {
	w    *world
	id   ram.DraftID
	user iam.Caller
}

func (w *world) edit(share ram.ShareID) editing {
	w.t.Helper()
	id, err := w.ram.EditShare(ctx(), w.owner, share)
	w.must(err)
	return editing{w, id, w.owner}
}

func (e editing) draft() ram.Draft {
	e.w.t.Helper()
	d, err := e.w.ram.GetDraft(ctx(), e.user, e.id)
	e.w.must(err)
	return d
}

// details saves step one with the draft's own values, changed.
func (e editing) details(change func(in *ram.DetailsInput)) error {
	e.w.t.Helper()
	d := e.draft()
	in := ram.DetailsInput{Version: d.Version, Name: d.Name, Description: d.Description, Tags: d.Tags, Finish: true}
	change(&in)
	_, err := e.w.ram.SaveDetails(ctx(), e.user, e.id, in)
	return err
}

func (e editing) principals(change func(in *ram.PrincipalsInput)) error {
	e.w.t.Helper()
	d := e.draft()
	in := ram.PrincipalsInput{Version: d.Version, AllowExternal: d.AllowExternal, Finish: true}
	change(&in)
	_, err := e.w.ram.SavePrincipals(ctx(), e.user, e.id, in)
	return err
}

func (e editing) permission(p ram.PermissionID) {
	e.w.t.Helper()
	_, err := e.w.ram.SavePermissions(ctx(), e.user, e.id, ram.PermissionsInput{
		Version: e.draft().Version, Finish: true, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: p},
	})
	e.w.must(err)
}

func (e editing) review() ram.Review {
	e.w.t.Helper()
	r, err := e.w.ram.Review(ctx(), e.user, e.id)
	e.w.must(err)
	return r
}

// ok presses OK on what the review shows.
func (e editing) ok() error {
	e.w.t.Helper()
	r := e.review()
	_, err := e.w.ram.ConfirmEdit(ctx(), e.user, e.id, r.Draft.Version, r.Edit.Seen)
	return err
}

func (w *world) get(share ram.ShareID) ram.Share {
	w.t.Helper()
	s, err := w.ram.GetShare(ctx(), w.owner, share)
	w.must(err)
	return s
}

func liveKeyNames(s ram.Share) (names []string) {
	for _, r := range s.Resources {
		if r.EndedAt == nil {
			names = append(names, r.Key.Name)
		}
	}
	return names
}

func livePrincipalIDs(s ram.Share) (ids []string) {
	for _, p := range s.Principals {
		if p.State.Live() {
			ids = append(ids, p.Principal)
		}
	}
	slices.Sort(ids)
	return ids
}

// since gives the events of an account's trail about RAM beside those told before, sorted.
func (w *world) since(c iam.Caller, before []string) []string {
	w.t.Helper()
	events := w.events(c)
	for _, e := range before {
		if i := slices.Index(events, e); i >= 0 {
			events = slices.Delete(events, i, i+1)
		}
	}
	slices.Sort(events)
	return events
}

func TestEditChangesEveryPart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii, feed := w.key("orders"), w.key("pii"), w.key("feed")
		partner, stranger, mate := string(w.partner.Account), string(w.stranger.Account), string(w.mate.Account)
		share := w.share([]string{orders, pii}, partner, mate)
		w.accept(w.partner, share)
		w.uses(w.mate, orders, "mate-db")
		w.uses(w.partner, pii, "labels")
		before := w.get(share)
		told := map[string][]string{}
		for _, c := range []iam.Caller{w.owner, w.partner, w.mate, w.stranger} {
			told[string(c.Account)] = w.events(c)
		}

		e := w.edit(share)
		if d := e.draft(); d.Edits != share || d.Next != ram.StepConfirm || len(d.Keys) != 2 || len(d.Principals) != 2 {
			t.Fatalf("the draft begins as %+v", d)
		}
		w.must(e.details(func(in *ram.DetailsInput) {
			in.Name, in.Description = "Orders-and-feed", "For who ships."
			in.Tags = []ram.Tag{{Key: "team", Value: "shipping"}, {Key: "cost", Value: "7"}}
			in.AddKeys, in.RemoveKeys = []string{feed}, []string{pii}
		}))
		e.permission(allActions)
		w.must(e.principals(func(in *ram.PrincipalsInput) { in.Add, in.Remove = []string{stranger}, []string{mate} }))
		r := e.review()
		mine := r.Edit.Mine
		if mine.Name == nil || mine.Description == nil || mine.Scope != nil || len(mine.Tags) != 2 || len(mine.KeysAdded) != 1 || len(mine.KeysRemoved) != 1 ||
			mine.Permission == nil || len(mine.PrincipalsAdded) != 1 || len(mine.PrincipalsRemoved) != 1 || r.Edit.Theirs != nil {
			t.Errorf("the difference is %+v", mine)
		}
		if r.Invitations != 1 || r.AtOnce != 0 || len(r.Problems) != 0 {
			t.Errorf("%d invitations, %d at once, problems %v", r.Invitations, r.AtOnce, r.Problems)
		}
		if n := r.Edit.Lost.OtherCount(); n != 2 || r.Edit.Lost.Accounts[w.mate.Account] != "Payments" {
			t.Errorf("%d things stop at %v, want mate-db and labels", n, r.Edit.Lost.Accounts)
		}
		w.later(time.Second) // traces of one instant have no order between acts
		begun := len(w.events(w.owner))
		w.must(e.ok())
		inOrder := w.events(w.owner)[begun:]
		w.later(time.Second)

		s := w.get(share)
		if s.Name != "Orders-and-feed" || s.Description != "For who ships." || s.Version != before.Version+1 {
			t.Errorf("name %q, description %q, version %d", s.Name, s.Description, s.Version)
		}
		if diff := cmp.Diff([]ram.Tag{{Key: "cost", Value: "7"}, {Key: "team", Value: "shipping"}}, s.Tags); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"feed", "orders"}, liveKeyNames(s)); diff != "" {
			t.Error(diff)
		}
		want := []string{partner, stranger}
		slices.Sort(want)
		if diff := cmp.Diff(want, livePrincipalIDs(s)); diff != "" {
			t.Error(diff)
		}
		if s.Permissions[0].ID != allActions {
			t.Errorf("permission %s", s.Permissions[0].Name)
		}
		for _, c := range []struct {
			who  iam.Caller
			key  string
			want bool
		}{{w.partner, feed, true}, {w.partner, orders, true}, {w.partner, pii, false}, {w.mate, orders, false}, {w.stranger, feed, false}} {
			if got := w.may(c.who, decrypt, c.key); got != c.want {
				t.Errorf("%s and key %s: %v, want %v", c.who.AccountName, c.key, got, c.want)
			}
		}
		w.accept(w.stranger, share)
		if !w.may(w.stranger, decrypt, feed) {
			t.Error("no access after accepting")
		}
		// Parts leave, then the permission changes, then parts come, then what is said of the share.
		wantEvents := []string{"disassociateResourceShare succeeded", "associateResourceSharePermission succeeded", "associateResourceShare succeeded", "updateResourceShare succeeded", "tagResource succeeded"}
		if diff := cmp.Diff(wantEvents, inOrder); diff != "" {
			t.Errorf("the owner's trail in its order: %s", diff)
		}
		for _, c := range []struct {
			who  iam.Caller
			want []string
		}{
			{w.owner, append(slices.Clone(wantEvents), "acceptResourceShareInvitation succeeded")},
			{w.partner, slices.Clone(wantEvents[:4])},
			{w.mate, slices.Clone(wantEvents[:1])},
			{w.stranger, []string{"associateResourceShare succeeded", "acceptResourceShareInvitation succeeded"}},
		} {
			got := w.since(c.who, told[string(c.who.Account)])
			slices.Sort(got)
			slices.Sort(c.want)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("trail of %s: %s", c.who.AccountName, diff)
			}
		}
		for _, trace := range w.Traces(w.partner.Account) {
			if text := fmt.Sprint(trace); strings.Contains(text, stranger) || strings.Contains(text, mate) || strings.Contains(text, "cost") {
				t.Errorf("the partner's trail tells of others: %s", text)
			}
		}
		again, err := w.ram.ConfirmEdit(ctx(), w.owner, e.id, r.Draft.Version, r.Edit.Seen)
		if err != nil || again != share || w.get(share).Version != s.Version {
			t.Errorf("OK pressed twice: %s, %v", again, err)
		}
		w.consistent()
	})
}

func TestEditRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders := w.key("orders")
		share := w.share([]string{orders}, string(w.partner.Account), string(w.mate.Account))
		w.accept(w.partner, share)
		for name, c := range map[string]iam.Caller{"recipient": w.partner, "stranger": w.stranger} {
			want := fault.NotFound
			if name == "recipient" {
				want = fault.Forbidden
			}
			if _, err := w.ram.EditShare(ctx(), c, share); !fault.Is(err, want) {
				t.Errorf("edit by a %s: %v", name, err)
			}
			if err := w.ram.UpdateShare(ctx(), c, share, ram.ShareUpdate{Version: 1, Name: "mine"}); !fault.Is(err, want) {
				t.Errorf("rename by a %s: %v", name, err)
			}
			if err := w.ram.SetTag(ctx(), c, share, ram.Tag{Key: "k"}); !fault.Is(err, want) {
				t.Errorf("tag by a %s: %v", name, err)
			}
			if _, err := w.ram.DeleteTag(ctx(), c, share, "team"); !fault.Is(err, want) {
				t.Errorf("untag by a %s: %v", name, err)
			}
			if _, err := w.ram.CopyShare(ctx(), c, share); !fault.Is(err, want) {
				t.Errorf("copy by a %s: %v", name, err)
			}
			p := w.principal(share, string(w.mate.Account))
			if _, err := w.ram.ResendInvitation(ctx(), c, share, p.ID); !fault.Is(err, want) {
				t.Errorf("resend by a %s: %v", name, err)
			}
		}
		version := w.get(share).Version

		e := w.edit(share)
		other := w.SignIn(w.User(w.owner.Account, "other").User)
		for name, c := range map[string]iam.Caller{"another account": w.partner, "another user": other} {
			if _, err := w.ram.ConfirmEdit(ctx(), c, e.id, 1, version); !fault.Is(err, fault.NotFound) {
				t.Errorf("OK by %s: %v", name, err)
			}
		}
		if _, err := w.ram.ConfirmDraft(ctx(), w.owner, e.id, 1); elsewhere(err) == nil {
			t.Errorf("an edit draft submitted as a new share: %v", err)
		}
		if err := e.ok(); code(err) != "RAM.1918" {
			t.Errorf("OK without a change: %v", err)
		}
		if err := e.principals(func(in *ram.PrincipalsInput) { in.AllowExternal = false }); code(err) != "RAM.1919" || !strings.Contains(fmt.Sprint(fields(err)), string(w.partner.Account)) {
			t.Errorf("narrow scope with an outsider in the share: %v %v", err, fields(err))
		}
		for name, add := range map[string]string{"own account": string(w.owner.Account), "in the share, twice": string(w.mate.Account) + " " + string(w.mate.Account), "junk": "lumen"} {
			if err := e.principals(func(in *ram.PrincipalsInput) { in.Add = strings.Fields(add) }); !fault.Is(err, fault.Invalid) {
				t.Errorf("add %s: %v", name, err)
			}
		}
		if err := e.details(func(in *ram.DetailsInput) { in.Name = "no spaces please" }); !fault.Is(err, fault.Invalid) {
			t.Errorf("bad name: %v", err)
		}
		foreign := w.keyOf(w.mate, region, "foreign")
		if err := e.details(func(in *ram.DetailsInput) { in.AddKeys = []string{foreign} }); !strings.Contains(fmt.Sprint(fields(err)), "RAM.1010") {
			t.Errorf("another's key: %v", fields(err))
		}
		if _, err := w.ram.ConfirmEdit(ctx(), w.owner, e.id, 99, version); code(err) != "RAM.1913" {
			t.Errorf("OK on an old draft: %v", err)
		}
		// The narrow scope goes once the outsider does, in the same edit.
		w.must(e.principals(func(in *ram.PrincipalsInput) {
			in.AllowExternal, in.Remove = false, []string{string(w.partner.Account)}
		}))
		w.must(e.ok())
		if s := w.get(share); s.AllowExternal || w.may(w.partner, decrypt, orders) || !w.may(w.mate, decrypt, orders) {
			t.Error("the scope is not narrow, or the wrong account has access")
		}

		e = w.edit(share)
		w.must(e.details(func(in *ram.DetailsInput) { in.Description = "late" }))
		_, err := w.ram.DeleteShare(ctx(), w.owner, share)
		w.must(err)
		if _, err := w.ram.Review(ctx(), w.owner, e.id); code(err) != "RAM.1902" {
			t.Errorf("review of a deleted share: %v", err)
		}
		if _, err := w.ram.ConfirmEdit(ctx(), w.owner, e.id, e.draft().Version, version+1); code(err) != "RAM.1902" {
			t.Errorf("OK on a deleted share: %v", err)
		}
		if _, err := w.ram.EditShare(ctx(), w.owner, share); code(err) != "RAM.1902" {
			t.Errorf("edit of a deleted share: %v", err)
		}
		w.consistent()
	})
}

func fields(err error) []fault.Field {
	f, ok := fault.As(err)
	if !ok {
		return nil
	}
	return f.Fields
}

// TestEditIsWarnedOfOthers has two drafts of one share: the slower one sees both changes
// and overwrites nothing. What recipients do meanwhile is taken in silently.
func TestEditIsWarnedOfOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		share := w.share([]string{orders}, string(w.partner.Account), string(w.stranger.Account))
		w.accept(w.partner, share)
		slow, fast := w.edit(share), w.edit(share)
		if _, err := w.ram.GetDraft(ctx(), w.owner, slow.id); !fault.Is(err, fault.NotFound) {
			t.Fatal("an untouched draft of the same share stays")
		}
		w.must(fast.details(func(in *ram.DetailsInput) { in.Name, in.AddKeys = "fast", []string{pii} }))
		slow = w.edit(share)
		w.must(slow.details(func(in *ram.DetailsInput) { in.Description = "slow" }))
		w.must(slow.principals(func(in *ram.PrincipalsInput) { in.Add = []string{string(w.mate.Account)} }))
		seen := slow.review()
		w.accept(w.stranger, share)
		_, err := w.ram.LeaveShare(ctx(), w.partner, share)
		w.must(err)
		if r := slow.review(); r.Edit.Theirs != nil || r.Edit.Seen != seen.Edit.Seen {
			t.Errorf("recipients' answers are shown as changes: %+v", r.Edit.Theirs)
		}
		w.must(fast.ok())

		_, err = w.ram.ConfirmEdit(ctx(), w.owner, slow.id, seen.Draft.Version, seen.Edit.Seen)
		if code(err) != "RAM.1913" {
			t.Fatalf("OK on a share that moved: %v", err)
		}
		r := slow.review()
		theirs := r.Edit.Theirs
		if theirs == nil || theirs.Name == nil || len(theirs.KeysAdded) != 1 || len(theirs.PrincipalsRemoved) != 0 {
			t.Fatalf("their changes: %+v", theirs)
		}
		if r.Edit.Mine.Name != nil || r.Edit.Mine.Description == nil || len(r.Edit.Mine.KeysRemoved) != 0 || len(r.Edit.Mine.PrincipalsAdded) != 1 {
			t.Fatalf("my changes: %+v", r.Edit.Mine)
		}
		w.must(slow.ok())
		s := w.get(share)
		if s.Name != "fast" || s.Description != "slow" || len(liveKeyNames(s)) != 2 || w.may(w.partner, decrypt, orders) || !w.may(w.stranger, decrypt, pii) || !w.may(w.mate, decrypt, pii) {
			t.Errorf("the share is %q, %q with keys %v", s.Name, s.Description, liveKeyNames(s))
		}
		w.consistent()
	})
}

// TestEditLimits holds one edit to 20 added and 20 removed, and a share to 100.
func TestEditLimits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var keys []string
		for i := range 102 {
			in := region
			if i >= 60 {
				in = farRegion // a region holds 100 keys
			}
			keys = append(keys, w.keyOf(w.owner, in, fmt.Sprintf("key-%03d", i)))
		}
		share := w.share(keys[:1])
		for n := 1; n < 81; n += 20 {
			e := w.edit(share)
			if n == 1 {
				if err := e.details(func(in *ram.DetailsInput) { in.AddKeys = keys[1:22] }); !strings.Contains(fmt.Sprint(fields(err)), "RAM.1011") {
					t.Errorf("21 more keys: %v", fields(err))
				}
			}
			w.must(e.details(func(in *ram.DetailsInput) { in.AddKeys = keys[n : n+20] }))
			w.must(e.ok())
		}
		e := w.edit(share)
		if err := e.details(func(in *ram.DetailsInput) { in.AddKeys = keys[81:101] }); !strings.Contains(fmt.Sprint(fields(err)), "at most 100 keys") {
			t.Errorf("101 keys in a share: %v", fields(err))
		}
		w.must(e.details(func(in *ram.DetailsInput) { in.AddKeys = keys[81:100] }))
		w.must(e.ok())
		if n := len(liveKeyNames(w.get(share))); n != ram.MaxShareKeys {
			t.Errorf("%d keys, want as many as a share holds", n)
		}
		e = w.edit(share)
		if err := e.details(func(in *ram.DetailsInput) { in.RemoveKeys = keys[:21] }); !strings.Contains(fmt.Sprint(fields(err)), "RAM.1011") {
			t.Errorf("21 keys less: %v", fields(err))
		}
		w.must(e.details(func(in *ram.DetailsInput) { in.RemoveKeys = keys[:20] }))
		w.must(e.ok())
		if n := len(liveKeyNames(w.get(share))); n != 80 {
			t.Errorf("%d keys, want 80", n)
		}
		w.consistent()
	})
}

func TestEditLimitsOfPrincipalsAndTags(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var accounts []string
		var tags []ram.Tag
		for i := range 21 {
			accounts = append(accounts, string(w.Account(fmt.Sprintf("Shop %02d", i)).Account))
			tags = append(tags, ram.Tag{Key: fmt.Sprint("k", i)})
		}
		share := w.share([]string{w.key("orders")})
		e := w.edit(share)
		if err := e.principals(func(in *ram.PrincipalsInput) { in.Add = accounts }); !strings.Contains(fmt.Sprint(fields(err)), "RAM.1011") {
			t.Errorf("21 more principals: %v", fields(err))
		}
		if err := e.details(func(in *ram.DetailsInput) { in.Tags = tags }); !strings.Contains(fmt.Sprint(fields(err)), "RAM.1912") {
			t.Errorf("21 tags: %v", fields(err))
		}
		w.must(e.principals(func(in *ram.PrincipalsInput) { in.Add = accounts[:20] }))
		w.must(e.details(func(in *ram.DetailsInput) { in.Tags = tags[:20] }))
		w.must(e.ok())
		if s := w.get(share); len(livePrincipalIDs(s)) != 20 || len(s.Tags) != 20 {
			t.Errorf("%d principals and %d tags, want 20 and 20", len(livePrincipalIDs(s)), len(s.Tags))
		}
		w.consistent()

		w.Exec("UPDATE shares SET principal_count = ? WHERE id = ?", ram.MaxSharePrincipals, string(share))
		if _, err := w.ram.AddPrincipal(ctx(), w.owner, share, accounts[20]); code(err) != "RAM.1011" {
			t.Errorf("the 101st principal: %v, want RAM.1011", err)
		}
	})
}

func TestCopyShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		share := w.share([]string{orders, pii}, string(w.partner.Account), w.commerce.URN)
		w.accept(w.partner, share)
		s := w.get(share)
		for _, state := range []string{"active", "deleted"} {
			if state == "deleted" {
				w.must(w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kmsID(pii), 7))
				_, err := w.ram.DeleteShare(ctx(), w.owner, share)
				w.must(err)
			}
			made, err := w.ram.CopyShare(ctx(), w.owner, share)
			w.must(err)
			d, err := w.ram.GetDraft(ctx(), w.owner, made.Draft)
			w.must(err)
			if d.Name != s.Name+"-copy" || d.Edits != "" || d.Next != ram.StepConfirm || len(d.Tags) != 1 || len(d.Principals) != 2 || d.Permissions[ram.ResourceTypeKey] != encryptDecrypt {
				t.Errorf("copy of the %s share: %+v", state, d)
			}
			if want := map[string]int{"active": 0, "deleted": 1}[state]; made.LeftKeys != want || len(d.Keys) != 2-want {
				t.Errorf("copy of the %s share leaves out %d keys, has %v", state, made.LeftKeys, d.Keys)
			}
			if id := w.confirm(d); id == share || len(livePrincipalIDs(w.get(id))) != 2 {
				t.Error("the copy is no share of its own")
			}
		}
		w.later(ram.EndedShown)
		if _, err := w.ram.CopyShare(ctx(), w.owner, share); !fault.Is(err, fault.NotFound) {
			t.Errorf("copy 48 h after the deletion: %v", err)
		}
		w.consistent()
	})
}

func TestRenameAndTags(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.mate.Account))
		n, m := w.events(w.owner), w.events(w.mate)
		w.must(w.ram.UpdateShare(ctx(), w.owner, share, ram.ShareUpdate{Version: 1, Name: " Orders ", Description: "All shops."}))
		if err := w.ram.UpdateShare(ctx(), w.owner, share, ram.ShareUpdate{Version: 1, Name: "late"}); code(err) != "RAM.1913" {
			t.Errorf("rename of what was shown before: %v", err)
		}
		for name, in := range map[string]ram.ShareUpdate{"name": {Version: 2, Name: "a b"}, "description": {Version: 2, Name: "a", Description: "<b>"}} {
			if err := w.ram.UpdateShare(ctx(), w.owner, share, in); len(fields(err)) != 1 || fields(err)[0].Name != name {
				t.Errorf("bad %s: %v", name, err)
			}
		}
		w.must(w.ram.SetTag(ctx(), w.owner, share, ram.Tag{Key: "team", Value: "b"}))
		w.must(w.ram.SetTag(ctx(), w.owner, share, ram.Tag{Key: "zone"}))
		for _, want := range []bool{true, false} {
			if had, err := w.ram.DeleteTag(ctx(), w.owner, share, "team"); had != want || err != nil {
				t.Errorf("delete a tag: had it %v, want %v, %v", had, want, err)
			}
		}
		if err := w.ram.SetTag(ctx(), w.owner, share, ram.Tag{Key: "_sys_x"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("reserved tag: %v", err)
		}
		s := w.get(share)
		if s.Name != "Orders" || s.Description != "All shops." || s.Version != 5 {
			t.Errorf("%q %q version %d", s.Name, s.Description, s.Version)
		}
		if diff := cmp.Diff([]ram.Tag{{Key: "zone"}}, s.Tags); diff != "" {
			t.Error(diff)
		}
		found, err := w.ram.ListShares(ctx(), w.owner, ram.ShareFilter{Name: "ord"}, store.Slice{Size: 10})
		if err != nil || len(found.Shares) != 1 {
			t.Errorf("the list finds %v by the new name, %v", found.Shares, err)
		}
		want := []string{"updateResourceShare succeeded", "updateResourceShare failed", "tagResource succeeded", "tagResource succeeded", "untagResource succeeded", "untagResource succeeded"}
		got := w.since(w.owner, n)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"updateResourceShare succeeded"}, w.since(w.mate, m)); diff != "" {
			t.Errorf("trail of a recipient: %s", diff)
		}
	})
}

func TestResendAndCancelInvitation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders := w.key("orders")
		partner := string(w.partner.Account)
		share := w.share([]string{orders}, partner)
		first, old := w.invited(w.partner, share), w.principal(share, partner)
		n := w.events(w.owner)
		sent, err := w.ram.ResendInvitation(ctx(), w.owner, share, old.ID)
		w.must(err)
		if sent.ID == old.ID || sent.Invitation == first || sent.State != ram.InvitationPending {
			t.Errorf("sent again: %+v", sent)
		}
		if _, err := w.ram.AcceptInvitation(ctx(), w.partner, first); code(err) != "RAM.1907" {
			t.Errorf("accept of the old invitation: %v", err)
		}
		if _, err := w.ram.ResendInvitation(ctx(), w.owner, share, old.ID); code(err) != "RAM.1920" {
			t.Errorf("resend of the old one: %v", err)
		}
		want := []string{"associateResourceShare succeeded", "cancelResourceShareInvitation failed", "cancelResourceShareInvitation succeeded"}
		got := w.since(w.owner, n)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		// Cancel withdraws it.
		_, err = w.ram.RemovePrincipal(ctx(), w.owner, share, sent.ID)
		w.must(err)
		if _, err := w.ram.AcceptInvitation(ctx(), w.partner, sent.Invitation); code(err) != "RAM.1907" {
			t.Errorf("accept of the withdrawn invitation: %v", err)
		}
		if !slices.Contains(w.events(w.partner), "cancelResourceShareInvitation succeeded") {
			t.Error("the receiver's trail does not tell of the withdrawal")
		}
		// One that ran out, with or without the sweep, is sent anew.
		for _, swept := range []bool{false, true} {
			again, err := w.ram.AddPrincipal(ctx(), w.owner, share, partner)
			w.must(err)
			w.later(ram.InvitationLifetime)
			if swept {
				w.must(w.ram.RunOnce(ctx(), w.Now()))
			}
			told := w.events(w.owner)
			sent, err := w.ram.ResendInvitation(ctx(), w.owner, share, again.ID)
			w.must(err)
			if diff := cmp.Diff([]string{"associateResourceShare succeeded"}, w.since(w.owner, told)); diff != "" {
				t.Errorf("the trail tells more than the new invitation, swept %v: %s", swept, diff)
			}
			if swept {
				w.accept(w.partner, share)
				if _, err := w.ram.ResendInvitation(ctx(), w.owner, share, sent.ID); code(err) != "RAM.1920" {
					t.Errorf("resend of an accepted one: %v", err)
				}
				continue
			}
			_, err = w.ram.RemovePrincipal(ctx(), w.owner, share, sent.ID)
			w.must(err)
		}
		w.consistent()
	})
}

// TestEditKeepsThePinnedVersion lets a share stay with its version of a permission when a
// newer one is the default, and takes the newer one when it is chosen.
func TestEditKeepsThePinnedVersion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.mate.Account))
		_, err := w.ram.PublishPermissions(ctx(), []byte(`[{"permission": "kms KeyId encrypt-decrypt statement", "actions": ["kms:cmk:get", "kms:cmk:decryptData"]}]`))
		w.must(err)
		e := w.edit(share)
		page, err := w.ram.PermissionsPage(ctx(), w.owner, e.id)
		w.must(err)
		choice := page.Choices[0]
		if choice.Chosen != ram.KeepPermission || choice.Kept == nil || choice.Kept.Version != 1 {
			t.Fatalf("step two offers %+v", choice)
		}
		w.must(e.details(func(in *ram.DetailsInput) { in.Description = "kept" }))
		w.must(e.ok())
		if v := w.get(share).Permissions[0].Version; v != 1 {
			t.Errorf("an edit of the description moves the share to version %d", v)
		}
		e = w.edit(share)
		e.permission(encryptDecrypt)
		if p := e.review().Edit.Mine.Permission; p == nil || p.From.Version != 1 || p.To.Version != 2 {
			t.Errorf("the difference is %+v", p)
		}
		told := w.events(w.mate)
		w.must(e.ok())
		if diff := cmp.Diff([]string{"updateResourceSharePermissionVersion succeeded"}, w.since(w.mate, told)); diff != "" {
			t.Errorf("the mate's trail: %s", diff)
		}
		if v := w.get(share).Permissions[0].Version; v != 2 {
			t.Errorf("the share is at version %d", v)
		}
		w.consistent()
	})
}

// TestWithdrawnWithTheShareOrByAnEdit looks for each invitation that an edit or the deletion
// of its share withdraws in the trails of both sides, and for none of one that was over.
func TestWithdrawnWithTheShareOrByAnEdit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		partner, stranger := string(w.partner.Account), string(w.stranger.Account)
		key := w.key("orders")
		late := w.share([]string{key}, stranger)
		w.later(ram.InvitationLifetime)
		ends := map[string]struct {
			event string
			end   func(share ram.ShareID) error
		}{
			"an edit": {"disassociateResourceShare", func(share ram.ShareID) error {
				e := w.edit(share)
				w.must(e.principals(func(in *ram.PrincipalsInput) { in.Remove = []string{partner, string(w.mate.Account)} }))
				return e.ok()
			}},
			"deletion": {"deleteResourceShare", func(share ram.ShareID) error {
				_, err := w.ram.DeleteShare(ctx(), w.owner, share)
				return err
			}},
		}
		for what, by := range ends {
			share := w.share([]string{key}, partner, string(w.mate.Account))
			invitation := w.invited(w.partner, share)
			tellOwner, tellPartner, tellMate := w.events(w.owner), w.events(w.partner), w.events(w.mate)
			w.must(by.end(share))
			both := []string{"cancelResourceShareInvitation succeeded", by.event + " succeeded"}
			for name, trail := range map[string]struct {
				who    iam.Caller
				before []string
				want   []string
			}{"owner": {w.owner, tellOwner, both}, "partner": {w.partner, tellPartner, both}, "mate": {w.mate, tellMate, both[1:]}} {
				if diff := cmp.Diff(trail.want, w.since(trail.who, trail.before)); diff != "" {
					t.Errorf("%s: trail of the %s: %s", what, name, diff)
				}
			}
			for _, c := range []iam.Caller{w.owner, w.partner} {
				if !w.trail(c, "cancelResourceShareInvitation", string(invitation)) {
					t.Errorf("%s: the trail of %s does not name the invitation", what, c.AccountName)
				}
			}
		}
		told := w.events(w.stranger)
		_, err := w.ram.DeleteShare(ctx(), w.owner, late)
		w.must(err)
		if got := w.since(w.stranger, told); len(got) != 0 {
			t.Errorf("whose invitation was over is told %v", got)
		}
		w.consistent()
	})
}

// TestEditTellsWhoLosesWhichActions replaces the permission of a share: its last step tells
// what who stays gains and loses, and what stops, of other permissions and of versions.
func TestEditTellsWhoLosesWhichActions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders := w.key("orders")
		share := w.share([]string{orders}, w.commerce.URN, string(w.mate.Account), string(w.partner.Account), string(w.stranger.Account))
		w.accept(w.partner, share)
		w.uses(w.partner, orders, "labels")
		e := w.edit(share)
		e.permission(readOnly)
		r := e.review().Edit
		lost := []iam.Action{"kms:cmk:createDataKey", "kms:cmk:createDataKeyWithoutPlaintext", "kms:cmk:decryptData", "kms:cmk:decryptDataKey", "kms:cmk:encryptData", "kms:cmk:encryptDataKey"}
		want := &ram.VersionChange{From: 1, Gained: []iam.Action{"kms:cmk:getPublicKey"}, Lost: lost, Shares: []ram.UpdatedShare{{
			ID: share, Name: w.get(share).Name, Accounts: []string{"Lumen Logistics", "Payments"}, Waiting: 1,
		}}}
		if diff := cmp.Diff(want, r.Actions); diff != "" {
			t.Error(diff)
		}
		if r.More || r.Lost.OtherCount() != 1 {
			t.Errorf("more accounts %v, %d things stop, want labels", r.More, r.Lost.OtherCount())
		}
		// Who goes is no account that stays; by its unit, the mate stays.
		w.must(e.principals(func(in *ram.PrincipalsInput) { in.Remove = []string{string(w.partner.Account), string(w.mate.Account)} }))
		if got := e.review().Edit.Actions.Shares[0].Accounts; !slices.Equal(got, []string{"Payments"}) {
			t.Errorf("without who is removed: %v", got)
		}
		if r := w.edit(share).review().Edit; r.Actions != nil {
			t.Errorf("an edit that keeps the permission: %+v", r.Actions)
		}

		_, err := w.ram.PublishPermissions(ctx(), []byte(`[{"permission": "kms KeyId encrypt-decrypt statement", "actions": ["kms:cmk:get", "kms:cmk:decryptData", "kms:cmk:sign"]}]`))
		w.must(err)
		e = w.edit(share)
		e.permission(encryptDecrypt)
		if a := e.review().Edit.Actions; a == nil || !slices.Equal(a.Gained, []iam.Action{"kms:cmk:sign"}) || slices.Contains(a.Lost, "kms:cmk:decryptData") || !slices.Contains(a.Lost, "kms:cmk:encryptData") {
			t.Errorf("another version: %+v", a)
		}
		w.consistent()
	})
}
