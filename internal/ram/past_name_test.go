package ram_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// renames gives the share another name, as its owner does.
func (w *world) renames(share ram.ShareID, name string) {
	w.t.Helper()
	now := w.get(share)
	w.must(w.ram.UpdateShare(ctx(), w.owner, share, ram.ShareUpdate{Version: now.Version, Name: name, Description: "since then"}))
}

// TestNameAfterTheEnd ends relations to shares that get other names later, which are told
// to nobody whose relation had ended by then.
func TestNameAfterTheEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key, partner := w.key("orders"), string(w.partner.Account)
		names := func() map[ram.ShareID]string {
			page, err := w.ram.ListReceived(ctx(), w.partner, ram.ReceivedFilter{}, store.Slice{Size: 10})
			w.must(err)
			got := map[ram.ShareID]string{}
			for _, row := range page.Shares {
				got[row.ID] = row.Name
			}
			return got
		}
		rejected, left, kept := w.share([]string{key}, partner), w.share([]string{key}, partner), w.share([]string{key}, partner)
		waits := w.invited(w.partner, rejected)
		w.renames(rejected, "first-name")
		w.renames(left, "Second-Name")
		w.accept(w.partner, left)
		w.accept(w.partner, kept)
		if i, err := w.ram.BeginAnswer(ctx(), w.partner, waits, ram.ActionAccept); err != nil || i.ShareName != "first-name" || i.Description != "since then" {
			t.Errorf("while it waits: %+v, %v", i, err)
		}
		_, err := w.ram.RejectInvitation(ctx(), w.partner, waits, "")
		w.must(err)
		_, err = w.ram.LeaveShare(ctx(), w.partner, left)
		w.must(err)
		for _, again := range []string{"Merger", "MERGER", "Merger-of-2027"} {
			w.renames(rejected, again+"-1")
			w.renames(left, again+"-2")
			w.renames(kept, again+"-3")
		}

		if i, err := w.ram.BeginAnswer(ctx(), w.partner, waits, ram.ActionAccept); code(err) != "RAM.1905" || i.ShareName != "" {
			t.Errorf("rejected: %+v, %v, want RAM.1905", i, err)
		}
		if d := cmp.Diff(map[ram.ShareID]string{left: "Second-Name", kept: "Merger-of-2027-3"}, names()); d != "" {
			t.Errorf("names received (-want +got): %s", d)
		}
		for search, want := range map[string]int{"merger-of": 1, "second": 1} {
			page, err := w.ram.ListReceived(ctx(), w.partner, ram.ReceivedFilter{Name: search}, store.Slice{Size: 10})
			w.must(err)
			if len(page.Shares) != want {
				t.Errorf("search for %q: %+v", search, page.Shares)
			}
		}

		w.later(time.Minute)
		_, err = w.ram.AddPrincipal(ctx(), w.owner, left, partner)
		w.must(err)
		again := w.invited(w.partner, left)
		w.later(ram.InvitationLifetime)
		if _, err := w.ram.BeginAnswer(ctx(), w.partner, again, ram.ActionAccept); code(err) != "RAM.1906" {
			t.Errorf("expired and not swept: %v, want RAM.1906", err)
		}
	})
}

// TestEndingsAreToldToWhoWasThere ends paths of a key through a unit, the organization and
// an account; whoever comes later learns nothing of them.
func TestEndingsAreToldToWhoWasThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, w.commerce.URN, w.group.URN, string(w.far.Account))
		was := w.get(share).Name
		for _, principal := range []string{w.commerce.URN, w.group.URN, string(w.far.Account)} {
			w.later(time.Minute)
			_, err := w.ram.RemovePrincipal(ctx(), w.owner, share, w.principal(share, principal).ID)
			w.must(err)
		}
		w.renames(share, "Merger-of-2027")
		w.later(time.Minute)
		w.must(w.orgs.AddMember(ctx(), w.boss, w.partner.Account, w.commerce.ID))
		w.must(w.orgs.MoveMember(ctx(), w.boss, w.far.Account, w.commerce.ID))
		for _, c := range []struct {
			name   string
			caller iam.Caller
			want   []string
		}{{"mate", w.mate, []string{was}}, {"far", w.far, []string{was, was}}, {"partner", w.partner, nil}, {"stranger", w.stranger, nil}} {
			var got []string
			w.must(w.Gate.Read(ctx(), c.caller, func(tx *iam.Tx) error {
				if err := tx.Allow(ram.ActionSearch, iam.URN{Service: "ram", Account: c.caller.Account, Type: "resourceShare", ID: "*"}); err != nil {
					return err
				}
				return tx.DB().Table("key_endings").Where("account_id = ? AND key_id = ?", string(c.caller.Account), key).Pluck("share_name", &got).Error
			}))
			if d := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("endings told to %s (-want +got): %s", c.name, d)
			}
		}
	})
}

// endings reads what an account is told of how it lost a key.
func (w *world) endings(c iam.Caller, key string) (names []string) {
	w.t.Helper()
	w.must(w.Gate.Read(ctx(), c, func(tx *iam.Tx) error {
		if err := tx.Allow(ram.ActionSearch, iam.URN{Service: "ram", Account: c.Account, Type: "resourceShare", ID: "*"}); err != nil {
			return err
		}
		return tx.DB().Table("key_endings").Where("account_id = ? AND key_id = ?", string(c.Account), key).Order("ended_at").Pluck("ended_by", &names).Error
	}))
	return names
}

