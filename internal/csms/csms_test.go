package csms_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

const region, elsewhere = "eu-west-101", "cn-north-4"

// Versions of the built-in permissions, as the migrations bring them.
const (
	allActions = "00000000-0000-4000-8000-000000000201"
	readOnly   = "00000000-0000-4000-8000-000000000202"
)

// world is an owner of keys, a recipient of some, and a stranger.
type world struct {
	*iamtest.World
	t                          *testing.T
	kms                        *kms.Service
	csms                       *csms.Service
	owner, recipient, stranger iam.Caller
	forms                      int
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		base := iamtest.New(t, st)
		w := &world{World: base, t: t, kms: kms.New(st, base.Gate, base.Sealer, iamtest.Regions, base.Now)}
		w.csms = csms.New(st, base.Gate, w.kms, base.Sealer, base.Now)
		w.owner, w.recipient, w.stranger = w.Account("owner"), w.Account("recipient"), w.Account("stranger")
		test(t, w)
	})
}

func ctx() context.Context { return context.Background() }

func (w *world) once() string {
	w.forms++
	w.Advance(time.Second)
	return fmt.Sprint("form", w.forms)
}

// key makes an enabled key of the owner.
func (w *world) key(region, name string) kms.KeyID {
	w.t.Helper()
	id, err := w.kms.CreateKey(ctx(), w.owner, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Once: w.once()})
	if err != nil {
		w.t.Fatalf("create key %s: %v", name, err)
	}
	return id
}

// share lets the recipient use the key, as an accepted invitation does.
func (w *world) share(name, permissionVersion string, k kms.KeyID) (id string) {
	w.t.Helper()
	id = uuid.NewString()
	now, owner := store.At(w.Now()), string(w.owner.Account)
	w.Exec("INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, 'active', 1, 1, 1, ?, ?)",
		id, owner, name, name, true, now, now)
	w.Exec("INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, 'kms:KeyId', permission_id, id, ? FROM permission_versions WHERE id = ?",
		uuid.NewString(), id, now, permissionVersion)
	w.Exec("INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) VALUES (?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')",
		uuid.NewString(), id, owner, string(w.recipient.Account), true, now, now)
	w.Exec("INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) VALUES (?, ?, ?, 'kms:KeyId', ?, ?, ?, 'associated', '', ?)",
		uuid.NewString(), id, owner, kms.Key{ID: k, Account: w.owner.Account, Region: region}.URN().String(), string(k), region, now)
	return id
}

// leave ends what share made.
func (w *world) leave(share string) {
	w.t.Helper()
	w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = ?, ended_by = 'left' WHERE share_id = ?", store.At(w.Now()), share)
}

func (w *world) setState(id kms.KeyID, state kms.State) {
	w.t.Helper()
	if state == kms.PendingDeletion {
		w.Exec("UPDATE keys SET state = ?, deletion_at = ? WHERE id = ?", string(state), store.At(w.Now().AddDate(0, 0, 30)), string(id))
		return
	}
	w.Exec("UPDATE keys SET state = ?, deletion_at = NULL WHERE id = ?", string(state), string(id))
}

func text(s string) csms.Value {
	return csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte(s))}
}

func entries(pairs ...string) csms.Value {
	v := csms.Value{Form: csms.KeyValue}
	for i := 0; i < len(pairs); i += 2 {
		v.Entries = append(v.Entries, csms.Entry{Key: pairs[i], Value: seal.NewSecret([]byte(pairs[i+1]))})
	}
	return v
}

func (w *world) input(name string, v csms.Value, key kms.KeyID) csms.CreateSecretInput {
	return csms.CreateSecretInput{Region: region, Name: name, Value: v, Key: csms.KeyChoice{ID: string(key)}, Once: w.once()}
}

func (w *world) secret(caller iam.Caller, name, value string, key kms.KeyID) csms.SecretID {
	w.t.Helper()
	id, err := w.csms.CreateSecret(ctx(), caller, w.input(name, text(value), key))
	if err != nil {
		w.t.Fatalf("create secret %s: %v", name, err)
	}
	return id
}

// show gives the value as one text: rows as key=value, joined by commas.
func (w *world) show(caller iam.Caller, id csms.SecretID) (string, error) {
	shown, err := w.csms.ShowSecretValue(ctx(), caller, region, id)
	if err != nil {
		return "", err
	}
	if shown.Value.Form == csms.Text {
		return string(shown.Value.Text.Bytes()), nil
	}
	var parts []string
	for _, e := range shown.Value.Entries {
		parts = append(parts, e.Key+"="+string(e.Value.Bytes()))
	}
	return strings.Join(parts, ","), nil
}

// wantField checks that the field holds a message with the part, and no other does.
func wantField(t *testing.T, err error, name, part string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || len(f.Fields) != 1 || f.Fields[0].Name != name || !strings.Contains(f.Fields[0].Message+" "+f.Fields[0].Code, part) {
		t.Errorf("got %v, want %q in field %s", err, part, name)
	}
}

func wantTrail(t *testing.T, w *world, account iam.AccountID, want ...string) {
	t.Helper()
	var got []string
	traces := w.Traces(account)
	for _, tr := range traces[max(0, len(traces)-len(want)):] {
		got = append(got, tr.Event+" "+tr.Outcome)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("trail of %s (-want +got):\n%s", account, d)
	}
}

// count reads one number.
func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	if err := w.Store.Read(ctx()).Raw(query, args...).Scan(&n).Error; err != nil {
		w.t.Fatal(err)
	}
	return n
}
