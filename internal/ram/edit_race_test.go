package ram_test

import (
	"testing"

	"sharedkms/internal/ram"
)

// press prepares OK on what the review shows now, to be pressed at the same time as others.
func (e editing) press() func() error {
	e.w.t.Helper()
	r := e.review()
	return func() error {
		_, err := e.w.ram.ConfirmEdit(ctx(), e.user, e.id, r.Draft.Version, r.Edit.Seen)
		return err
	}
}

// TestTwoEditsAtOnce presses OK on two drafts of one share: one of them wins, the other is
// told, and what it changes is added when it presses again.
func TestTwoEditsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		for range rounds {
			share := w.share([]string{orders}, string(w.partner.Account))
			one := w.edit(share)
			w.must(one.details(func(in *ram.DetailsInput) { in.AddKeys = []string{pii} }))
			two := w.edit(share)
			w.must(two.principals(func(in *ram.PrincipalsInput) { in.Add = []string{string(w.mate.Account)} }))
			errs := atOnce(one.press(), two.press())
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("two edits at once: %v and %v, want one of them to win", errs[0], errs[1])
			}
			for i, e := range []editing{one, two} {
				kindly(t, "edit", errs[i], "RAM.1913")
				if errs[i] != nil {
					w.must(e.ok())
				}
			}
			if s := w.get(share); len(liveKeyNames(s)) != 2 || len(livePrincipalIDs(s)) != 2 || s.Version != 3 {
				t.Fatalf("keys %v, principals %v, version %d", liveKeyNames(s), livePrincipalIDs(s), s.Version)
			}
			_, err := w.ram.DeleteShare(ctx(), w.owner, share)
			w.must(err)
		}
		w.consistent()
	})
}

// TestEditAgainstAnswers presses OK while recipients accept and leave and invitations are
// withdrawn and sent again.
func TestEditAgainstAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		partner, stranger := string(w.partner.Account), string(w.stranger.Account)
		for i := range rounds {
			share := w.share([]string{orders}, partner, stranger)
			w.accept(w.partner, share)
			invitation, waiting := w.invited(w.stranger, share), w.principal(share, stranger)
			e := w.edit(share)
			w.must(e.details(func(in *ram.DetailsInput) { in.AddKeys = []string{pii} }))
			removes := i%2 == 0
			if removes {
				w.must(e.principals(func(in *ram.PrincipalsInput) { in.Remove = []string{partner, stranger} }))
			}
			acts := []func() error{
				e.press(),
				func() error { _, err := w.ram.AcceptInvitation(ctx(), w.stranger, invitation); return err },
				func() error { _, err := w.ram.LeaveShare(ctx(), w.partner, share); return err },
			}
			if i%4 > 1 {
				acts = append(acts, func() error { _, err := w.ram.RemovePrincipal(ctx(), w.owner, share, waiting.ID); return err })
			} else {
				acts = append(acts, func() error { _, err := w.ram.ResendInvitation(ctx(), w.owner, share, waiting.ID); return err })
			}
			errs := atOnce(acts...)
			kindly(t, "edit", errs[0], "RAM.1913")
			kindly(t, "accept", errs[1], "RAM.1907")
			kindly(t, "leave", errs[2])
			kindly(t, "cancel or resend", errs[3], "RAM.1920", "RAM.1006")
			if errs[0] != nil {
				w.must(e.ok())
			}
			if w.may(w.partner, decrypt, orders) || removes && w.may(w.stranger, decrypt, orders) || w.may(w.stranger, decrypt, orders) != w.may(w.stranger, decrypt, pii) {
				t.Fatal("access after leaving or removal, or to half of the share")
			}
			_, err := w.ram.DeleteShare(ctx(), w.owner, share)
			w.must(err)
		}
		w.consistent()
	})
}
