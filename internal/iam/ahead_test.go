package iam_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// A decision reads some paths only, yet each of them counts.
func TestOneOfManyPathsIsEnough(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner, recipient := w.Account("Owner"), w.Account("Recipient")
		shareKey(w, owner, recipient, readOnly)
		var last string
		for range 80 {
			last = uuid.NewString()
			w.Exec(`INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at)
SELECT ?, account_id, ?, ?, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at FROM shares WHERE id = ?`, last, last, last, shareID)
			for table, columns := range map[string]string{
				"share_resources":   "account_id, resource_type, urn, key_id, region, status, status_message, created_at",
				"share_permissions": "resource_type, permission_id, version_id, created_at",
				"share_principals":  "account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by",
			} {
				w.Exec("INSERT INTO "+table+" (id, share_id, "+columns+") SELECT ?, ?, "+columns+" FROM "+table+" WHERE share_id = ?", uuid.NewString(), last, shareID)
			}
		}
		decrypt := func(ahead ...iam.Ahead) error {
			return w.Gate.Use(context.Background(), recipient, func(tx *iam.Tx) error { return tx.Allow("kms:cmk:decryptData", key(owner.Account, keyID)) }, nil, ahead...)
		}
		for _, ahead := range [][]iam.Ahead{nil, {{Key: keyID}}} {
			w.Exec("UPDATE share_permissions SET version_id = ? WHERE share_id = ?", readOnly, last)
			if err := decrypt(ahead...); !fault.Is(err, fault.Forbidden) {
				t.Errorf("81 paths that only read: %v", err)
			}
			w.Exec("UPDATE share_permissions SET version_id = ? WHERE share_id = ?", allActions, last)
			if err := decrypt(ahead...); err != nil {
				t.Errorf("one of 81 paths allows it: %v", err)
			}
		}
	})
}
