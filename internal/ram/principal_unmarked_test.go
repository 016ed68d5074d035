package ram_test

import (
	"testing"
	"time"

	"sharedkms/internal/ram"
)

// TestEndedBeforeTheSweepMarksIt names again, and sets no end for, whose part ended while
// no sweep came by.
func TestEndedBeforeTheSweepMarksIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, w.commerce.URN, string(w.partner.Account))
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		w.later(ram.InvitationLifetime)
		tomorrow := w.Now().AddDate(0, 0, 1)
		for _, name := range []string{w.commerce.URN, string(w.partner.Account)} {
			p := w.principal(share, name)
			err := w.ram.SetEnd(ctx(), w.owner, share, ram.SetEndInput{Principal: p.ID, To: ram.EndAt(&tomorrow)})
			if code(err) != "RAM.1916" {
				t.Errorf("the end of %s, whose part has ended: %v", name, err)
			}
			if _, err := w.ram.AddPrincipal(ctx(), w.owner, share, name); err != nil {
				t.Errorf("share with %s again: %v", name, err)
			}
		}
		w.reach("shared again", key, map[string]bool{"mate": true})
		w.consistent()
	})
}

// TestEditNamesAgainBeforeTheSweep edits a share with a unit and an account whose parts the
// switch ended: an edit of something else leaves them be, one that names them again gives
// access, whether the sweep comes before OK or not, and one that removes them ends them.
func TestEditNamesAgainBeforeTheSweep(t *testing.T) {
	for _, swept := range []bool{false, true} {
		each(t, func(t *testing.T, w *world) {
			key := w.key("orders")
			share := w.share([]string{key}, w.commerce.URN, string(w.far.Account), string(w.partner.Account))
			w.must(w.orgs.SetSharing(ctx(), w.boss, false))
			w.must(w.orgs.SetSharing(ctx(), w.boss, true))
			other := w.edit(share)
			w.must(other.details(func(in *ram.DetailsInput) { in.Description = "All shops." }))
			if r := other.review(); len(r.Edit.Mine.PrincipalsRemoved)+len(r.Edit.Mine.PrincipalsAdded) != 0 {
				t.Errorf("an edit of the description changes principals: %+v", r.Edit.Mine)
			}
			w.must(other.ok())
			w.reach("nobody was named", key, nil)

			e := w.edit(share)
			w.must(e.principals(func(in *ram.PrincipalsInput) { in.Add = []string{w.commerce.URN, string(w.far.Account)} }))
			if d := e.draft(); len(d.NamesAdded) != 2 || len(d.Principals) != 3 {
				t.Errorf("the draft adds %v to %v", d.NamesAdded, d.Principals)
			}
			page, err := w.ram.PrincipalsPage(ctx(), w.owner, e.id)
			w.must(err)
			for _, c := range page.Chosen {
				if c.Principal != string(w.partner.Account) && (c.Live != nil || !c.AtOnce) {
					t.Errorf("who is named again is shown as %+v", c)
				}
			}
			w.must(e.principals(func(*ram.PrincipalsInput) {})) // saved again, it stays so
			if swept {
				w.must(w.ram.RunOnce(ctx(), w.Now()))
			}
			if r := e.review(); len(r.Edit.Mine.PrincipalsAdded) != 2 || len(r.Edit.Removed) != 0 || r.AtOnce != 2 {
				t.Errorf("the last step shows %+v, %d at once", r.Edit.Mine, r.AtOnce)
			}
			w.must(e.ok())
			w.reach("named again", key, map[string]bool{"mate": true, "far": true})
			if n := len(livePrincipalIDs(w.get(share))); n != 3 {
				t.Errorf("%d principals, want 3", n)
			}

			w.must(w.orgs.SetSharing(ctx(), w.boss, false))
			w.must(w.orgs.SetSharing(ctx(), w.boss, true))
			w.Advance(time.Minute)
			e = w.edit(share)
			w.must(e.principals(func(in *ram.PrincipalsInput) { in.Remove = []string{w.commerce.URN} }))
			w.must(e.ok())
			if p := w.principal(share, w.commerce.URN); p.State != ram.Removed {
				t.Errorf("removed before the sweep: %+v", p)
			}
			w.consistent()
		})
	}
}

// TestEditNamesWhoIsThere names somebody in an edit who is in the share: nothing changes,
// and it is told. Twice in one list is a mistake still.
func TestEditNamesWhoIsThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		partner := string(w.partner.Account)
		share := w.share([]string{w.key("orders")}, partner, w.group.URN)
		e := w.edit(share)
		d := e.draft()
		d, err := w.ram.SavePrincipals(ctx(), w.owner, e.id, ram.PrincipalsInput{
			Version: d.Version, AllowExternal: true, Add: []string{partner, w.rootURN(), string(w.stranger.Account)}, Finish: true,
		})
		w.must(err)
		var told []string
		for _, n := range d.Already {
			told = append(told, n.Principal)
		}
		if len(told) != 2 || told[0] != partner || told[1] != w.group.URN {
			t.Errorf("told as there already: %v", told)
		}
		if len(d.NamesAdded) != 1 || d.NamesAdded[0] != string(w.stranger.Account) {
			t.Errorf("added: %v, want the stranger", d.NamesAdded)
		}
		err = e.principals(func(in *ram.PrincipalsInput) { in.Add = []string{partner, partner} })
		if code(err) != "RAM.1006" {
			t.Errorf("the same twice in one list: %v, want RAM.1006", err)
		}
		// Removed and added in one draft, it stays as it was.
		w.must(e.principals(func(in *ram.PrincipalsInput) { in.Remove = []string{partner} }))
		w.must(e.principals(func(in *ram.PrincipalsInput) { in.Add = []string{partner} }))
		r := e.review()
		if len(r.Edit.Mine.PrincipalsAdded) != 1 || len(r.Edit.Removed) != 0 {
			t.Errorf("the difference: %+v", r.Edit.Mine)
		}
		w.must(e.ok())
		w.consistent()
	})
}
