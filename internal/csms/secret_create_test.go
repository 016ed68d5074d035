package csms_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

func TestCreateThenShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own, shared := w.key(region, "own"), w.key(region, "shared")
		w.share("s", allActions, shared)
		long := strings.Repeat("ü", csms.MaxValue/2)
		for name, c := range map[string]struct {
			caller iam.Caller
			value  csms.Value
			key    kms.KeyID
			want   string
		}{
			"default key":   {w.owner, text("plain"), "", "plain"},
			"own key":       {w.owner, entries("z", "1", "a", "quote\" back\\ line\n\x01", "empty", ""), own, "z=1,a=quote\" back\\ line\n\x01,empty="},
			"shared key":    {w.recipient, text("  spaces stay\n"), shared, "  spaces stay\n"},
			"largest value": {w.owner, text(long), own, long},
		} {
			in := w.input(strings.ReplaceAll(name, " ", "-"), c.value, c.key)
			in.Description, in.Tags = "about it", []csms.Tag{{Key: "team", Value: "retail"}, {Key: "env"}}
			id, err := w.csms.CreateSecret(ctx(), c.caller, in)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := w.show(c.caller, id)
			if err != nil || got != c.want {
				t.Errorf("%s: got %d bytes, %v; want %d bytes", name, len(got), err, len(c.want))
			}
			s, err := w.csms.GetSecret(ctx(), c.caller, region, id)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]csms.Tag{{Key: "env"}, {Key: "team", Value: "retail"}}, s.Tags); d != "" || s.Description != "about it" || s.Key.Lost != nil || s.Current.Number != 1 {
				t.Errorf("%s: got %+v %s", name, s, d)
			}
		}
		if n := w.count("SELECT count(*) FROM key_uses WHERE key_id = ? AND account_id = ? AND kind = 'secret'", string(shared), string(w.recipient.Account)); n != 1 {
			t.Errorf("%d uses of the shared key, want 1", n)
		}
	})
}

// What is typed wrong is named beside its field, and nothing is stored.
func TestCreateRefusesInput(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.secret(w.owner, "taken", "x", "")
		before := w.count("SELECT count(*) FROM secrets")
		tags := make([]csms.Tag, 21)
		for i := range tags {
			tags[i].Key = strings.Repeat("k", i+1)
		}
		for name, c := range map[string]struct {
			change      func(*csms.CreateSecretInput)
			field, part string
		}{
			"no name":             {func(in *csms.CreateSecretInput) { in.Name = "" }, "name", "Type a name"},
			"long name":           {func(in *csms.CreateSecretInput) { in.Name = strings.Repeat("a", 65) }, "name", "65 characters"},
			"slash in name":       {func(in *csms.CreateSecretInput) { in.Name = "a/b" }, "name", "slashes"},
			"markup in name":      {func(in *csms.CreateSecretInput) { in.Name = "<script>" }, "name", "letters, digits"},
			"dots":                {func(in *csms.CreateSecretInput) { in.Name = ".." }, "name", "periods alone"},
			"line break in name":  {func(in *csms.CreateSecretInput) { in.Name = "a\n" }, "name", "letters, digits"},
			"taken name":          {func(in *csms.CreateSecretInput) { in.Name = "taken" }, "name", "CSMS.0101"},
			"empty text":          {func(in *csms.CreateSecretInput) { in.Value = text("") }, "value", "1 byte"},
			"too much text":       {func(in *csms.CreateSecretInput) { in.Value = text(strings.Repeat("a", 65537)) }, "value", "65537 bytes"},
			"not text":            {func(in *csms.CreateSecretInput) { in.Value = text("\xff") }, "value", "Base64"},
			"no form":             {func(in *csms.CreateSecretInput) { in.Value.Form = "x" }, "value", "Choose"},
			"no rows":             {func(in *csms.CreateSecretInput) { in.Value = entries() }, "value", "one row"},
			"same key twice":      {func(in *csms.CreateSecretInput) { in.Value = entries("a", "1", "b", "2", "a", "3") }, "entry-3", "Row 1 has the same key"},
			"row without key":     {func(in *csms.CreateSecretInput) { in.Value = entries("a", "1", "", "2") }, "entry-2", "no key"},
			"rows over 64 KB":     {func(in *csms.CreateSecretInput) { in.Value = entries("a", strings.Repeat("\n", 32768)) }, "value", "65544 bytes"},
			"long description":    {func(in *csms.CreateSecretInput) { in.Description = strings.Repeat("é", 1025) }, "description", "2050 bytes"},
			"21 tags":             {func(in *csms.CreateSecretInput) { in.Tags = tags }, "tags", "KMS.0409"},
			"tag without key":     {func(in *csms.CreateSecretInput) { in.Tags = []csms.Tag{{Value: "v"}} }, "tag-1", "no key"},
			"tag twice":           {func(in *csms.CreateSecretInput) { in.Tags = []csms.Tag{{Key: "a"}, {Key: "a"}} }, "tag-2", "differ"},
			"markup in tag":       {func(in *csms.CreateSecretInput) { in.Tags = []csms.Tag{{Key: "<b>"}} }, "tag-1", "letters"},
			"reserved tag":        {func(in *csms.CreateSecretInput) { in.Tags = []csms.Tag{{Key: "_sys_a"}} }, "tag-1", "reserved"},
			"no key entered":      {func(in *csms.CreateSecretInput) { in.Key = csms.KeyChoice{Entered: true} }, "key", "Type or paste"},
			"entered name":        {func(in *csms.CreateSecretInput) { in.Key = csms.KeyChoice{ID: "my-key", Entered: true} }, "key", "KMS.0205"},
			"entered default key": {func(in *csms.CreateSecretInput) { in.Key = csms.KeyChoice{ID: "csms/default", Entered: true} }, "key", "alias"},
		} {
			in := w.input("fine", text("x"), "")
			c.change(&in)
			_, err := w.csms.CreateSecret(ctx(), w.owner, in)
			wantField(t, err, c.field, c.part)
			_, err = w.csms.ReviewSecret(ctx(), w.owner, in)
			wantField(t, err, c.field, c.part)
			if t.Failed() {
				t.Fatalf("in case %q", name)
			}
		}
		if n := w.count("SELECT count(*) FROM secrets"); n != before {
			t.Errorf("%d secrets were stored", n-before)
		}
	})
}

