package kms_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

func TestCreateKeyRefusesInput(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.key("taken")
		many := make([]kms.Tag, 21)
		for i := range many {
			many[i].Key = fmt.Sprint("k", i)
		}
		for name, c := range map[string]struct {
			change func(*kms.CreateKeyInput)
			kind   fault.Kind
			field  string
			code   string
		}{
			"no name":           {func(in *kms.CreateKeyInput) { in.Name = "" }, fault.Invalid, "name", "KMS.1101"},
			"long name":         {func(in *kms.CreateKeyInput) { in.Name = strings.Repeat("a", 256) }, fault.Invalid, "name", "KMS.1101"},
			"script":            {func(in *kms.CreateKeyInput) { in.Name = "<script>" }, fault.Invalid, "name", "KMS.1101"},
			"default":           {func(in *kms.CreateKeyInput) { in.Name = "csms/default" }, fault.Invalid, "name", "KMS.1101"},
			"taken":             {func(in *kms.CreateKeyInput) { in.Name = "taken" }, fault.Conflict, "name", "KMS.1104"},
			"spec":              {func(in *kms.CreateKeyInput) { in.Spec = "SM4" }, fault.Invalid, "spec", "KMS.1110"},
			"region":            {func(in *kms.CreateKeyInput) { in.Region = "mars-1" }, fault.Invalid, "region", "KMS.0308"},
			"description":       {func(in *kms.CreateKeyInput) { in.Description = strings.Repeat("é", 256) }, fault.Invalid, "description", "KMS.1103"},
			"21 tags":           {func(in *kms.CreateKeyInput) { in.Tags = many }, fault.Invalid, "tags", "KMS.0409"},
			"reserved tag":      {func(in *kms.CreateKeyInput) { in.Tags = []kms.Tag{{Key: "_sys_x"}} }, fault.Invalid, "tags", "KMS.0401"},
			"tag with space":    {func(in *kms.CreateKeyInput) { in.Tags = []kms.Tag{{Key: " x"}} }, fault.Invalid, "tags", "KMS.0401"},
			"tag given twice":   {func(in *kms.CreateKeyInput) { in.Tags = []kms.Tag{{Key: "x", Value: "1"}, {Key: "x", Value: "2"}} }, fault.Invalid, "tags", "KMS.0401"},
			"tag without a key": {func(in *kms.CreateKeyInput) { in.Tags = []kms.Tag{{Value: "1"}} }, fault.Invalid, "tags", "KMS.0401"},
		} {
			in := kms.CreateKeyInput{Region: region, Name: "fresh", Spec: kms.AES256, Once: name}
			c.change(&in)
			_, err := w.kms.CreateKey(ctx(), w.owner, in)
			iamtest.WantFault(t, err, c.kind, c.code)
			if f, _ := fault.As(err); f == nil || len(f.Fields) == 0 || f.Fields[0].Name != c.field {
				t.Errorf("%s: got %v, want a message in field %s", name, err, c.field)
			}
		}
		list, err := w.kms.ListKeys(ctx(), w.owner, kms.ListKeysInput{Region: region, Slice: store.Slice{Size: 10}})
		if err != nil || len(list.Keys) != 1 || list.Used != 1 || list.Quota != 100 {
			t.Errorf("after refusals: %d keys, %d of %d used, %v; want the one of before", len(list.Keys), list.Used, list.Quota, err)
		}
	})
}

func TestCreateKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := kms.CreateKeyInput{
			Region: region, Name: strings.Repeat("n", 255), Spec: kms.AES256, Description: strings.Repeat("é", 255),
			Tags: []kms.Tag{{Key: "Größe", Value: "a b"}, {Key: "empty"}}, Once: "one",
		}
		made := w.Now()
		id, err := w.kms.CreateKey(ctx(), w.owner, in)
		if err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Second)
		again, err := w.kms.CreateKey(ctx(), w.owner, in)
		if err != nil || again != id {
			t.Errorf("the same form again: %v, %v; want the first key", again, err)
		}
		got, err := w.kms.DescribeKey(ctx(), w.owner, region, id, kms.WithTags)
		if err != nil {
			t.Fatal(err)
		}
		want := kms.Key{
			ID: id, Account: w.owner.Account, Region: region, Kind: kms.Custom, Name: in.Name, Description: in.Description, Spec: kms.AES256,
			Usage: kms.EncryptDecrypt, Origin: kms.OriginKMS, State: kms.Enabled, Version: 1, CreatedAt: made, UpdatedAt: made,
		}
		if d := cmp.Diff(want, got.Key); d != "" {
			t.Errorf("key (-want +got):\n%s", d)
		}
		if d := cmp.Diff(in.Tags, got.Tags); d != "" {
			t.Errorf("tags (-want +got):\n%s", d)
		}
		// Case makes another name; another region or account has names of its own.
		w.keyOf(w.owner, region, "Case")
		w.keyOf(w.owner, region, "case")
		w.keyOf(w.owner, "cn-north-4", "case")
		w.keyOf(w.stranger, region, "case")
		w.Advance(time.Second)
		narrow := w.User(w.owner.Account, "narrow", "KMS CMKReadOnlyAccess")
		_, err = w.kms.CreateKey(ctx(), narrow, kms.CreateKeyInput{Region: region, Name: "no", Spec: kms.AES256, Once: "no"})
		iamtest.WantFault(t, err, fault.Forbidden, "KMS.0306")
		wantTrail(t, w, w.owner.Account, "createKey succeeded", "createKeyTag succeeded", "createKey succeeded", // the last is the repeat
			"createKey succeeded", "createKey succeeded", "createKey succeeded", "createKey refused")
	})
}

func TestKeyQuota(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.key("first")
		w.Exec("UPDATE account_quotas SET used = 99 WHERE kind = 'kms:key'")
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = w.kms.CreateKey(ctx(), w.owner, kms.CreateKeyInput{Region: region, Name: fmt.Sprint("race", i), Spec: kms.AES256, Once: fmt.Sprint("race", i)})
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else {
				iamtest.WantFault(t, err, fault.Quota, "KMS.1105")
			}
		}
		if made != 1 {
			t.Errorf("%d keys were made at 99 of 100, want 1", made)
		}
	})
}

func TestListKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids := map[string]kms.KeyID{}
		for _, name := range []string{"alpha", "Beta", "alphabet", "gamma"} {
			ids[name] = w.key(name)
		}
		w.keyOf(w.owner, "cn-north-4", "elsewhere")
		w.keyOf(w.stranger, region, "alien")
		w.defaultKey(w.owner)
		w.setState(ids["gamma"], kms.Disabled)
		w.Exec("UPDATE keys SET origin = 'external' WHERE id = ?", string(ids["alpha"]))
		made := func(name string) time.Time {
			d, err := w.kms.DescribeKey(ctx(), w.owner, region, ids[name], 0)
			if err != nil {
				t.Fatal(err)
			}
			return d.CreatedAt
		}
		if err := w.kms.AddTags(ctx(), w.owner, region, ids["Beta"], []kms.Tag{{Key: "team", Value: "red"}}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			in   kms.ListKeysInput
			want []string
		}{
			"newest first":  {kms.ListKeysInput{Desc: true}, []string{"gamma", "alphabet", "Beta", "alpha"}},
			"by name":       {kms.ListKeysInput{Sort: kms.SortName}, []string{"alpha", "alphabet", "Beta", "gamma"}},
			"prefix":        {kms.ListKeysInput{Search: "ALPHA", Sort: kms.SortName}, []string{"alpha", "alphabet"}},
			"id":            {kms.ListKeysInput{Search: string(ids["Beta"])}, []string{"Beta"}},
			"start of id":   {kms.ListKeysInput{Search: string(ids["Beta"])[:13]}, []string{"Beta"}},
			"state":         {kms.ListKeysInput{State: kms.Disabled}, []string{"gamma"}},
			"what it is":    {kms.ListKeysInput{Spec: kms.AES256, Usage: kms.EncryptDecrypt, Origin: kms.OriginKMS}, []string{"Beta", "alphabet", "gamma"}},
			"other spec":    {kms.ListKeysInput{Spec: "SM4"}, nil},
			"other usage":   {kms.ListKeysInput{Usage: "SIGN_VERIFY"}, nil},
			"other origin":  {kms.ListKeysInput{Origin: "external"}, []string{"alpha"}},
			"created":       {kms.ListKeysInput{From: made("Beta"), Before: made("gamma")}, []string{"Beta", "alphabet"}},
			"tag":           {kms.ListKeysInput{TagKey: "team"}, []string{"Beta"}},
			"tag and value": {kms.ListKeysInput{TagKey: "team", TagValue: "blue"}, nil},
			"all together":  {kms.ListKeysInput{Search: "b", State: kms.Enabled, TagKey: "team", TagValue: "red"}, []string{"Beta"}},
		} {
			c.in.Region = region
			c.in.Slice.Size = 10
			if d := cmp.Diff(c.want, names(t, w, c.in)); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
		in := kms.ListKeysInput{Region: region, Sort: kms.SortName, Slice: store.Slice{Size: 3}}
		list, err := w.kms.ListKeys(ctx(), w.owner, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Slice.Cursor = list.Edges.Next
		if d := cmp.Diff([]string{"gamma"}, names(t, w, in)); d != "" {
			t.Errorf("second slice (-want +got):\n%s", d)
		}
		narrow := w.User(w.owner.Account, "none")
		_, err = w.kms.ListKeys(ctx(), narrow, in)
		iamtest.WantFault(t, err, fault.Forbidden, "KMS.0306")
	})
}

func names(t *testing.T, w *world, in kms.ListKeysInput) []string {
	t.Helper()
	list, err := w.kms.ListKeys(ctx(), w.owner, in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range list.Keys {
		got = append(got, k.Name)
	}
	return got
}

// defaultKey uses the default key for secrets once, which makes it.
func (w *world) defaultKey(caller iam.Caller) kms.KeyID {
	w.t.Helper()
	var made kms.WrappedKey
	err := w.Gate.Write(ctx(), caller, func(tx *iam.Tx) (err error) {
		made, err = w.kms.CreateDataKeyIn(tx, kms.DataKeyInput{Region: region, Default: kms.DefaultSecrets, Purpose: seal.PurposeSecret})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return made.Key.ID
}

func TestDefaultKeyIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids := make([]kms.KeyID, 6)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() { ids[i] = w.defaultKey(w.owner) })
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("first uses at once made several default keys: %v", ids)
			}
		}
		told := map[string]int{} // each trace names the key and says whether its act made it
		for _, tr := range w.Traces(w.owner.Account) {
			var body struct {
				Details map[string]string `json:"details"`
			}
			if err := json.Unmarshal([]byte(tr.Body), &body); err != nil {
				t.Fatal(err)
			}
			told[body.Details["default_key"]+" made "+body.Details["default_key_made"]]++
		}
		if d := cmp.Diff(map[string]int{"csms/default made true": 1, "csms/default made false": len(ids) - 1}, told); d != "" {
			t.Errorf("what the traces tell (-want +got):\n%s", d)
		}
		keys, err := w.kms.ListDefaultKeys(ctx(), w.owner, region)
		if err != nil || len(keys) != 1 || keys[0].Name != "csms/default" || keys[0].ID != ids[0] {
			t.Errorf("default keys: %+v, %v; want csms/default once", keys, err)
		}
		if got := w.defaultKey(w.stranger); got == ids[0] {
			t.Error("two accounts have one default key")
		}
	})
}
