package ram_test

import (
	"strings"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
)

// An act that fails writes into the trail of its caller alone, whomever it names: nobody is
// told of a share that he was not offered.
func TestFailedActsAreNotToldToOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account), w.commerce.URN)
		w.Exec("UPDATE account_quotas SET quota = 1 WHERE kind = 'pending_invitation'")

		acts := map[string]struct {
			named iam.Caller
			do    func() error
		}{
			"createResourceShare": {w.stranger, func() error {
				d := w.draft([]string{key}, string(w.stranger.Account))
				_, err := w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version)
				return err
			}},
			"associateResourceShare": {w.stranger, func() error {
				e := w.edit(share)
				w.must(e.details(func(*ram.DetailsInput) {}))
				e.permission(ram.KeepPermission)
				w.must(e.principals(func(in *ram.PrincipalsInput) { in.Add = []string{string(w.stranger.Account)} }))
				return e.ok()
			}},
			"cancelResourceShareInvitation": {w.partner, func() error {
				id := w.principal(share, string(w.partner.Account)).ID
				w.accept(w.partner, share)
				_, err := w.ram.ResendInvitation(ctx(), w.owner, share, id)
				return err
			}},
		}
		for _, event := range []string{"createResourceShare", "associateResourceShare", "cancelResourceShareInvitation"} {
			act := acts[event]
			w.Advance(time.Second) // traces are in order of time
			if err := act.do(); !fault.Is(err, fault.Quota) && !fault.Is(err, fault.State) {
				t.Fatalf("%s: got %v, want it to fail", event, err)
			}
			if events := w.events(w.owner); events[len(events)-1] != event+" failed" {
				t.Errorf("%s: the owner's last event is %s", event, events[len(events)-1])
			}
			for _, told := range w.events(act.named) {
				if strings.HasSuffix(told, " failed") {
					t.Errorf("%s: who was named is told %s", event, told)
				}
			}
		}
		if events := w.events(w.stranger); len(events) != 0 {
			t.Errorf("the stranger's trail: %v", events)
		}
	})
}
