package kms_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func (w *world) sharedNames(in kms.ListSharedKeysInput) []string {
	w.t.Helper()
	in.Region = region
	if in.Slice.Size == 0 {
		in.Slice.Size = 10
	}
	list, err := w.kms.ListSharedKeys(ctx(), w.recipient, in)
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	for _, k := range list.Keys {
		got = append(got, k.Name)
	}
	return got
}

func TestListSharedKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b, c := w.key("a-key"), w.key("B-key"), w.key("c-key")
		w.key("kept")
		w.share("first", allActions, b)
		w.Advance(time.Minute)
		second := w.share("second", readOnly, a, b)
		w.Advance(time.Minute)
		w.share("third", encryptDecrypt, c)
		w.setState(c, kms.Disabled)
		w.Exec("UPDATE keys SET origin = 'external' WHERE id = ?", string(b))
		for name, q := range map[string]struct {
			in   kms.ListSharedKeysInput
			want []string
		}{
			"by name":       {kms.ListSharedKeysInput{}, []string{"a-key", "B-key", "c-key"}},
			"newest first":  {kms.ListSharedKeysInput{Sort: kms.SortShared, Desc: true}, []string{"c-key", "a-key", "B-key"}},
			"by name start": {kms.ListSharedKeysInput{Search: "b-"}, []string{"B-key"}},
			"by id":         {kms.ListSharedKeysInput{Search: string(c)}, []string{"c-key"}},
			"by state":      {kms.ListSharedKeysInput{State: kms.Disabled}, []string{"c-key"}},
			"by spec":       {kms.ListSharedKeysInput{Spec: kms.AES256, Usage: kms.EncryptDecrypt, Origin: kms.OriginKMS}, []string{"a-key", "c-key"}},
			"other spec":    {kms.ListSharedKeysInput{Spec: "SM4"}, nil},
			"other usage":   {kms.ListSharedKeysInput{Usage: "SIGN_VERIFY"}, nil},
			"other origin":  {kms.ListSharedKeysInput{Origin: "external"}, []string{"B-key"}},
			"by owner":      {kms.ListSharedKeysInput{Owner: "OWN"}, []string{"a-key", "B-key", "c-key"}},
			"by owner's id": {kms.ListSharedKeysInput{Owner: string(w.owner.Account)}, []string{"a-key", "B-key", "c-key"}},
			"other owner":   {kms.ListSharedKeysInput{Owner: "nobody"}, nil},
			"by share":      {kms.ListSharedKeysInput{Share: "Sec"}, []string{"a-key", "B-key"}},
			"and":           {kms.ListSharedKeysInput{Share: "sec", Search: "a"}, []string{"a-key"}},
		} {
			if d := cmp.Diff(q.want, w.sharedNames(q.in)); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
		list, err := w.kms.ListSharedKeys(ctx(), w.recipient, kms.ListSharedKeysInput{Region: region, Sort: kms.SortShared, Slice: store.Slice{Size: 2}})
		if err != nil {
			t.Fatal(err)
		}
		got := list.Keys[0]
		if got.Name != "B-key" || len(got.Paths) != 2 || got.Paths[0].ShareName != "first" || got.Paths[0].ActionCount != 14 || got.OwnerName != "owner" || got.Reason != "" || got.Description != "" {
			t.Errorf("a key in two shares: %+v", got)
		}
		if list.Keys[1].Reason == "" {
			t.Error("a key shared read-only is offered for protecting things")
		}
		next, err := w.kms.ListSharedKeys(ctx(), w.recipient, kms.ListSharedKeysInput{Region: region, Sort: kms.SortShared, Slice: store.Slice{Size: 2, Cursor: list.Edges.Next}})
		if err != nil || len(next.Keys) != 1 || next.Keys[0].Name != "c-key" || next.Edges.Next != "" {
			t.Errorf("second slice: %+v, %v", next, err)
		}
		w.unshare(second)
		if d := cmp.Diff([]string{"B-key", "c-key"}, w.sharedNames(kms.ListSharedKeysInput{})); d != "" {
			t.Errorf("after one share ended (-want +got):\n%s", d)
		}
		if list, err := w.kms.ListSharedKeys(ctx(), w.stranger, kms.ListSharedKeysInput{Region: region, Slice: store.Slice{Size: 9}}); err != nil || len(list.Keys) != 0 {
			t.Errorf("the stranger sees %+v, %v", list.Keys, err)
		}
		if d := cmp.Diff([]string(nil), names2(w)); d != "" {
			t.Errorf("custom keys of the recipient (-want +got):\n%s", d)
		}
	})
}

