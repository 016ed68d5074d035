package csms_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

// Losing the key locks the value at once, and its return opens it again, without an act
// on the secret.
func TestValueFollowsItsKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(region, "shared")
		share := w.share("exchange", allActions, k)
		id := w.secret(w.recipient, "token", "value", k)
		for _, c := range []struct {
			name   string
			lose   func()
			mend   func()
			code   string
			word   string
			forAll bool // the owner's own secret is locked too
		}{
			{"disabled", func() { w.setState(k, kms.Disabled) }, func() { w.setState(k, kms.Enabled) }, "KMS.0209", "disabled", true},
			{"pending deletion", func() { w.setState(k, kms.PendingDeletion) }, func() { w.setState(k, kms.Enabled) }, "KMS.0210", "deletion", true},
			{"left", func() { w.leave(share) }, func() { share = w.share("again", allActions, k) }, "KMS.0207", "", false},
			{"narrowed", func() {
				w.leave(share)
				share = w.share("narrow", readOnly, k)
			}, func() { w.share("wide", allActions, k) }, "KMS.0306", "decryptDataKey", false},
		} {
			c.lose()
			_, err := w.show(w.recipient, id)
			iamtest.WantFault(t, err, fault.State, csms.CodeKey)
			if err == nil || !strings.Contains(err.Error(), c.code) || !strings.Contains(err.Error(), c.word) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.code)
			}
			s, err := w.csms.GetSecret(ctx(), w.recipient, region, id)
			if err != nil || s.Key.Lost == nil || s.Key.Lost.Code != c.code || s.Key.Name != "shared" {
				t.Errorf("%s: page says %+v, %v", c.name, s.Key, err)
			}
			if c.name == "left" && (s.Key.Lost.How != "left" || s.Key.Lost.Share != "exchange" || s.Key.OwnerName != "owner" || s.Key.State != "") {
				t.Errorf("left: page says %+v %+v", s.Key, s.Key.Lost)
			}
			list, _, err := w.csms.ListSecrets(ctx(), w.recipient, csms.ListFilter{Region: region}, store.Slice{Size: 5})
			if err != nil || len(list) != 1 || list[0].Key.Lost == nil || list[0].Key.Lost.Code != c.code {
				t.Errorf("%s: list says %+v, %v", c.name, list, err)
			}
			c.mend()
			if got, err := w.show(w.recipient, id); err != nil || got != "value" {
				t.Errorf("%s: after its return got %q, %v", c.name, got, err)
			}
		}
		w.Exec("UPDATE keys SET name = 'renamed' WHERE id = ?", string(k))
		w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = ?, ended_by = 'left' WHERE ended_at IS NULL", store.At(w.Now()))
		if s, err := w.csms.GetSecret(ctx(), w.recipient, region, id); err != nil || s.Key.Name != "shared" {
			t.Errorf("who has lost the key learns its new name: %+v, %v", s.Key, err)
		}
	})
}

func TestKeyRemovedFromShareIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(region, "shared")
		share := w.share("exchange", allActions, k)
		id := w.secret(w.recipient, "token", "value", k)
		w.Exec("UPDATE share_resources SET status = 'disassociated', ended_at = ? WHERE share_id = ?", store.At(w.Now()), share)
		s, err := w.csms.GetSecret(ctx(), w.recipient, region, id)
		if err != nil || s.Key.Lost == nil || s.Key.Lost.How != "key_removed" || s.Key.Lost.Share != "exchange" {
			t.Errorf("got %+v, %v", s.Key.Lost, err)
		}
	})
}

