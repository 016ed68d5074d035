package iam_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func key(account iam.AccountID, id string) iam.URN {
	return iam.URN{Service: "kms", Region: "eu-west-101", Account: account, Type: iam.TypeKey, ID: id}
}

const (
	keyID   = "11111111-1111-4111-8111-111111111111"
	shareID = "22222222-2222-4222-8222-222222222222"
)

// shareKey puts a key of owner and a live share of it with recipient's account into
// the tables, below the services that will do so.
func shareKey(w *iamtest.World, owner, recipient iam.Caller, version string) {
	now := store.At(w.Now())
	w.Exec(`INSERT INTO keys (id, account_id, region, kind, name, name_lower, description, spec, usage, origin, state, current_version, created_at, updated_at)
VALUES (?, ?, 'eu-west-101', 'custom', 'k', 'k', '', 'AES_256', 'ENCRYPT_DECRYPT', 'kms', 'enabled', 1, ?, ?)`, keyID, string(owner.Account), now, now)
	w.Exec(`INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at)
VALUES (?, ?, 's', 's', '', ?, 'active', 1, 1, 1, ?, ?)`, shareID, string(owner.Account), true, now, now)
	w.Exec(`INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at)
VALUES (?, ?, ?, 'kms:KeyId', ?, ?, 'eu-west-101', 'associated', '', ?)`, shareID, shareID, string(owner.Account), key(owner.Account, keyID).String(), keyID, now)
	w.Exec(`INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at)
VALUES (?, ?, 'kms:KeyId', ?, ?, ?)`, shareID, shareID, strings.Replace(version, "000002", "000001", 1), version, now)
	w.Exec(`INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by)
VALUES (?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')`, shareID, shareID, string(owner.Account), string(recipient.Account), true, now, now)
}

const (
	allActions = "00000000-0000-4000-8000-000000000201"
	readOnly   = "00000000-0000-4000-8000-000000000202"
)

func TestMissingAndForeignKeyAnswerAlike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner, other := w.Account("Owner"), w.Account("Other")
		shareKey(w, owner, w.Account("Recipient"), allActions)

		answers := map[string]string{}
		queries := map[string]int{}
		for name, urn := range map[string]iam.URN{
			"foreign": key(owner.Account, keyID),
			"missing": key("", "99999999-9999-4999-8999-999999999999"),
		} {
			ctx, counter := store.Count(context.Background())
			err := w.Gate.Use(ctx, other, func(tx *iam.Tx) error { return tx.Allow("kms:cmk:decryptData", urn) }, nil)
			if !fault.Is(err, fault.NotFound) {
				t.Fatalf("%s: got %v, want not found", name, err)
			}
			answers[name] = err.Error()
			queries[name] = counter.N()
		}
		if answers["foreign"] != answers["missing"] || queries["foreign"] != queries["missing"] {
			t.Errorf("answers differ: %v, %v", answers, queries)
		}
		traces := w.Traces(other.Account)
		if len(traces) != 2 {
			t.Fatalf("got %d traces, want 2", len(traces))
		}
		shape := func(tr iamtest.Trace) string {
			body := strings.ReplaceAll(tr.Body, tr.ResourceID, "K")
			return strings.ReplaceAll(body, tr.ID, "I")
		}
		if d := cmp.Diff(shape(traces[0]), shape(traces[1])); d != "" {
			t.Errorf("traces differ: %s", d)
		}
		if n := len(w.Traces(owner.Account)); n != 0 {
			t.Errorf("owner learned of it by %d traces", n)
		}
	})
}

