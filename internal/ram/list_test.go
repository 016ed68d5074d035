package ram_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// through reads a list of slices of n to its end and back, and gives what it showed.
func through[T any](t *testing.T, n int, list func(store.Slice) ([]T, store.Edges, error), key func(T) string) []string {
	t.Helper()
	there, back := []string{}, []string{}
	slice := store.Slice{Size: n}
	for page := 0; ; page++ {
		rows, edges, err := list(slice)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			there = append(there, key(r))
		}
		if page == 0 && edges.Prev != "" {
			t.Error("the first slice has one before it")
		}
		if edges.Next == "" {
			slice = store.Slice{Size: n, Cursor: edges.Prev, Back: true}
			for i := len(rows) - 1; i >= 0; i-- {
				back = append(back, key(rows[i]))
			}
			break
		}
		slice.Cursor = edges.Next
	}
	for slice.Cursor != "" {
		rows, edges, err := list(slice)
		if err != nil {
			t.Fatal(err)
		}
		for i := len(rows) - 1; i >= 0; i-- {
			back = append(back, key(rows[i]))
		}
		slice.Cursor = edges.Prev
	}
	slices.Reverse(back)
	if d := cmp.Diff(there, back); d != "" {
		t.Errorf("the way back shows something else (-there +back): %s", d)
	}
	return there
}

func (w *world) principals(c iam.Caller, f ram.SharedPrincipalFilter) []string {
	w.t.Helper()
	return through(w.t, 2, func(s store.Slice) ([]ram.SharedPrincipal, store.Edges, error) {
		page, err := w.ram.ListSharedPrincipals(w.ctx, c, f, s)
		return page.Principals, page.Edges, err
	}, func(p ram.SharedPrincipal) string {
		return fmt.Sprintf("%s %s external=%v shares=%d keys=%d", p.Kind, p.Name, p.External, p.Shares.N, p.Keys.N)
	})
}

func (w *world) resources(c iam.Caller, f ram.SharedResourceFilter) []string {
	w.t.Helper()
	return through(w.t, 2, func(s store.Slice) ([]ram.SharedResource, store.Edges, error) {
		page, err := w.ram.ListSharedResources(w.ctx, c, f, s)
		return page.Resources, page.Edges, err
	}, func(r ram.SharedResource) string {
		return fmt.Sprintf("%s shares=%d principals=%d", r.Key.Name, r.Shares.N, r.Principals.N)
	})
}

func (w *world) received(c iam.Caller, f ram.ReceivedResourceFilter) []string {
	w.t.Helper()
	return through(w.t, 2, func(s store.Slice) ([]ram.ReceivedResource, store.Edges, error) {
		page, err := w.ram.ListReceivedResources(w.ctx, c, f, s)
		return page.Resources, page.Edges, err
	}, func(r ram.ReceivedResource) string {
		return fmt.Sprintf("%s of %s shares=%d", r.Key.Name, r.OwnerName, r.Shares.N)
	})
}

func (w *world) owners(c iam.Caller, f ram.OwnerFilter) []string {
	w.t.Helper()
	list := through(w.t, 1, func(s store.Slice) ([]ram.Owner, store.Edges, error) {
		page, err := w.ram.ListOwners(w.ctx, c, f, s)
		return page.Owners, page.Edges, err
	}, func(o ram.Owner) string { return fmt.Sprintf("%s shares=%d keys=%d", o.Name, o.Shares.N, o.Keys.N) })
	slices.Sort(list) // IDs of accounts are in no order that a test knows
	return list
}

func (w *world) shares(f ram.ShareFilter) []ram.ShareID {
	w.t.Helper()
	ids := []ram.ShareID{}
	for _, id := range through(w.t, 1, func(s store.Slice) ([]ram.ShareRow, store.Edges, error) {
		page, err := w.ram.ListShares(w.ctx, w.owner, f, s)
		return page.Shares, page.Edges, err
	}, func(r ram.ShareRow) string { return string(r.ID) }) {
		ids = append(ids, ram.ShareID(id))
	}
	return ids
}

func (w *world) same(what string, got, want any) {
	w.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		w.t.Errorf("%s (-want +got): %s", what, d)
	}
}

