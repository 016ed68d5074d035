package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func TestAskAnswersEachThing(t *testing.T) {
	lookup := store.NewLookup("SELECT asked.n, i.name, asked.place + ? FROM asked CROSS JOIN instance AS i WHERE i.name = asked.name ORDER BY asked.n", "name", "place bigint")
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, counter := store.Count(context.Background())
		for _, name := range []string{"a'b", "c"} {
			if err := st.Append(ctx, store.Step{SQL: "INSERT INTO instance (name, value) VALUES (?, '')", Args: []any{name}}); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		question := func(asked ...[]string) store.Question {
			return store.Question{Lookup: lookup, Asked: asked, Args: []any{100}, Row: func(scan func(...any) error) error {
				var n, place int
				var name string
				err := scan(&n, &name, &place)
				got = append(got, fmt.Sprint(n, " ", name, " ", place))
				return err
			}}
		}
		if err := st.Ask(ctx, question([]string{"c", "7"}, []string{"none", "8"}, []string{"a'b", "9"}), question([]string{"a'b", "1"})); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"0 c 107", "2 a'b 109", "0 a'b 101"}, got); diff != "" {
			t.Error(diff)
		}
		if counter.N() != 4 {
			t.Errorf("%d statements were counted, want 4", counter.N())
		}
		bad := store.NewLookup("SELECT 1 FROM asked CROSS JOIN missing", "name")
		if err := st.Ask(ctx, store.Question{Lookup: bad, Asked: [][]string{{"x"}}}); err == nil {
			t.Error("a question about a table that is not there was answered")
		}
		if err := st.Ask(ctx, question([]string{"c", "1"})); err != nil {
			t.Errorf("after a failed question: %v", err)
		}
	})
}