func TestForeignKeyNeedsShareAndPolicy(t *testing.T) {
	for _, tc := range []struct {
		name     string
		version  string
		policies []string
		action   iam.Action
		want     fault.Kind
	}{
		{"permission and policy", allActions, []string{"KMS CMKFullAccess"}, "kms:cmk:decryptData", 0},
		{"permission without the action", readOnly, []string{"KMS CMKFullAccess"}, "kms:cmk:decryptData", fault.Forbidden},
		{"policy without the action", allActions, []string{"KMS CMKReadOnlyAccess"}, "kms:cmk:decryptData", fault.Forbidden},
		{"never part of a share", allActions, []string{"KMS Administrator"}, "kms:cmk:disable", fault.Forbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				w := iamtest.New(t, st)
				owner, recipient := w.Account("Owner"), w.Account("Recipient")
				shareKey(w, owner, recipient, tc.version)
				user := w.User(recipient.Account, "anna", tc.policies...)
				err := w.Gate.Use(context.Background(), user, func(tx *iam.Tx) error { return tx.Allow(tc.action, key(owner.Account, keyID)) }, nil)
				f, _ := fault.As(err)
				if (tc.want == 0) != (err == nil) || (f != nil && f.Kind != tc.want) {
					t.Fatalf("got %v, want kind %v", err, tc.want)
				}
				outcome := "succeeded"
				if tc.want != 0 {
					outcome = "refused"
				}
				for _, trail := range []iam.AccountID{owner.Account, recipient.Account} {
					traces := w.Traces(trail)
					if len(traces) != 1 || traces[0].Outcome != outcome {
						t.Fatalf("trail of %s: got %+v, want one %s", trail, traces, outcome)
					}
					sees := traces[0].User == "anna" && traces[0].Field("address") != ""
					if own := trail == recipient.Account; sees != own {
						t.Errorf("trail of own account %v sees user and address: %v", own, sees)
					}
				}
			})
		})
	}
}

func TestActWithoutDecisionIsRolledBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		err := w.Gate.Write(context.Background(), owner, func(tx *iam.Tx) error {
			return tx.DB().Exec("DELETE FROM user_policies").Error
		})
		if err == nil {
			t.Error("an act without a decision was committed")
		}
	})
}

func TestRefusalsFold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		user := w.User(owner.Account, "bo", "KMS CMKReadOnlyAccess")
		for range 5 {
			err := w.Gate.Write(context.Background(), user, func(tx *iam.Tx) error { return tx.Allow("kms:cmk:disable", key(owner.Account, keyID)) })
			if !fault.Is(err, fault.Forbidden) {
				t.Fatalf("got %v", err)
			}
		}
		traces := w.Traces(owner.Account)
		if len(traces) != 1 || traces[0].Repeats != 5 {
			t.Errorf("got %+v, want one trace counted 5 times", traces)
		}
	})
}

func TestFailedActLeavesTraceAndNoRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		err := w.Gate.Use(context.Background(), owner,
			func(tx *iam.Tx) error { return tx.Allow("kms:cmk:decryptData", key(owner.Account, keyID)) },
			func() error { return fault.New(fault.State, "KMS.0209", "disabled") })
		if !fault.Is(err, fault.State) {
			t.Fatalf("got %v", err)
		}
		var outcomes []string
		for _, tr := range w.Traces(owner.Account) {
			outcomes = append(outcomes, tr.Outcome)
		}
		if d := cmp.Diff([]string{"succeeded", "failed"}, outcomes); d != "" {
			t.Error(d)
		}
	})
}

// Whoever is told that something is forbidden is told that the attempt is recorded: also of what
// policies allow and the page itself forbids. What is merely missing leaves no trace.
func TestForbiddenReadLeavesTrace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		read := func(cause error) error {
			return w.Gate.Read(context.Background(), owner, func(tx *iam.Tx) error {
				if err := tx.Allow("kms:cmk:get", key(owner.Account, keyID)); err != nil {
					return err
				}
				return cause
			})
		}
		for _, cause := range []error{nil, fault.New(fault.NotFound, "KMS.0206", "missing"), fault.New(fault.State, "KMS.0209", "disabled")} {
			if err := read(cause); err != cause {
				t.Errorf("got %v, want %v", err, cause)
			}
		}
		if traces := w.Traces(owner.Account); len(traces) != 0 {
			t.Errorf("reading left %+v", traces)
		}
		iamtest.WantFault(t, read(fault.New(fault.Forbidden, "RAM.1801", "not yours")), fault.Forbidden, "RAM.1801")
		traces := w.Traces(owner.Account)
		if len(traces) != 1 || traces[0].Outcome != "failed" || traces[0].Action != "kms:cmk:get" || traces[0].Field("reason") != "RAM.1801" {
			t.Errorf("got %+v, want one failed attempt", traces)
		}
	})
}

func TestRevokedSignInEndsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		act := func() error {
			return w.Gate.Write(context.Background(), owner, func(tx *iam.Tx) error { return tx.Allow("kms:cmk:create", key(owner.Account, keyID)) })
		}
		if err := act(); err != nil {
			t.Fatal(err)
		}
		if err := w.IAM.SignOut(context.Background(), owner); err != nil {
			t.Fatal(err)
		}
		if err := act(); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("after sign-out: got %v", err)
		}
	})
}

func TestPolicyChangeHoldsInTheNextAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		user := w.User(owner.Account, "bo", "KMS CMKFullAccess")
		act := func() error {
			return w.Gate.Write(context.Background(), user, func(tx *iam.Tx) error { return tx.Allow("kms:cmk:disable", key(owner.Account, keyID)) })
		}
		if err := act(); err != nil {
			t.Fatal(err)
		}
		if err := w.IAM.SetPolicies(context.Background(), user.User, []string{"KMS CMKReadOnlyAccess"}); err != nil {
			t.Fatal(err)
		}
		if err := act(); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after the policy went: got %v", err)
		}
	})
}

func TestTraceThatCannotBeWrittenStopsTheAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		w.Exec("DROP TABLE audit_traces")
		computed := false
		err := w.Gate.Use(context.Background(), owner,
			func(tx *iam.Tx) error { return tx.Allow("kms:cmk:decryptData", key(owner.Account, keyID)) },
			func() error { computed = true; return nil })
		if err == nil || computed {
			t.Errorf("err %v, computed %v", err, computed)
		}
	})
}

func TestQuotaHoldsUnderConcurrency(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		quota := iam.Quota{Kind: "keys", Region: "eu-west-101", Default: 10, Code: "KMS.1105", Thing: "keys"}
		results := make(chan error, 30)
		for range 30 {
			go func() {
				results <- w.Gate.Write(context.Background(), owner, func(tx *iam.Tx) error {
					if err := tx.Allow("kms:cmk:create", key(owner.Account, keyID)); err != nil {
						return err
					}
					return tx.TakeQuota(quota, 1)
				})
			}()
		}
		made := 0
		for range 30 {
			err := <-results
			if err == nil {
				made++
			} else if !fault.Is(err, fault.Quota) {
				t.Errorf("got %v", err)
			}
		}
		if made != 10 {
			t.Errorf("made %d, want 10", made)
		}
	})
}

func TestOnceAnswersARepeatWithTheFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		type result struct {
			urn   iam.URN
			first bool
			err   error
		}
		results := make(chan result, 8)
		for i := range 8 {
			go func() {
				var r result
				r.err = w.Gate.Write(context.Background(), owner, func(tx *iam.Tx) error {
					if err := tx.Allow("kms:cmk:create", key(owner.Account, "*")); err != nil {
						return err
					}
					var err error
					r.urn, r.first, err = tx.Once("createKey", "k1", key(owner.Account, strings.Repeat(string(rune('a'+i)), 4)))
					return err
				})
				results <- r
			}()
		}
		firsts := 0
		urns := map[iam.URN]bool{}
		for range 8 {
			r := <-results
			if r.err != nil {
				t.Fatal(r.err)
			}
			if r.first {
				firsts++
			}
			urns[r.urn] = true
		}
		if firsts != 1 || len(urns) != 1 {
			t.Errorf("%d firsts, %d URNs", firsts, len(urns))
		}
	})
}

