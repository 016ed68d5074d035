package ram_test

import (
	"testing"

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
