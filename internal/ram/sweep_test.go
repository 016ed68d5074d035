package ram_test

import (
	"testing"
	"time"

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
