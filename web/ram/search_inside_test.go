package ram_test

import (
	"fmt"
	"strings"
	"testing"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
)

// TestSearchInsideNames goes from the start of names, which finds nothing, to any part of
// them, in lists of shares, keys and secrets: in any case, with nothing taken for a wildcard,
// with the other filters kept.
func TestSearchInsideNames(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "Retail-100_Orders")
		w.key(w.owner, region, "retail-orders")
		w.key(w.partner, region, "foreign-orders")
		w.secret(w.owner, "retail-100_orders", key)
		w.secret(w.owner, "retail-orders", key)
		w.share("Retail-100_Orders", []string{key})
		w.share("retail-orders", []string{key})
		owner := w.SignIn(w.owner)
		for path, things := range map[string]string{to.Shares(): "resource shares", to.Keys(region): "custom keys", to.Secrets(region): "secrets"} {
			found := func(name string, want int) {
				t.Helper()
				p := owner.Page().Want(200).Check().WantQueries(4)
				if n := p.Find("tbody tr").Length(); n != want {
					t.Errorf("%s of %s: %d found, want %d", things, name, n, want)
				}
			}
			owner.Get(path + "?q=oRDERs").WantText("match the filter")
			owner.Follow(`a:contains("Search inside names")`).WantText("Names that hold “oRDERs” anywhere, among the newest 10,000 " + things)
			found("orders", 2)
			owner.Submit("form[role=search]", map[string]string{"q": "0_o"})
			found("a text with a wildcard of one letter", 1)
			for _, wild := range []string{"%", "l_o", "!", `\`} {
				owner.Submit("form[role=search]", map[string]string{"q": wild})
				found(wild, 0)
			}
			owner.Submit("form[role=search]", map[string]string{"q": "100"})
			found("100", 1)
			owner.Follow(`a:contains("Search all by the start")`).WantText("match the filter")
			owner.Get(path + "?q=orders&match=part&sort=-name&tag=none").WantText("match the filter")
			found("orders with a tag", 0)
			if text := owner.Get(path + "?q=" + key).Want(200).Find("main").Text(); strings.Contains(text, "inside names") {
				t.Errorf("%s: an ID can be searched inside names", things)
			}
			if text := owner.Get(path + "?match=part").Want(200).Find("main").Text(); strings.Contains(text, "anywhere") {
				t.Errorf("%s: nothing is searched for inside names", things)
			}
		}
	})
}

// TestSearchInsideNamesReadsTheNewest says what it does not read: all but the newest 10,000.
func TestSearchInsideNamesReadsTheNewest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		s := w.share("the-oldest", []string{w.key(w.owner, region, "k")})
		rows := make([]string, 0, 1000)
		insert := func() {
			w.Exec(`INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at)
SELECT v.id, s.account_id, 'the-newer', 'the-newer', '', s.allow_external, 'active', 1, 0, 0, s.created_at, s.updated_at FROM shares AS s, (` + strings.Join(rows, " UNION ALL ") + ") AS v WHERE s.id = '" + string(s.ID) + "'")
			rows = rows[:0]
		}
		uuid := "'ffffffff-%04x-4000-8000-000000000000'"
		if st.Dialect() == store.PostgreSQL {
			uuid = "CAST(" + uuid + " AS uuid)"
		}
		for i := range store.NewestSearched - 1 {
			if rows = append(rows, "SELECT "+fmt.Sprintf(uuid, i)+" AS id"); len(rows) == 300 {
				insert()
			}
		}
		insert()
		owner := w.SignIn(w.owner)
		owner.Get(to.Shares() + "?q=oldest&match=part").Want(200).WantQueries(4).WantText("the-oldest")
		rows = append(rows, "SELECT "+fmt.Sprintf(uuid, store.NewestSearched)+" AS id")
		insert()
		owner.Get(to.Shares()+"?q=oldest&match=part").Want(200).WantQueries(4).WantText("match the filter", "among the newest 10,000 resource shares")
		owner.Get(to.Shares() + "?q=newer&match=part").Want(200).WantQueries(4).WantText("50 resource shares on this page")
	})
}
