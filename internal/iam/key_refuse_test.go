package iam_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// Whoever is related to a key reads which share and permission stand in the way and whose they
// are, or that the own policies do; whoever is not, or no longer, reads nothing of them.
func TestRefusalNamesShareAndOwner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		owner, recipient, stranger := w.Account("Harbor Retail"), w.Account("Lumen"), w.Account("Stranger")
		shareKey(w, owner, recipient, readOnly)
		w.Exec("UPDATE shares SET name = 'payments-keys', name_lower = 'payments-keys'")
		reader := w.User(recipient.Account, "anna", "KMS CMKReadOnlyAccess")
		ask := func(caller iam.Caller, action iam.Action, id string) *fault.Error {
			t.Helper()
			account := owner.Account
			if id != keyID {
				account = ""
			}
			err := w.Gate.Use(context.Background(), caller, func(tx *iam.Tx) error { return tx.Allow(action, key(account, id)) }, nil)
			f, ok := fault.As(err)
			if !ok {
				t.Fatalf("%s of %s: %v", action, caller.UserName, err)
			}
			return f
		}
		wants := func(f *fault.Error, message string, chain ...fault.Link) {
			t.Helper()
			if f.Kind != fault.Forbidden || f.Message != message {
				t.Errorf("got %v: %s\nwant %s", f.Kind, f.Message, message)
			}
			if d := cmp.Diff(chain, f.Why); d != "" {
				t.Errorf("chain (-want +got):\n%s", d)
			}
		}
		const (
			reaches = "Share payments-keys of Harbor Retail reaches this account."
			lacks   = "Share payments-keys of Harbor Retail gives “kms KeyId read-only statement”, which does not allow kms:cmk:decryptData. Harbor Retail decides what the share allows."
			noRight = "No policy of anna allows kms:cmk:decryptData. The root user of this account can attach one."
		)
		wants(ask(recipient, "kms:cmk:decryptData", keyID), lacks,
			fault.Link{Subject: "Share", Holds: true, Text: reaches}, fault.Link{Subject: "Permission", Text: lacks},
			fault.Link{Subject: "Your policy", Holds: true, Text: "A policy of root allows it."})

		// A second share that lacks the action, too; then one that has it.
		second := func(id, name, version string) {
			id = strings.ReplaceAll(shareID, "2", id)
			w.Exec("INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) SELECT ?, account_id, ?, ?, '', allow_external, status, 1, 1, 1, created_at, updated_at FROM shares WHERE id = ?", id, name, name, shareID)
			w.Exec("INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) SELECT ?, ?, account_id, resource_type, urn, key_id, region, status, '', created_at FROM share_resources WHERE id = ?", id, id, shareID)
			w.Exec("INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, resource_type, permission_id, ?, created_at FROM share_permissions WHERE id = ?", id, id, version, shareID)
			w.Exec("INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) SELECT ?, ?, account_id, kind, principal, external, status, '', created_at, associated_at, '' FROM share_principals WHERE id = ?", id, id, shareID)
		}
		second("3", "archive", readOnly)
		if got, want := ask(recipient, "kms:cmk:decryptData", keyID).Message,
			"None of the shares archive (“kms KeyId read-only statement”) and payments-keys (“kms KeyId read-only statement”) of Harbor Retail allows kms:cmk:decryptData. Harbor Retail decides what the shares allow."; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		second("4", "whole", allActions)
		wants(ask(reader, "kms:cmk:decryptData", keyID), noRight,
			fault.Link{Subject: "Share", Holds: true, Text: "Shares whole, archive and payments-keys of Harbor Retail reach this account."},
			fault.Link{Subject: "Permission", Holds: true, Text: "Share whole gives “default kms KeyId statement”, which allows kms:cmk:decryptData."},
			fault.Link{Subject: "Your policy", Text: noRight})

		missing := ask(stranger, "kms:cmk:decryptData", strings.ReplaceAll(keyID, "1", "9"))
		if d := cmp.Diff(missing.Error(), ask(stranger, "kms:cmk:decryptData", keyID).Error()); d != "" || missing.Kind != fault.NotFound {
			t.Errorf("a stranger's answers differ: %s", d)
		}
		w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = created_at, ended_by = 'left'")
		if left := ask(reader, "kms:cmk:decryptData", keyID); left.Error() != missing.Error() || len(left.Why) != 0 {
			t.Errorf("who has left reads %v", left)
		}
	})
}