// Each thing stands in its list once, with what is live of it, and the filters of one list
// lead to the rows that another one counted.
func TestListsOfWhatIsShared(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii, far := w.key("retail-orders"), w.key("retail-pii"), w.keyOf(w.owner, farRegion, "retail-far")
		w.key("retail-alone")
		partner, stranger := string(w.partner.Account), string(w.stranger.Account)
		first := w.share([]string{orders, pii}, partner, w.commerce.URN)
		w.later(time.Minute)
		second := w.share([]string{orders, far}, partner, stranger, w.group.URN)
		w.later(time.Minute)
		third := w.share([]string{pii}, string(w.mate.Account))
		w.accept(w.partner, first)
		w.accept(w.partner, second)

		all := w.principals(w.owner, ram.SharedPrincipalFilter{})
		accounts := slices.Sorted(slices.Values(all[:3]))
		w.same("accounts", accounts, slices.Sorted(slices.Values([]string{
			"account " + stranger + " external=true shares=1 keys=2", "account Lumen Logistics external=true shares=2 keys=3", "account Payments external=false shares=1 keys=1",
		})))
		w.same("units and organization", all[3:], []string{"organization Harbor Group external=false shares=1 keys=2", "ou Commerce external=false shares=1 keys=2"})
		w.same("one principal", w.principals(w.owner, ram.SharedPrincipalFilter{Principal: partner}), []string{"account Lumen Logistics external=true shares=2 keys=3"})
		w.same("a unit by its URN", w.principals(w.owner, ram.SharedPrincipalFilter{Principal: w.commerce.URN, Kind: ram.KindUnit}), all[4:])
		w.same("units", w.principals(w.owner, ram.SharedPrincipalFilter{Kind: ram.KindUnit}), all[4:])
		w.same("organizations", w.principals(w.owner, ram.SharedPrincipalFilter{Kind: ram.KindOrganization}), all[3:4])
		inside, outside := false, true
		w.same("accounts outside", len(w.principals(w.owner, ram.SharedPrincipalFilter{External: &outside})), 2)
		w.same("accounts inside", w.principals(w.owner, ram.SharedPrincipalFilter{External: &inside, Kind: ram.KindAccount}), []string{"account Payments external=false shares=1 keys=1"})
		w.same("principals of a key", len(w.principals(w.owner, ram.SharedPrincipalFilter{Resource: pii})), 3)
		w.same("no principal", w.principals(w.owner, ram.SharedPrincipalFilter{Principal: "'; --"}), []string{})

		// The order is by region; ap-southeast-3 comes before eu-west-101.
		keys := w.resources(w.owner, ram.SharedResourceFilter{})
		w.same("the far key comes first", keys[0], "retail-far shares=1 principals=3")
		w.same("keys", slices.Sorted(slices.Values(keys[1:])), []string{"retail-orders shares=2 principals=4", "retail-pii shares=2 principals=3"})
		w.same("keys of a region", w.resources(w.owner, ram.SharedResourceFilter{Region: farRegion}), keys[:1])
		w.same("keys by name", w.resources(w.owner, ram.SharedResourceFilter{Search: "Retail-"}), []string{
			"retail-far shares=1 principals=3", "retail-orders shares=2 principals=4", "retail-pii shares=2 principals=3",
		})
		w.same("a key by ID", w.resources(w.owner, ram.SharedResourceFilter{Search: orders[:13]}), []string{"retail-orders shares=2 principals=4"})
		w.same("keys of a principal", w.resources(w.owner, ram.SharedResourceFilter{Principal: stranger, Search: "retail-o"}), []string{"retail-orders shares=2 principals=4"})
		w.same("keys of a principal in a region", w.resources(w.owner, ram.SharedResourceFilter{Principal: stranger, Region: farRegion}), keys[:1])

		w.same("shares with a principal", w.shares(ram.ShareFilter{Principal: partner}), []ram.ShareID{second, first})
		w.same("shares with a key", w.shares(ram.ShareFilter{Resource: pii}), []ram.ShareID{third, first})
		w.same("shares with a key and a principal", w.shares(ram.ShareFilter{Resource: pii, Principal: partner}), []ram.ShareID{first})
		w.same("shares of a region", w.shares(ram.ShareFilter{Region: region}), []ram.ShareID{third, second, first})
		w.same("shares of another region", w.shares(ram.ShareFilter{Region: farRegion}), []ram.ShareID{second})
		w.same("shares with somebody outside", w.shares(ram.ShareFilter{Reach: ram.ReachOutside}), []ram.ShareID{second, first})
		w.same("shares with a permission", w.shares(ram.ShareFilter{Permission: string(encryptDecrypt)}), []ram.ShareID{third, second, first})
		w.same("shares with another permission", w.shares(ram.ShareFilter{Permission: string(readOnly), Principal: partner}), []ram.ShareID{})

		w.same("owners", w.owners(w.partner, ram.OwnerFilter{}), []string{"Retail shares=2 keys=3"})
		w.same("one owner", w.owners(w.partner, ram.OwnerFilter{Owner: string(w.mate.Account)}), []string{})
		w.same("through unit, organization and by itself", w.owners(w.mate, ram.OwnerFilter{Owner: string(w.owner.Account)}), []string{"Retail shares=3 keys=3"})
		got := w.received(w.mate, ram.ReceivedResourceFilter{})
		w.same("received keys", slices.Sorted(slices.Values(got)), []string{"retail-far of Retail shares=1", "retail-orders of Retail shares=2", "retail-pii of Retail shares=2"})
		w.same("what came last is first", got[0], "retail-pii of Retail shares=2")
		w.same("received keys of a region", w.received(w.mate, ram.ReceivedResourceFilter{Region: farRegion}), []string{"retail-far of Retail shares=1"})
		w.same("received keys of an owner", w.received(w.mate, ram.ReceivedResourceFilter{Owner: string(w.owner.Account)}), got)
		w.same("received keys by name", w.received(w.mate, ram.ReceivedResourceFilter{Search: "RETAIL-O", Owner: string(w.owner.Account)}), []string{"retail-orders of Retail shares=2"})
		page, err := w.ram.ListReceived(w.ctx, w.partner, ram.ReceivedFilter{Part: ram.PartFilter{Resource: far}}, store.Slice{Size: 10})
		w.must(err)
		if len(page.Shares) != 1 || page.Shares[0].ID != second {
			t.Errorf("received shares with the far key: %+v", page.Shares)
		}

		// The invitation to the stranger runs out, and no sweep marks it.
		w.later(8 * 24 * time.Hour)
		w.same("accounts outside, one of whom never answered", w.principals(w.owner, ram.SharedPrincipalFilter{External: &outside}), []string{"account Lumen Logistics external=true shares=2 keys=3"})
		w.same("shares with who never answered", w.shares(ram.ShareFilter{Principal: stranger}), []ram.ShareID{})
		w.same("shares with somebody outside", w.shares(ram.ShareFilter{Reach: ram.ReachOutside}), []ram.ShareID{second, first})
	})
}