func names2(w *world) []string {
	list, err := w.kms.ListKeys(ctx(), w.recipient, kms.ListKeysInput{Region: region, Slice: store.Slice{Size: 9}})
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	for _, k := range list.Keys {
		got = append(got, k.Name)
	}
	return got
}

// A share that ends between the two queries of the list takes its keys out: no row is
// left blank. The second query is held by a lock on a table that it alone reads.
func TestListSharedKeysWhileAShareEnds(t *testing.T) {
	st := storetest.PostgreSQL(t)
	base := iamtest.New(t, st)
	w := &world{World: base, t: t, kms: kms.New(st, base.Gate, base.Sealer, iamtest.Regions, base.Now)}
	w.owner, w.recipient = w.Account("owner"), w.Account("recipient")
	w.share("stays", allActions, w.key("stays"))
	ends := w.share("ends", allActions, w.key("ends"))
	_, write := st.Pools()
	holder, err := write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Rollback() }() // only when the test has failed
	if _, err := holder.Exec("LOCK TABLE permission_version_actions IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	listed := make(chan []string)
	go func() {
		defer close(listed)
		listed <- w.sharedNames(kms.ListSharedKeysInput{})
	}()
	for waiting := false; !waiting; {
		if err := write.QueryRow("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'permission_version_actions'::regclass)").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	w.unshare(ends)
	if err := holder.Commit(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"stays"}, <-listed); d != "" {
		t.Errorf("the list (-want +got):\n%s", d)
	}
}

func TestDescribeForeignKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.key("shared")
		if err := w.kms.AddTags(ctx(), w.owner, region, id, []kms.Tag{{Key: "team", Value: "red"}}); err != nil {
			t.Fatal(err)
		}
		w.share("read", readOnly, id)
		for _, c := range []iam.Caller{w.owner, w.recipient} {
			use := keyuse.Use{Resource: iam.URN{Service: "csms", Region: region, Account: c.Account, Type: "secretName", ID: "s"}, KeyID: string(id), Kind: keyuse.Secret, Name: "of " + c.AccountName}
			err := w.Gate.Write(ctx(), c, func(tx *iam.Tx) error {
				if err := tx.Allow("csms:secret:create", use.Resource); err != nil {
					return err
				}
				tx.Last(func(err error) error { return err }, keyuse.StepIn(tx, use))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		d, err := w.kms.DescribeKey(ctx(), w.recipient, region, id, kms.WithTags|kms.WithShares|kms.WithImpact)
		if err != nil {
			t.Fatal(err)
		}
		if !d.Foreign() || d.Description != "" || d.OwnerName != "owner" || len(d.Paths) != 1 || len(d.Tags) != 1 || len(d.Shares) != 0 || len(d.Readers) != 0 {
			t.Errorf("foreign key shows %+v", d)
		}
		if d.Impact.OwnCount() != 1 || d.Impact.OtherCount() != 0 {
			t.Errorf("the recipient learns of dependents %+v, want its own one", d.Impact)
		}
		if d.May(kms.ActionEncryptData) || d.May(kms.ActionUpdate) || !d.May(kms.ActionGet) {
			t.Error("a read-only share offers more than reading")
		}
		own, err := w.kms.DescribeKey(ctx(), w.owner, region, id, kms.WithShares)
		if err != nil || len(own.Shares) != 1 || own.Shares[0].Name != "read" || len(own.Readers) != 1 || own.Readers[0].Account != w.recipient.Account {
			t.Errorf("the owner sees %+v, %v", own, err)
		}
		if len(d.Paths) > 0 && own.Shares[0].Permission != d.Paths[0].Permission {
			t.Errorf("permission is %q for the owner and %q for the recipient", own.Shares[0].Permission, d.Paths[0].Permission)
		}
		_, err = w.kms.DescribeKey(ctx(), w.recipient, "cn-north-4", id, 0)
		iamtest.WantFault(t, err, fault.NotFound, "KMS.0207")
	})
}

