package ram_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
)

// TestWhatEndsNext lists, for those who share and those who receive by an account, a unit
// and the organization, what ends next and when, also after ends were moved.
func TestWhatEndsNext(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key, mate, day := w.key("orders"), string(w.mate.Account), 24*time.Hour
		byUnit := w.share([]string{key}, w.commerce.URN)
		byAccount := w.share([]string{key}, w.commerce.URN, mate)
		byGroup := w.share([]string{key}, w.group.URN, string(w.partner.Account))
		w.accept(w.partner, byGroup)
		outlived, end := w.principal(byAccount, mate).ID, w.in(2*day)
		w.end(byAccount, outlived, "", w.in(day)) // the unit's path has no end
		w.end(byUnit, "", "", end)
		part := w.principal(byGroup, w.group.URN).ID
		w.end(byGroup, part, "", w.in(4*day))
		check := func(what string, c iam.Caller, n int, want ...ram.Ending) {
			t.Helper()
			got, err := w.ram.ListEnding(ctx(), c, w.Now().Add(ram.EndsSoon), n)
			w.must(err)
			if d := cmp.Diff(want, got, cmp.Transformer("end", func(e ram.Ending) any {
				return []any{e.Share, ram.EndAt(&e.EndsAt), e.Given, e.Part}
			})); d != "" {
				t.Errorf("%s (-want +got): %s", what, d)
			}
		}
		ends := func(share ram.ShareID, at ram.End, given bool, part ram.AssociationID) ram.Ending {
			when, err := at.Time()
			w.must(err)
			return ram.Ending{Share: share, EndsAt: *when, Given: given, Part: part}
		}
		check("owner", w.owner, 10, ends(byAccount, w.in(day), true, outlived), ends(byUnit, end, true, ""), ends(byGroup, w.in(4*day), true, part))
		check("mate", w.mate, 10, ends(byUnit, end, false, ""), ends(byGroup, w.in(4*day), false, ""))
		check("mate, one", w.mate, 1, ends(byUnit, end, false, ""))
		check("member of another unit", w.far, 10, ends(byGroup, w.in(4*day), false, ""))
		check("partner, whose path has no end", w.partner, 10, []ram.Ending{}...)

		w.end(byUnit, "", end, w.in(6*day))
		w.end(byGroup, "", "", w.in(3*day)) // before the part's
		check("mate, after ends moved", w.mate, 10, ends(byGroup, w.in(3*day), false, ""), ends(byUnit, w.in(6*day), false, ""))
		check("partner, after the share got an end", w.partner, 10, ends(byGroup, w.in(3*day), false, ""))
		_, err := w.ram.AddPrincipal(ctx(), w.owner, byUnit, string(w.far.Account))
		w.must(err)
		check("named in a share with an end", w.far, 10, ends(byGroup, w.in(3*day), false, ""), ends(byUnit, w.in(6*day), false, ""))
		w.end(byUnit, "", w.in(6*day), "")
		check("mate, after an end was taken away", w.mate, 10, ends(byGroup, w.in(3*day), false, ""))
		w.consistent()
	})
}