// Each way in which a key cannot protect a secret has its sentence and code, the same
// on the confirm step and when the secret is made.
func TestCreateRefusesKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		good, unrelated := w.key(region, "good"), w.key(region, "unrelated")
		disabled, pending, far, gone := w.key(region, "disabled"), w.key(region, "pending"), w.key(elsewhere, "far"), w.key(region, "gone")
		for _, k := range []kms.KeyID{good, disabled, pending} {
			w.share(string(k[:8]), allActions, k)
		}
		w.setState(disabled, kms.Disabled)
		w.setState(pending, kms.PendingDeletion)
		w.setState(gone, kms.Deleted)
		reading := w.key(region, "reading")
		w.share("reading", readOnly, reading)
		noOpening := w.key(region, "no-opening")
		w.Exec("INSERT INTO permission_versions (id, permission_id, version, default_version, created_at) VALUES ('00000000-0000-4000-8000-0000000002ff', '00000000-0000-4000-8000-000000000101', 2, ?, ?)", false, store.At(w.Now()))
		w.Exec("INSERT INTO permission_version_actions (version_id, action) VALUES ('00000000-0000-4000-8000-0000000002ff', 'kms:cmk:get'), ('00000000-0000-4000-8000-0000000002ff', 'kms:cmk:createDataKey')")
		w.share("no-opening", "00000000-0000-4000-8000-0000000002ff", noOpening)
		narrow := w.User(w.owner.Account, "narrow", "CSMS ReadOnlyAccess")
		maker := w.User(w.owner.Account, "maker", "CSMS FullAccess")

		for name, c := range map[string]struct {
			caller iam.Caller
			key    string
			parts  []string
		}{
			"missing":                      {w.recipient, uuid.NewString(), []string{"KMS.0207", "No key with this ID"}},
			"unrelated":                    {w.recipient, string(unrelated), []string{"KMS.0207", "No key with this ID"}},
			"deleted for good":             {w.owner, string(gone), []string{"KMS.0207", "No key with this ID"}},
			"own, disabled":                {w.owner, string(disabled), []string{"KMS.0209", "Enable it"}},
			"shared, disabled":             {w.recipient, string(disabled), []string{"KMS.0209", "owner"}},
			"own, pending deletion":        {w.owner, string(pending), []string{"KMS.0210", "Cancel the deletion"}},
			"shared, pending deletion":     {w.recipient, string(pending), []string{"KMS.0210", "owner"}},
			"of another region":            {w.owner, string(far), []string{"KMS.0207", elsewhere}},
			"share for reading only":       {w.recipient, string(reading), []string{"KMS.0306", "kms:cmk:createDataKey"}},
			"share without decryptData":    {w.recipient, string(noOpening), []string{"KMS.0306", "kms:cmk:decryptDataKey"}},
			"upper case and space, fine":   {w.owner, " " + strings.ToUpper(string(good)) + "\n", nil},
			"policies that allow it all":   {maker, string(good), nil},
			"shared key with all it takes": {w.recipient, string(good), nil},
		} {
			in := w.input(strings.Map(letters, name), text("x"), "")
			in.Key = csms.KeyChoice{ID: c.key, Entered: true}
			_, reviewed := w.csms.ReviewSecret(ctx(), c.caller, in)
			_, made := w.csms.CreateSecret(ctx(), c.caller, in)
			for _, err := range []error{reviewed, made} {
				if c.parts == nil {
					iamtest.WantFault(t, err, 0, "")
					continue
				}
				iamtest.WantFault(t, err, fault.Invalid, csms.CodeKey)
				for _, part := range c.parts {
					wantField(t, err, "key", part)
				}
			}
			if t.Failed() {
				t.Fatalf("in case %q", name)
			}
		}
		_, err := w.csms.CreateSecret(ctx(), narrow, w.input("narrow", text("x"), good))
		iamtest.WantFault(t, err, fault.Forbidden, "CSMS.0302")
	})
}