// A key that was never in a share together with an account was not lost by it, and is not
// found among what it lost: it came later, or went before.
func TestEndingsAreOfWhatWasThereTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kept, early, late, short := w.key("kept"), w.key("early"), w.key("late"), w.key("short")
		share := w.share([]string{kept, early}, string(w.mate.Account))
		add := func(key string) {
			w.later(time.Minute)
			e := w.edit(share)
			w.must(e.details(func(in *ram.DetailsInput) { in.AddKeys = []string{key} }))
			w.must(e.ok())
		}
		remove := func(key string) {
			w.later(time.Minute)
			for _, r := range w.get(share).Resources {
				if r.Key.ID == key {
					_, err := w.ram.RemoveResource(ctx(), w.owner, share, r.ID)
					w.must(err)
				}
			}
		}
		remove(early)
		w.later(time.Minute)
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account))
		w.must(err)
		w.accept(w.partner, share)
		w.later(time.Minute)
		_, err = w.ram.LeaveShare(ctx(), w.partner, share)
		w.must(err)
		add(late)
		add(short)
		remove(short)
		lost := map[string][]string{}
		for name, key := range map[string]string{"kept": kept, "early": early, "late": late, "short": short} {
			if told := w.endings(w.partner, key); len(told) > 0 {
				lost[name] = told
			}
			page, err := w.ram.ListReceived(ctx(), w.partner, ram.ReceivedFilter{Part: ram.PartFilter{Resource: key}}, store.Slice{Size: 10})
			w.must(err)
			if found := len(page.Shares) == 1; found != (name == "kept") {
				t.Errorf("who left finds the share by the key %s: %v", name, found)
			}
		}
		if d := cmp.Diff(map[string][]string{"kept": {"left"}}, lost); d != "" {
			t.Errorf("told to the partner (-want +got): %s", d)
		}
		if told := w.endings(w.mate, short); len(told) != 1 || told[0] != "key_removed" {
			t.Errorf("told to the mate, who was there: %v", told)
		}
		w.later(time.Minute)
		_, err = w.ram.DeleteShare(ctx(), w.owner, share)
		w.must(err)
		for key, want := range map[string]int{kept: 1, late: 1, short: 0} {
			page, err := w.ram.ListReceived(ctx(), w.mate, ram.ReceivedFilter{Part: ram.PartFilter{Resource: key}}, store.Slice{Size: 10})
			w.must(err)
			if len(page.Shares) != want {
				t.Errorf("after the share: the mate finds %d by key %s, want %d", len(page.Shares), key, want)
			}
		}
	})
}

// What becomes of a share is not told to those whose part in it is over, though no sweep has
// marked it yet: not in their trails, and not by the name that it gets.
func TestUnmarkedEndsAreEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		timed, invited := string(w.partner.Account), string(w.stranger.Account)
		share := w.share([]string{orders, pii}, timed, invited, string(w.mate.Account))
		was := w.get(share).Name
		underWas := `"share_name":"` + was + `"`
		w.accept(w.partner, share)
		w.end(share, w.principal(share, timed).ID, "", w.in(time.Hour))
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		w.later(ram.InvitationLifetime + time.Hour)
		out := map[string]iam.Caller{"time ended": w.partner, "expired": w.stranger, "sharing turned off": w.mate}
		before := map[string]int{}
		for name, c := range out {
			before[name] = len(w.Traces(c.Account))
		}

		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.far.Account))
		w.must(err)
		w.renames(share, "Merger-of-2027")
		e := w.edit(share)
		w.must(e.details(func(in *ram.DetailsInput) { in.Name, in.RemoveKeys = "Merger-of-2028", []string{pii} }))
		w.must(e.ok())
		w.end(share, "", "", w.in(90*24*time.Hour))
		for _, r := range w.get(share).Resources {
			if r.Key.ID == orders {
				_, err = w.ram.RemoveResource(ctx(), w.owner, share, r.ID)
				w.must(err)
			}
		}
		for name, c := range out {
			for _, told := range w.Traces(c.Account)[before[name]:] {
				if !strings.Contains(told.Body, underWas) {
					t.Errorf("%s: is told %s: %s", name, told.Event, told.Body)
				}
			}
		}
		if told := w.events(w.far); len(told) < 5 {
			t.Errorf("who has access is told %v", told)
		}
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		for name, c := range map[string]iam.Caller{"time ended": w.partner, "sharing turned off": w.mate} {
			traces := w.Traces(c.Account)
			if told := traces[len(traces)-1].Body; !strings.Contains(told, "disassociate") || !strings.Contains(told, underWas) {
				t.Errorf("%s: the last that is told is %s", name, told)
			}
		}
		for search, want := range map[string]int{was: 1, "merger": 0} {
			page, err := w.ram.ListReceived(ctx(), w.mate, ram.ReceivedFilter{Name: search}, store.Slice{Size: 10})
			w.must(err)
			if len(page.Shares) != want || want == 1 && page.Shares[0].Name != was {
				t.Errorf("search for %q finds %+v", search, page.Shares)
			}
		}
		w.consistent()
	})
}