func TestSignInDelaysAndAnswersAlike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		ctx := context.Background()
		_, password, err := w.IAM.CreateAccount(ctx, iam.NewAccount{Name: "Harbor Retail"})
		if err != nil {
			t.Fatal(err)
		}
		here, there := iam.Device{Address: "10.0.0.1"}, iam.Device{Address: "10.0.0.2"}
		if _, err := w.IAM.SignIn(ctx, "harbor retail", "ROOT", password, here); err != nil {
			t.Fatalf("right password: %v", err)
		}
		_, wrong := w.IAM.SignIn(ctx, "harbor retail", "root", "nope", here)
		_, unknown := w.IAM.SignIn(ctx, "nobody", "root", "nope", here)
		if wrong == nil || unknown == nil || wrong.Error() != unknown.Error() {
			t.Errorf("answers differ: %v, %v", wrong, unknown)
		}
		for range 2 {
			if _, err := w.IAM.SignIn(ctx, "harbor retail", "root", "nope", here); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("got %v", err)
			}
		}
		if _, err := w.IAM.SignIn(ctx, "harbor retail", "root", password, here); !fault.Is(err, fault.Busy) {
			t.Errorf("after 3 failures: got %v, want busy", err)
		}
		if _, err := w.IAM.SignIn(ctx, "harbor retail", "root", password, there); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		w.Advance(2 * time.Second)
		token, err := w.IAM.SignIn(ctx, "harbor retail", "root", password, here)
		if err != nil {
			t.Fatalf("after the delay: %v", err)
		}
		in, err := w.IAM.Authenticate(ctx, token)
		if err != nil || !in.Caller.MustChangePassword {
			t.Fatalf("one-time password: %+v, %v", in, err)
		}
		if err := w.IAM.ChangePassword(ctx, in.Caller, password, "correct horse battery"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.IAM.SignIn(ctx, string(in.Caller.Account), "root", "correct horse battery", here); err != nil {
			t.Errorf("new password: %v", err)
		}
		w.Advance(31 * time.Minute)
		if _, err := w.IAM.Authenticate(ctx, token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("idle sign-in: got %v", err)
		}
	})
}

// What somebody without any password can learn: wrong guesses under one spelling of an account, its
// name or its ID, must not show under the other, whether account and user exist or not.
func TestSignInTellsNoSpellingOfAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		account := string(w.Account("Harbor Retail").Account)
		guess := func(account, user string) fault.Kind {
			_, err := w.IAM.SignIn(context.Background(), account, user, "nope", iam.Device{Address: "10.0.0.1"})
			f, ok := fault.As(err)
			if !ok {
				t.Fatalf("guess at %s of %s: got %v, want a fault", user, account, err)
			}
			return f.Kind
		}
		for name, tc := range map[string]struct{ first, second, user string }{
			"user by name, then by ID":      {" HARBOR retail", account, "root"},
			"no user by name, then by ID":   {"harbor retail", account, "nobody"},
			"user of the ID, then another":  {account, "harbor retai", "root"},
			"no account, then its other ID": {"nowhere", strings.Repeat("0", 32), "root"},
		} {
			w.Advance(time.Hour)
			var got []fault.Kind
			for range 4 {
				got = append(got, guess(tc.first, tc.user))
			}
			for range 4 {
				got = append(got, guess(tc.second, tc.user))
			}
			refused, busy := fault.Unauthenticated, fault.Busy
			if d := cmp.Diff([]fault.Kind{refused, refused, refused, busy, refused, refused, refused, busy}, got); d != "" {
				t.Errorf("%s: %s", name, d)
			}
			w.Exec("DELETE FROM sign_in_delays")
		}
	})
}