// Both accounts' trails tell the story, and the owner's holds nothing of the secret.
func TestTraces(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		defer slog.SetDefault(before)
		const name, value, row = "payroll-token", "hunter2-never-written", "row-name-never-written"
		k := w.key(region, "shared")
		share := w.share("exchange", allActions, k)
		in := w.input(name, entries(row, value), k)
		id, err := w.csms.CreateSecret(ctx(), w.recipient, in)
		if err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Second)
		if _, err := w.show(w.recipient, id); err != nil {
			t.Fatal(err)
		}
		wantTrail(t, w, w.recipient.Account, "createSecret succeeded", "createDataKey succeeded", "showSecretVersion succeeded", "decryptDatakey succeeded")
		wantTrail(t, w, w.owner.Account, "createDataKey succeeded", "decryptDatakey succeeded")
		w.leave(share)
		w.Advance(time.Second)
		if _, err := w.show(w.recipient, id); err == nil {
			t.Error("shown without access")
		}
		wantTrail(t, w, w.recipient.Account, "decryptDatakey refused")
		wantTrail(t, w, w.owner.Account, "createDataKey succeeded", "decryptDatakey succeeded")
		w.Advance(time.Second)
		if err := w.csms.DeleteSecret(ctx(), w.recipient, region, id, name); err != nil {
			t.Fatal(err)
		}
		wantTrail(t, w, w.recipient.Account, "forceDeleteSecret succeeded")
		for account, words := range map[iam.AccountID][]string{
			w.recipient.Account: {value, row},
			w.owner.Account:     {value, row, name, string(id), "127.0.0.1", "root"},
		} {
			for _, tr := range w.Traces(account) {
				if tr.Caller != string(w.recipient.Account) {
					continue
				}
				for _, word := range words {
					if strings.Contains(tr.Body+tr.User, word) {
						t.Errorf("trail of %s holds %q: %s", account, word, tr.Body)
					}
				}
			}
		}
		for _, word := range []string{value, row} {
			if strings.Contains(log.String(), word) || strings.Contains(fmt.Sprintf("%v %+v %#v", in.Value, in.Value, in.Value.Entries[0].Value), value) {
				t.Errorf("the log or a print holds %q", word)
			}
		}
	})
}

// Nothing in the database holds the value in clear, and what was moved does not open.
func TestMovedCiphertextDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(region, "k")
		w.share("s", allActions, k)
		a, b := w.secret(w.owner, "a", "value-of-a", k), w.secret(w.owner, "b", "value-of-b", k)
		theirs := w.secret(w.recipient, "theirs", "value-of-theirs", k)
		if n := w.count("SELECT count(*) FROM secret_versions WHERE sealed LIKE ? OR wrapped_key LIKE ?", []byte("%value-of%"), []byte("%value-of%")); n != 0 {
			t.Errorf("%d rows hold a value in clear", n)
		}
		copyColumns := func(columns string, from, to csms.SecretID) {
			set := columns + " = (SELECT " + columns + " FROM secret_versions AS x WHERE x.secret_id = ?)"
			w.Exec("UPDATE secret_versions SET "+set+" WHERE secret_id = ?", string(from), string(to))
		}
		restore := func(id csms.SecretID) func() {
			var wrapped, sealed []byte
			row := w.Store.Read(ctx()).Raw("SELECT wrapped_key, sealed FROM secret_versions WHERE secret_id = ?", string(id)).Row()
			if err := row.Scan(&wrapped, &sealed); err != nil {
				t.Fatal(err)
			}
			return func() {
				w.Exec("UPDATE secret_versions SET wrapped_key = ?, sealed = ? WHERE secret_id = ?", wrapped, sealed, string(id))
			}
		}
		for name, move := range map[string]func(){
			"value of another secret":           func() { copyColumns("sealed", a, b) },
			"data key of another secret":        func() { copyColumns("wrapped_key", a, b) },
			"both":                              func() { copyColumns("wrapped_key", a, b); copyColumns("sealed", a, b) },
			"both of another account's secret":  func() { copyColumns("wrapped_key", theirs, b); copyColumns("sealed", theirs, b) },
			"value in place of the wrapped key": func() { w.Exec("UPDATE secret_versions SET wrapped_key = sealed WHERE secret_id = ?", string(b)) },
			"another version's number":          func() { renumber(w, b, 2) },
		} {
			back := restore(b)
			move()
			got, err := w.show(w.owner, b)
			if f, ok := fault.As(err); !ok || f.Code != csms.CodeKey {
				t.Errorf("%s: got %q, %v, want %s", name, got, err, csms.CodeKey)
			}
			renumber(w, b, 1)
			back()
		}
		if got, err := w.show(w.owner, b); err != nil || got != "value-of-b" {
			t.Errorf("put back: got %q, %v", got, err)
		}
		// A secret's row given to another account.
		w.Exec("UPDATE secrets SET account_id = ? WHERE id = ?", string(w.stranger.Account), string(a))
		_, err := w.show(w.stranger, a)
		iamtest.WantFault(t, err, fault.State, csms.CodeKey)
		w.Exec("UPDATE secrets SET account_id = ? WHERE id = ?", string(w.recipient.Account), string(a))
		_, err = w.show(w.recipient, a)
		iamtest.WantFault(t, err, fault.State, csms.CodeKey)
	})
}

