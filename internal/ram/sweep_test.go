package ram_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// A row that cannot be settled is reported and keeps no other from being settled.
func TestSweepGoesOnAfterABadRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		bad := w.share([]string{key}, string(w.partner.Account))
		w.Advance(time.Second)
		good := w.share([]string{key}, string(w.partner.Account))
		w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = ?, ended_by = 'removed' WHERE share_id = ?", store.At(w.Now()), string(bad))
		w.later(ram.InvitationLifetime)
		if err := w.ram.RunOnce(ctx(), w.Now()); err == nil {
			t.Error("the bad row is not reported")
		}
		var left []string
		w.must(w.Store.Read(ctx()).Raw("SELECT share_id FROM invitations WHERE status = 'pending'").Scan(&left).Error)
		if len(left) != 1 || left[0] != string(bad) {
			t.Errorf("invitations of %v still wait, want that of %s alone and not of %s", left, bad, good)
		}
	})
}

// Parts of a share that lives on are kept for 400 days after they ended, and the parts that live for
// as long as they do.
func TestPurgeOfEndedPartsOfALivingShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		share := w.share([]string{orders, pii}, string(w.partner.Account), string(w.stranger.Account), string(w.mate.Account))
		w.accept(w.partner, share)
		rows := func() map[string]int {
			t.Helper()
			got := map[string]int{}
			for _, table := range []string{"share_principals", "share_resources", "share_permissions", "invitations", "share_tags"} {
				var n int
				w.must(w.Store.Read(ctx()).Raw("SELECT count(*) FROM " + table).Row().Scan(&n))
				got[table] = n
			}
			return got
		}
		sweep := func(after time.Duration, want map[string]int) {
			t.Helper()
			w.later(after)
			w.must(w.ram.RunOnce(ctx(), w.Now()))
			if diff := cmp.Diff(want, rows()); diff != "" {
				t.Errorf("rows (-want +got): %s", diff)
			}
		}
		e := w.edit(share)
		w.must(e.details(func(in *ram.DetailsInput) { in.RemoveKeys = []string{pii} }))
		e.permission(allActions)
		w.must(e.principals(func(in *ram.PrincipalsInput) { in.Remove = []string{string(w.stranger.Account)} }))
		w.must(e.ok())
		w.later(24 * time.Hour)
		_, err := w.ram.RemovePrincipal(ctx(), w.owner, share, w.principal(share, string(w.mate.Account)).ID)
		w.must(err)

		all := map[string]int{"share_principals": 3, "share_resources": 2, "share_permissions": 2, "invitations": 2, "share_tags": 1}
		sweep(ram.EndedKept-24*time.Hour-time.Second, all)
		sweep(time.Second, map[string]int{"share_principals": 2, "share_resources": 1, "share_permissions": 1, "invitations": 1, "share_tags": 1})
		living := map[string]int{"share_principals": 1, "share_resources": 1, "share_permissions": 1, "invitations": 1, "share_tags": 1}
		sweep(24*time.Hour, living)
		sweep(ram.EndedKept, living)
		if !w.may(w.partner, decrypt, orders) {
			t.Error("the sweep ended what lives")
		}
		w.consistent()
	})
}