// A refusal writes to the disk whether the user exists or not; nothing stays of one that does not.
func TestRefusedSignInWritesForAnUnknownUserToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		account := string(w.Account("Harbor Retail").Account)
		w.Exec("CREATE TABLE written (n integer)")
		if st.Dialect() == store.PostgreSQL {
			w.Exec("CREATE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO written VALUES (1); RETURN NULL; END'")
			w.Exec("CREATE TRIGGER note_written AFTER INSERT ON audit_traces FOR EACH ROW EXECUTE FUNCTION note_written()")
		} else {
			w.Exec("CREATE TRIGGER note_written AFTER INSERT ON audit_traces BEGIN INSERT INTO written VALUES (1); END")
		}
		type cost struct{ statements, written int }
		costs := map[string]cost{}
		for _, user := range []string{"root", "nobody"} {
			w.Exec("DELETE FROM written")
			ctx, counter := store.Count(context.Background())
			if _, err := w.IAM.SignIn(ctx, account, user, "nope", iam.Device{Address: "10.0.0.1"}); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("got %v", err)
			}
			c := cost{statements: counter.N()}
			if err := st.Read(ctx).Raw("SELECT count(*) FROM written").Scan(&c.written).Error; err != nil {
				t.Fatal(err)
			}
			costs[user] = c
		}
		if costs["root"] != costs["nobody"] || costs["root"].written != 1 {
			t.Errorf("a refusal costs %+v, want the same and one trace each", costs)
		}
		var left int
		if err := st.Read(context.Background()).Raw("SELECT count(*) FROM audit_traces WHERE account_id = ''").Scan(&left).Error; err != nil {
			t.Fatal(err)
		}
		if left != 0 {
			t.Errorf("%d traces stay of nobody", left)
		}
	})
}

func TestPolicyPatternsAndDenials(t *testing.T) {
	for _, tc := range []struct {
		policy string
		action iam.Action
		want   bool
	}{
		{"RAM ResourceShareParticipantAccess", "ram:resourceShareInvitations:accept", true},
		{"RAM ResourceShareParticipantAccess", "ram:resourceShares:create", false},
		{"KMS CMKFullAccess", "kms:cmk:encryptData", true},
		{"KMS CMKFullAccess", "csms:secret:get", false},
		{"CSMS FullAccess", "kms:cmk:decryptDataKey", true},
		{"CSMS FullAccess", "kms:cmk:disable", false},
		{"no such policy", "kms:cmk:get", false},
	} {
		if got := iam.Holding(tc.policy).Allows(tc.action, key("a", keyID)); got != tc.want {
			t.Errorf("%s on %s: got %v, want %v", tc.policy, tc.action, got, tc.want)
		}
	}
}

func TestUsesTogetherKeepTheirOwnAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner, stranger := w.Account("Owner"), w.Account("Stranger")
		shareKey(w, owner, w.Account("Recipient"), allActions)
		const rounds = 40
		type answer struct {
			kind string
			err  error
		}
		answers := make(chan answer, 4*rounds)
		use := func(kind string, caller iam.Caller, decide func(tx *iam.Tx) error) {
			go func() {
				defer func() {
					if recover() != nil {
						answers <- answer{"panic", nil}
					}
				}()
				answers <- answer{kind, w.Gate.Use(context.Background(), caller, decide, nil)}
			}()
		}
		allow := func(tx *iam.Tx) error { return tx.Allow("kms:cmk:decryptData", key(owner.Account, keyID)) }
		for i := range rounds {
			use("allowed", owner, allow)
			use("refused", stranger, allow)
			use("writes", owner, func(tx *iam.Tx) error {
				if err := allow(tx); err != nil {
					return err
				}
				return tx.DB().Exec("DELETE FROM keys").Error
			})
			if i%8 == 0 {
				use("panics", owner, func(*iam.Tx) error { panic("no") })
			}
		}
		panics := 0
		for range 3*rounds + rounds/8 {
			a := <-answers
			switch {
			case a.kind == "panic":
				panics++
			case a.kind == "allowed" && a.err != nil, a.kind == "refused" && !fault.Is(a.err, fault.NotFound), a.kind == "writes" && a.err == nil:
				t.Errorf("%s: got %v", a.kind, a.err)
			}
		}
		if panics != rounds/8 {
			t.Errorf("%d panics reached their callers, want %d", panics, rounds/8)
		}
		succeeded := 0
		for _, tr := range w.Traces(owner.Account) {
			if tr.Outcome == "succeeded" {
				succeeded++
			}
		}
		if succeeded != rounds {
			t.Errorf("%d traces of uses, want %d", succeeded, rounds)
		}
	})
}