func renumber(w *world, id csms.SecretID, version int) {
	w.Exec("DELETE FROM secret_stages WHERE secret_id = ?", string(id))
	w.Exec("UPDATE secret_versions SET version = ? WHERE secret_id = ?", version, string(id))
	w.Exec("INSERT INTO secret_stages (secret_id, stage, version, updated_at) VALUES (?, 'SYSCURRENT', ?, ?)", string(id), version, store.At(w.Now()))
}

// A flipped bit anywhere in the stored bytes is noticed.
func TestFlippedBits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.secret(w.owner, "a", "v", w.key(region, "k"))
		for _, column := range []string{"wrapped_key", "sealed"} {
			var stored []byte
			if err := w.Store.Read(ctx()).Raw("SELECT " + column + " FROM secret_versions").Row().Scan(&stored); err != nil && err != sql.ErrNoRows {
				t.Fatal(err)
			}
			for _, at := range []int{0, 4, 5, 6, 22, 30, 60, 100, 124, len(stored) - 1} {
				broken := bytes.Clone(stored)
				broken[at] ^= 1
				w.Exec("UPDATE secret_versions SET "+column+" = ?", broken)
				if got, err := w.show(w.owner, id); err == nil {
					t.Errorf("%s with a flipped bit in byte %d opens as %q", column, at, got)
				}
			}
			w.Exec("UPDATE secret_versions SET "+column+" = ?", stored)
		}
	})
}

// Other accounts, junk and missing ids get one answer from every act.
func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.secret(w.owner, "mine", "x", "")
		narrow := w.User(w.owner.Account, "narrow", "CSMS ReadOnlyAccess")
		none := w.User(w.owner.Account, "none", "KMS CMKReadOnlyAccess")
		acts := map[string]func(iam.Caller, string, csms.SecretID) error{
			"get": func(c iam.Caller, r string, id csms.SecretID) error {
				_, err := w.csms.GetSecret(ctx(), c, r, id)
				return err
			},
			"show": func(c iam.Caller, r string, id csms.SecretID) error {
				_, err := w.csms.ShowSecretValue(ctx(), c, r, id)
				return err
			},
			"delete": func(c iam.Caller, r string, id csms.SecretID) error {
				return w.csms.DeleteSecret(ctx(), c, r, id, "mine")
			},
		}
		for name, act := range acts {
			for _, err := range []error{
				act(w.stranger, region, id), act(w.owner, elsewhere, id), act(w.owner, region, csms.SecretID(uuid.NewString())),
				act(w.owner, region, "junk"), act(w.owner, region, "' OR 1=1 --"),
			} {
				iamtest.WantFault(t, err, fault.NotFound, "CSMS.0106")
			}
			iamtest.WantFault(t, act(none, region, id), fault.Forbidden, "CSMS.0302")
			if name != "get" {
				iamtest.WantFault(t, act(narrow, region, id), fault.Forbidden, "CSMS.0302")
			}
			if t.Failed() {
				t.Fatalf("in act %q", name)
			}
		}
		_, _, err := w.csms.ListSecrets(ctx(), none, csms.ListFilter{Region: region}, store.Slice{Size: 5})
		iamtest.WantFault(t, err, fault.Forbidden, "CSMS.0302")
		wantField(t, w.csms.DeleteSecret(ctx(), w.owner, region, id, "Mine"), "confirm", "Type mine")
		if n := w.count("SELECT used FROM account_quotas WHERE kind = 'csms:secret'"); n != 1 {
			t.Errorf("refused deletions left %d counted, want 1", n)
		}
		if err := w.csms.DeleteSecret(ctx(), w.owner, region, id, "mine"); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"secrets", "secret_versions", "secret_stages", "secret_tags", "key_uses"} {
			if n := w.count("SELECT count(*) FROM " + table); n != 0 {
				t.Errorf("%d rows left in %s", n, table)
			}
		}
	})
}

