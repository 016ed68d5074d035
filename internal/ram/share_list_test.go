package ram_test

import (
	"testing"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// A share whose principals are all gone is told from one that never had any, also when the
// list no longer counts them.
func TestListTellsThatSomePrincipalsEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		never, ended := w.share([]string{w.key("a")}), w.share([]string{w.key("b")}, string(w.partner.Account))
		w.accept(w.partner, ended)
		_, err := w.ram.LeaveShare(ctx(), w.partner, ended)
		w.must(err)
		w.later(49 * time.Hour)
		list, err := w.ram.ListShares(ctx(), w.owner, ram.ShareFilter{}, store.Slice{Size: 10})
		w.must(err)
		for _, row := range list.Shares {
			if row.Left != 0 || row.Access != 0 || row.Ended != (row.ID == ended) {
				t.Errorf("share %s: %+v; of %s and %s only the first had principals", row.ID, row, ended, never)
			}
		}
	})
}