// What other accounts share shows in no list, not even by count or by a filter that names it.
func TestListsShowNothingOfOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key, theirs := w.key("orders"), w.keyOf(w.stranger, region, "orders")
		w.share([]string{key}, string(w.partner.Account), string(w.mate.Account))
		d := w.draftOf(w.stranger, encryptDecrypt, []string{theirs}, string(w.partner.Account), string(w.far.Account))
		other, err := w.ram.ConfirmDraft(ctx(), w.stranger, d.ID, d.Version)
		w.must(err)
		w.accept(w.partner, other)

		w.same("principals", len(w.principals(w.owner, ram.SharedPrincipalFilter{})), 2)
		w.same("keys in how many shares", w.principals(w.owner, ram.SharedPrincipalFilter{Principal: string(w.partner.Account)}),
			[]string{"account " + string(w.partner.Account) + " external=true shares=1 keys=1"})
		w.same("principals of another's key", w.principals(w.owner, ram.SharedPrincipalFilter{Resource: theirs}), []string{})
		w.same("who is in another's share only", w.principals(w.owner, ram.SharedPrincipalFilter{Principal: string(w.far.Account)}), []string{})
		w.same("keys", w.resources(w.owner, ram.SharedResourceFilter{}), []string{"orders shares=1 principals=2"})
		w.same("another's key", w.resources(w.owner, ram.SharedResourceFilter{Search: theirs}), []string{})
		w.same("another's key by who uses it", w.resources(w.owner, ram.SharedResourceFilter{Principal: string(w.far.Account)}), []string{})
		w.same("shares with another's key", w.shares(ram.ShareFilter{Resource: theirs}), []ram.ShareID{})
		w.same("shares with who is in another's", w.shares(ram.ShareFilter{Principal: string(w.far.Account)}), []ram.ShareID{})

		// An invitation brings nothing, and what is accepted shows nobody else.
		w.same("received keys", w.received(w.partner, ram.ReceivedResourceFilter{}), []string{"orders of Stranger shares=1"})
		w.same("owners", w.owners(w.partner, ram.OwnerFilter{}), []string{"Stranger shares=1 keys=1"})
		w.same("a recipient's principals", w.principals(w.partner, ram.SharedPrincipalFilter{}), []string{})
		w.same("a recipient's principals of a received key", w.principals(w.partner, ram.SharedPrincipalFilter{Resource: theirs}), []string{})
		w.same("a recipient's keys", w.resources(w.partner, ram.SharedResourceFilter{Search: theirs}), []string{})
		page, err := w.ram.ListReceived(w.ctx, w.partner, ram.ReceivedFilter{Part: ram.PartFilter{Resource: key}}, store.Slice{Size: 10})
		w.must(err)
		w.same("received shares with a key that only an invitation names", len(page.Shares), 0)

		_, err = w.ram.LeaveShare(ctx(), w.partner, other)
		w.must(err)
		w.same("received keys after leaving", w.received(w.partner, ram.ReceivedResourceFilter{}), []string{})
		w.same("owners after leaving", w.owners(w.partner, ram.OwnerFilter{}), []string{})
	})
}
