package ram_test

import (
	"testing"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
)

// One preview tells what removing several parts ends, and what another path keeps.
func TestRemovalOfSeveral(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		share := w.share([]string{orders, pii}, string(w.partner.Account), string(w.stranger.Account), string(w.mate.Account))
		other := w.share([]string{pii}, string(w.partner.Account))
		w.accept(w.partner, share)
		w.accept(w.partner, other)
		w.uses(w.partner, orders, "carrier")
		w.uses(w.partner, pii, "kept by the other share")
		w.uses(w.mate, orders, "till")
		s, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		part := func(name string) ram.AssociationID { return w.principal(share, name).ID }

		got, err := w.ram.RemovalImpact(ctx(), w.owner, share, []ram.AssociationID{part(string(w.partner.Account)), part(string(w.mate.Account)), "junk"}, nil)
		w.must(err)
		if len(got.Principals) != 2 || len(got.Lost) != 2 || got.OtherCount() != 2 {
			t.Errorf("two principals: %d named, %d keys, %d things stop", len(got.Principals), len(got.Lost), got.OtherCount())
		}
		var ids []ram.AssociationID
		for _, r := range s.Resources {
			ids = append(ids, r.ID)
		}
		got, err = w.ram.RemovalImpact(ctx(), w.owner, share, nil, ids)
		w.must(err)
		if len(got.Resources) != 2 || len(got.Reached) != 3 || got.OtherCount() != 2 {
			t.Errorf("all keys: %d named, %d principals, %d things stop", len(got.Resources), len(got.Reached), got.OtherCount())
		}
		if _, err := w.ram.RemovalImpact(ctx(), w.stranger, share, nil, ids); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
			t.Errorf("another account asks: %v", err)
		}

		all, err := w.ram.WithdrawalImpact(ctx(), w.owner, string(w.partner.Account))
		w.must(err)
		if len(all.Shares) != 2 || all.More || all.OtherCount() != 2 || all.Name != "Lumen Logistics" || len(all.Lost) != 2 {
			t.Errorf("from all shares: %+v", all)
		}
		if _, err := w.ram.WithdrawalImpact(ctx(), w.owner, string(w.far.Account)); !fault.Is(err, fault.NotFound) {
			t.Errorf("who is in no share: %v", err)
		}
		if _, err := w.ram.WithdrawalImpact(ctx(), w.stranger, string(w.partner.Account)); !fault.Is(err, fault.NotFound) {
			t.Errorf("who is in another account's shares: %v", err)
		}
	})
}
