package kms_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

const region = "eu-west-101"

// Versions of the built-in permissions, as the migrations bring them.
const (
	allActions     = "00000000-0000-4000-8000-000000000201"
	readOnly       = "00000000-0000-4000-8000-000000000202"
	encryptDecrypt = "00000000-0000-4000-8000-000000000203"
)

// world is an owner of keys, a recipient of some, and a stranger.
type world struct {
	*iamtest.World
	t                          *testing.T
	kms                        *kms.Service
	owner, recipient, stranger iam.Caller
	forms                      int
	counted                    context.Context // of the act whose queries are counted
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		base := iamtest.New(t, st)
		w := &world{World: base, t: t, kms: kms.New(st, base.Gate, base.Sealer, iamtest.Regions, base.Now)}
		w.owner, w.recipient, w.stranger = w.Account("owner"), w.Account("recipient"), w.Account("stranger")
		test(t, w)
	})
}

func ctx() context.Context { return context.Background() }

// key makes an enabled key of the owner.
func (w *world) key(name string) kms.KeyID {
	w.t.Helper()
	return w.keyOf(w.owner, region, name)
}

func (w *world) keyOf(caller iam.Caller, region, name string) kms.KeyID {
	w.t.Helper()
	w.forms++
	w.Advance(time.Second)
	id, err := w.kms.CreateKey(ctx(), caller, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Description: "about " + name, Once: fmt.Sprint("form", w.forms)})
	if err != nil {
		w.t.Fatalf("create %s: %v", name, err)
	}
	return id
}

// share lets the recipient use the key, as an accepted invitation does.
func (w *world) share(name, permissionVersion string, keys ...kms.KeyID) (id string) {
	w.t.Helper()
	id = uuid.NewString()
	now := store.At(w.Now())
	owner := string(w.owner.Account)
	w.Exec("INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, 'active', 1, 1, 1, ?, ?)",
		id, owner, name, name, true, now, now)
	w.Exec("INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, 'kms:KeyId', permission_id, id, ? FROM permission_versions WHERE id = ?",
		uuid.NewString(), id, now, permissionVersion)
	w.Exec("INSERT INTO share_principals (id, share_id, share_name, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) VALUES (?, ?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')",
		uuid.NewString(), id, name, owner, string(w.recipient.Account), true, now, now)
	for _, k := range keys {
		urn := kms.Key{ID: k, Account: w.owner.Account, Region: region}.URN().String()
		w.Exec("INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) VALUES (?, ?, ?, 'kms:KeyId', ?, ?, ?, 'associated', '', ?)",
			uuid.NewString(), id, owner, urn, string(k), region, now)
	}
	return id
}

// unshare ends what share made.
func (w *world) unshare(id string) {
	w.t.Helper()
	w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = ?, ended_by = 'left' WHERE share_id = ?", store.At(w.Now()), id)
}

// trail gives event and outcome of an account's last n traces, in order.
func (w *world) trail(account iam.AccountID, n int) []string {
	w.t.Helper()
	traces := w.Traces(account)
	var list []string
	for _, tr := range traces[max(0, len(traces)-n):] {
		list = append(list, tr.Event+" "+tr.Outcome)
	}
	return list
}

func wantTrail(t *testing.T, w *world, account iam.AccountID, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, w.trail(account, len(want))); d != "" {
		t.Errorf("trail of %s (-want +got):\n%s", account, d)
	}
}

func (w *world) setState(id kms.KeyID, state kms.State) {
	w.t.Helper()
	if state == kms.PendingDeletion {
		w.Exec("UPDATE keys SET state = ?, deletion_at = ? WHERE id = ?", string(state), store.At(w.Now().AddDate(0, 0, 30)), string(id))
		return
	}
	w.Exec("UPDATE keys SET state = ?, deletion_at = NULL WHERE id = ?", string(state), string(id))
}

func (w *world) state(id kms.KeyID) kms.State {
	w.t.Helper()
	d, err := w.kms.DescribeKey(ctx(), w.owner, region, id, 0)
	if err != nil {
		w.t.Fatalf("describe: %v", err)
	}
	return d.State
}