func letters(r rune) rune {
	if r == ' ' || r == ',' {
		return '-'
	}
	return r
}

// A key that is missing and one of somebody else leave traces of one shape.
func TestMissingAndForeignKeyTraceAlike(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		foreign := w.key(region, "foreign")
		owned := len(w.Traces(w.owner.Account))
		for _, id := range []string{uuid.NewString(), string(foreign)} {
			in := w.input("s", text("x"), "")
			in.Key = csms.KeyChoice{ID: id, Entered: true}
			_, err := w.csms.CreateSecret(ctx(), w.stranger, in)
			wantField(t, err, "key", "KMS.0207")
		}
		traces := w.Traces(w.stranger.Account)
		last := traces[len(traces)-2:]
		shape := func(i int) []string {
			return []string{last[i].Action, last[i].Event, last[i].Outcome, last[i].Field("reason"), last[i].Field("resource_urn")}
		}
		want := []string{"kms:cmk:createDataKey", "createDataKey", "refused", "KMS.0207", ""}
		if d := cmp.Diff([][]string{want, want}, [][]string{shape(0), shape(1)}); d != "" {
			t.Error(d)
		}
		if n := len(w.Traces(w.owner.Account)); n != owned {
			t.Errorf("the owner of an unrelated key got %d traces", n-owned)
		}
	})
}

func TestCreateTwiceWithOneForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input("one", text("x"), "")
		ids := make([]csms.SecretID, 4)
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				var err error
				if ids[i], err = w.csms.CreateSecret(ctx(), w.owner, in); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("posts of one form made %v", ids)
			}
		}
		if n := w.count("SELECT count(*) FROM audit_traces WHERE event = 'createSecret' AND body NOT LIKE '%\"made\"%'"); n != 1 {
			t.Errorf("%d traces of one creation, beside those of its repeats", n)
		}
		if n := w.count("SELECT count(*) FROM keys WHERE name = 'csms/default'"); n != 1 {
			t.Errorf("%d default keys", n)
		}
	})
}

func TestQuota(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.secret(w.owner, "first", "x", "")
		w.Exec("UPDATE account_quotas SET quota = 2 WHERE kind = 'csms:secret'")
		var wait sync.WaitGroup
		failed := make([]error, 2)
		inputs := []csms.CreateSecretInput{w.input("a", text("x"), ""), w.input("b", text("x"), "")}
		for i := range failed {
			wait.Go(func() { _, failed[i] = w.csms.CreateSecret(ctx(), w.owner, inputs[i]) })
		}
		wait.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Fatalf("of two creations one fits: got %v and %v", failed[0], failed[1])
		}
		for _, err := range failed {
			if err != nil {
				iamtest.WantFault(t, err, fault.Quota, "CSMS.0202")
			}
		}
		if err := w.csms.DeleteSecret(ctx(), w.owner, region, first, "first"); err != nil {
			t.Fatal(err)
		}
		w.secret(w.owner, "c", "x", "")
		if n := w.count("SELECT used FROM account_quotas WHERE kind = 'csms:secret'"); n != 2 {
			t.Errorf("%d counted, want 2", n)
		}
	})
}

// The gate speaks first: who may not make secrets learns neither that the quota is reached
// nor what an earlier post of the form made. A repeat takes no quota and names the first.
func TestCreateAsksTheGateFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input("once", text("x"), "")
		first, err := w.csms.CreateSecret(ctx(), w.owner, in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.csms.CreateSecret(ctx(), w.owner, in)
		if err != nil || again != first {
			t.Errorf("a repeat gives %s, %v; want %s", again, err, first)
		}
		if n := w.count("SELECT used FROM account_quotas WHERE kind = 'csms:secret'"); n != 1 {
			t.Errorf("%d of the quota used by one secret", n)
		}
		traces, named := w.Traces(w.owner.Account), false
		for _, trace := range traces {
			named = named || strings.Contains(trace.Body, `"made":"`+string(first)+`"`)
		}
		if !named {
			t.Errorf("no trace of the repeat names the first secret: %+v", traces)
		}
		w.Exec("UPDATE account_quotas SET quota = used WHERE kind = 'csms:secret'")
		reader := w.User(w.owner.Account, "reader", "CSMS ReadOnlyAccess")
		fresh := w.input("fresh", text("x"), "")
		_, err = w.csms.CreateSecret(ctx(), reader, fresh)
		iamtest.WantFault(t, err, fault.Forbidden, "CSMS.0302")
		_, err = w.csms.CreateSecret(ctx(), w.owner, fresh)
		iamtest.WantFault(t, err, fault.Quota, "CSMS.0202")
	})
}
