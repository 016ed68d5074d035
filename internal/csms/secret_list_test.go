package csms_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/csms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

func TestListFiltersAndPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(region, "k")
		in := w.input("Beta.two", text("x"), k)
		in.Tags = []csms.Tag{{Key: "team", Value: "retail"}}
		beta, err := w.csms.CreateSecret(ctx(), w.owner, in)
		if err != nil {
			t.Fatal(err)
		}
		in = w.input("alpha", text("x"), "")
		in.Tags = []csms.Tag{{Key: "team", Value: "hr"}}
		if _, err := w.csms.CreateSecret(ctx(), w.owner, in); err != nil {
			t.Fatal(err)
		}
		w.secret(w.owner, "gamma", "x", "")
		w.secret(w.stranger, "theirs", "x", "")
		in = w.input("far", text("x"), "")
		in.Region = elsewhere
		if _, err := w.csms.CreateSecret(ctx(), w.owner, in); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			filter csms.ListFilter
			want   []string
		}{
			"newest first":        {csms.ListFilter{}, []string{"gamma", "alpha", "Beta.two"}},
			"oldest first":        {csms.ListFilter{Sort: csms.Oldest}, []string{"Beta.two", "alpha", "gamma"}},
			"by name":             {csms.ListFilter{Sort: csms.ByName}, []string{"alpha", "Beta.two", "gamma"}},
			"by name, backwards":  {csms.ListFilter{Sort: csms.ByNameUp}, []string{"gamma", "Beta.two", "alpha"}},
			"start of a name":     {csms.ListFilter{Search: "bEtA"}, []string{"Beta.two"}},
			"not inside a name":   {csms.ListFilter{Search: "two"}, nil},
			"no wildcards":        {csms.ListFilter{Search: "%"}, nil},
			"by ID":               {csms.ListFilter{Search: string(beta)}, []string{"Beta.two"}},
			"start of an ID":      {csms.ListFilter{Search: string(beta)[:12]}, []string{"Beta.two"}},
			"by key":              {csms.ListFilter{Key: string(k)}, []string{"Beta.two"}},
			"by junk as key":      {csms.ListFilter{Key: "junk"}, nil},
			"by tag":              {csms.ListFilter{TagKey: "team"}, []string{"alpha", "Beta.two"}},
			"by tag and value":    {csms.ListFilter{TagKey: "team", TagValue: "hr"}, []string{"alpha"}},
			"by tag of nobody":    {csms.ListFilter{TagKey: "nobody"}, nil},
			"all filters at once": {csms.ListFilter{Search: "b", Key: string(k), TagKey: "team"}, []string{"Beta.two"}},
		} {
			c.filter.Region = region
			var got []string
			slice := store.Slice{Size: 1}
			for range 5 {
				list, edges, err := w.csms.ListSecrets(ctx(), w.owner, c.filter, slice)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, s := range list {
					got = append(got, s.Name)
				}
				if slice.Cursor = edges.Next; slice.Cursor == "" {
					break
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	})
}

// A kept value opens in the next post of its own form and sign-in, and nowhere else.
func TestKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const value = "typed-once"
		kept := w.csms.Keep(w.owner, "form-1", seal.NewSecret([]byte(value)))
		if opened, ok := w.csms.Kept(w.owner, "form-1", kept); !ok || string(opened.Bytes()) != value {
			t.Errorf("its own form gets %v %v", opened.Len(), ok)
		}
		again := w.SignIn(w.owner.User)
		broken := []byte(kept)
		broken[len(broken)-3] ^= 1
		for name, open := range map[string]func() (seal.Secret, bool){
			"another form":    func() (seal.Secret, bool) { return w.csms.Kept(w.owner, "form-2", kept) },
			"another sign-in": func() (seal.Secret, bool) { return w.csms.Kept(again, "form-1", kept) },
			"another account": func() (seal.Secret, bool) { return w.csms.Kept(w.stranger, "form-1", kept) },
			"a damaged text":  func() (seal.Secret, bool) { return w.csms.Kept(w.owner, "form-1", string(broken)) },
			"no text":         func() (seal.Secret, bool) { return w.csms.Kept(w.owner, "form-1", "") },
		} {
			if _, ok := open(); ok {
				t.Errorf("%s opens it", name)
			}
		}
		if fmt.Sprint(kept) == value {
			t.Error("kept in clear")
		}
	})
}
