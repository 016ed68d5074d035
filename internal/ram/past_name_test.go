package ram_test

import (
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