func TestKeyChoices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		good, bad, off := w.key("good"), w.key("bad"), w.key("off")
		w.share("all", allActions, good, off)
		w.share("read", readOnly, bad)
		w.setState(off, kms.Disabled)
		w.keyOf(w.recipient, region, "own")
		in := kms.ChoiceQuery{Region: region, Default: kms.DefaultSecrets}
		counted, n := store.Count(ctx())
		got, err := w.kms.KeyChoices(counted, w.recipient, in)
		if err != nil {
			t.Fatal(err)
		}
		if n.N() > 4 {
			t.Errorf("choices took %d queries, want at most 4", n.N())
		}
		usable := map[string]bool{}
		for _, group := range [][]kms.KeyChoice{got.Default, got.Own, got.Shared} {
			for _, c := range group {
				usable[c.Name] = c.Usable
				if c.Usable == (c.Reason != "") {
					t.Errorf("%s: usable %t with reason %q", c.Name, c.Usable, c.Reason)
				}
			}
		}
		want := map[string]bool{"csms/default": true, "own": true, "good": true, "bad": false, "off": false}
		if d := cmp.Diff(want, usable); d != "" {
			t.Errorf("usable (-want +got):\n%s", d)
		}
		in.Search = "OWN" // an own key's name and the owner's account
		got, err = w.kms.KeyChoices(ctx(), w.recipient, in)
		if err != nil || len(got.Default) != 0 || len(got.Own) != 1 || len(got.Shared) != 3 {
			t.Errorf("search for own: %+v, %v", got, err)
		}
		in.Search = string(good)
		got, err = w.kms.KeyChoices(ctx(), w.recipient, in)
		if err != nil || len(got.Own) != 0 || len(got.Shared) != 1 {
			t.Errorf("search for an ID: %+v, %v", got, err)
		}
	})
}

// A key's owner is told in how many shares it is and whom they reach, with the shares and
// without: a principal of two shares once, nobody of a share that is over.
func TestSharingInNumbers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		want := func(when string, n kms.Sharing) {
			t.Helper()
			for _, parts := range []kms.Parts{kms.WithImpact, kms.WithShares, kms.WithImpact | kms.WithShares} {
				d, err := w.kms.DescribeKey(ctx(), w.owner, region, key, parts)
				if err != nil || d.Sharing != n {
					t.Errorf("%s: %+v, %v, want %+v", when, d.Sharing, err, n)
				}
			}
		}
		want("in no share", kms.Sharing{})
		first := w.share("first", allActions, key)
		second := w.share("second", readOnly, key)
		want("in two", kms.Sharing{Shares: 2, Principals: 1})
		if d, err := w.kms.DescribeKey(ctx(), w.recipient, region, key, kms.WithImpact); err != nil || d.Sharing != (kms.Sharing{}) {
			t.Errorf("the recipient is told %+v, %v", d.Sharing, err)
		}
		w.Exec("UPDATE shares SET ends_at = ? WHERE id = ?", store.At(w.Now()), second)
		want("one is over", kms.Sharing{Shares: 1, Principals: 1})
		w.unshare(first)
		want("nobody is left", kms.Sharing{Shares: 1})
		for n := range kms.SharesShown + 5 {
			if id := w.share(fmt.Sprintf("many-%d", n), readOnly, key); n < 10 {
				w.Exec("UPDATE shares SET ends_at = ? WHERE id = ?", store.At(w.Now()), id)
			}
		}
		want("some of more than are shown are over", kms.Sharing{Shares: kms.SharesShown - 4, Principals: 1})
	})
}

func TestQueryBudgets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids := []kms.KeyID{w.key("k0"), w.key("k1"), w.key("k2")}
		w.share("all", allActions, ids...)
		for name, c := range map[string]struct {
			most int
			read func() error
		}{
			"list": {2, func() error {
				_, err := w.kms.ListKeys(w.counted, w.owner, kms.ListKeysInput{Region: region, Slice: store.Slice{Size: 50}})
				return err
			}},
			"shared": {2, func() error {
				_, err := w.kms.ListSharedKeys(w.counted, w.recipient, kms.ListSharedKeysInput{Region: region, Slice: store.Slice{Size: 50}})
				return err
			}},
			"own detail": {6, func() error {
				_, err := w.kms.DescribeKey(w.counted, w.owner, region, ids[0], kms.WithTags|kms.WithShares|kms.WithImpact)
				return err
			}},
			"foreign detail": {7, func() error {
				_, err := w.kms.DescribeKey(w.counted, w.recipient, region, ids[0], kms.WithTags|kms.WithImpact)
				return err
			}},
		} {
			counted, n := store.Count(ctx())
			w.counted = counted
			if err := c.read(); err != nil {
				t.Fatal(err)
			}
			if n.N() > c.most {
				t.Errorf("%s took %d queries, want at most %d", name, n.N(), c.most)
			}
		}
	})
}