// Creating under a shared key while the recipient leaves ends in one of two ways, and
// either way the value is locked afterwards.
func TestCreateRacesLeave(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(region, "shared")
		for i := range 12 {
			share := w.share(fmt.Sprint("share-", i), allActions, k)
			in := w.input(fmt.Sprint("secret-", i), text("value"), k)
			var id csms.SecretID
			var err error
			var wait sync.WaitGroup
			wait.Go(func() { id, err = w.csms.CreateSecret(ctx(), w.recipient, in) })
			wait.Go(func() { w.leave(share) })
			wait.Wait()
			uses := w.count("SELECT count(*) FROM key_uses WHERE name = ?", in.Name)
			if err != nil {
				wantField(t, err, "key", "KMS.0207")
				if uses != 0 {
					t.Errorf("a refused creation left %d uses", uses)
				}
				continue
			}
			if uses != 1 {
				t.Errorf("%d uses of a secret that was made", uses)
			}
			_, err = w.show(w.recipient, id)
			iamtest.WantFault(t, err, fault.State, csms.CodeKey)
		}
	})
}

// The pages' queries do not grow with the rows.
func TestQueries(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shared := w.key(region, "shared")
		w.share("s", allActions, shared)
		w.secret(w.recipient, "first", "x", "")
		counted := func(act func(context.Context) error) int {
			c, counter := store.Count(ctx())
			if err := act(c); err != nil {
				t.Fatal(err)
			}
			return counter.N()
		}
		for name, c := range map[string]struct {
			key  kms.KeyID
			most int
		}{"default": {"", 4}, "shared": {shared, 5}} {
			in := w.input("q-"+name, text("x"), c.key)
			in.Tags = []csms.Tag{{Key: "a"}, {Key: "b"}}
			var id csms.SecretID
			n := counted(func(ctx context.Context) (err error) { id, err = w.csms.CreateSecret(ctx, w.recipient, in); return err })
			t.Logf("%s %s: create %d statements", w.Store.Dialect(), name, n)
			if w.Store.Dialect() == store.PostgreSQL && n > c.most {
				t.Errorf("%s: a secret is made in %d statements, want %d", name, n, c.most)
			}
			n = counted(func(ctx context.Context) error {
				_, err := w.csms.ShowSecretValue(ctx, w.recipient, region, id)
				return err
			})
			t.Logf("%s %s: show %d statements", w.Store.Dialect(), name, n)
		}
		for i := range 30 {
			w.secret(w.recipient, fmt.Sprint("more-", i), "x", shared)
		}
		n := counted(func(ctx context.Context) error {
			list, _, err := w.csms.ListSecrets(ctx, w.recipient, csms.ListFilter{Region: region}, store.Slice{Size: 50})
			if len(list) != 33 {
				t.Errorf("%d secrets", len(list))
			}
			return err
		})
		if n > 3 {
			t.Errorf("the list takes %d queries, want 3", n)
		}
	})
}

// A value opens until the moment at which the share of its key ends, and not after.
func TestValueEndsWithTheShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key(region, "shared")
		share := w.share("exchange", allActions, k)
		id := w.secret(w.recipient, "token", "value", k)
		end := w.Now().Add(time.Minute)
		w.Exec("UPDATE shares SET ends_at = ? WHERE id = ?", store.At(end), share)
		for _, moment := range []struct {
			from  time.Duration
			opens bool
		}{{-time.Second, true}, {0, false}, {time.Second, false}} {
			w.Advance(end.Add(moment.from).Sub(w.Now()))
			got, err := w.show(w.recipient, id)
			if moment.opens && (err != nil || got != "value") {
				t.Errorf("%s from the end: %q, %v; want the value", moment.from, got, err)
			}
			if !moment.opens {
				iamtest.WantFault(t, err, fault.State, csms.CodeKey)
				s, err := w.csms.GetSecret(ctx(), w.recipient, region, id)
				if err != nil || s.Key.Lost == nil || s.Key.Lost.Code != "KMS.0207" {
					t.Errorf("%s from the end the page says %+v, %v", moment.from, s.Key, err)
				}
			}
		}
	})
}
