package ram_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// A key that comes to a member by its own ID, its unit and its organization stands once,
// where it came last by a way that lives, whatever the pages are cut to.
func TestReceivedKeysOfManyPaths(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var keys []string
		for n := range 6 {
			keys = append(keys, w.key(fmt.Sprintf("key-%d", n)))
		}
		ways := []string{string(w.mate.Account), w.commerce.URN, w.group.URN}
		var last [6]int // the number of the share that brought each key last
		var newest ram.ShareID
		for n := range 14 {
			w.later(time.Minute)
			first, second := n%6, (n*5+3)%6
			held := slices.Compact([]string{keys[first], keys[second]})
			newest = w.share(held, ways[n%3])
			if n < 13 { // the newest will end
				last[first], last[second] = n, n
			}
		}
		if _, err := w.ram.DeleteShare(w.ctx, w.owner, newest); err != nil {
			t.Fatal(err)
		}

		want := []int{0, 1, 2, 3, 4, 5}
		slices.SortFunc(want, func(a, b int) int {
			return cmp.Or(last[b]-last[a], cmp.Compare(keys[b], keys[a]))
		})
		var names []string
		for _, n := range want {
			names = append(names, fmt.Sprintf("key-%d", n))
		}
		for _, size := range []int{1, 2, 3, 5, 12, 30} { // of 30, all ways are looked at together
			for what, f := range map[string]ram.ReceivedResourceFilter{"all": {}, "of the owner": {Owner: string(w.owner.Account)}, "of the region": {Region: region}, "by name": {Search: "key"}} {
				got := through(t, size, func(s store.Slice) ([]ram.ReceivedResource, store.Edges, error) {
					page, err := w.ram.ListReceivedResources(w.ctx, w.mate, f, s)
					return page.Resources, page.Edges, err
				}, func(r ram.ReceivedResource) string { return r.Key.Name })
				w.same(fmt.Sprintf("%s, %d a page", what, size), got, names)
			}
		}
	})
}
