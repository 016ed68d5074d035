package csms

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// BeginDelete says whether the caller may delete a secret, before the question is shown.
//
// Errors: NotFound CSMS.0106; Forbidden without csms:secret:delete.
func (s *Service) BeginDelete(ctx context.Context, caller iam.Caller, region string, id SecretID) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		_, err := allowDelete(tx, region, id)
		return err
	})
}

// DeleteSecret deletes a secret with all versions, at once and for good. typed must be
// its name. It needs no access to the key.
//
// Errors: NotFound CSMS.0106; Forbidden without csms:secret:delete; Invalid in the
// field confirm when typed is not the name.
func (s *Service) DeleteSecret(ctx context.Context, caller iam.Caller, region string, id SecretID, typed string) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		// The quota's row is the first lock of an act; it is rolled back with the rest
		// when there is no such secret.
		if err := tx.ReturnQuota(caller.Account, secretQuota(region), 1); err != nil {
			return err
		}
		name, err := allowDelete(tx, region, id)
		if err != nil {
			return err
		}
		tx.PrivateDetail("name", name)
		if typed != name {
			return fault.InField("confirm", "", fmt.Sprintf("Type %s as it is written here. The secret was not deleted.", name))
		}
		return deleteRows(tx, urn(caller.Account, region, id))
	})
}

// allowDelete decides about a secret and gives its name.
func allowDelete(tx *iam.Tx, region string, id SecretID) (name string, err error) {
	var names []string
	err = tx.DB().Raw("SELECT name FROM secrets WHERE id = ? AND account_id = ? AND region = ?", store.QueryID(id), string(tx.Caller.Account), region).Scan(&names).Error
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	if len(names) == 0 {
		return "", tx.Allow(ActionDelete, urn("", region, id))
	}
	return names[0], tx.Allow(ActionDelete, urn(tx.Caller.Account, region, id))
}

// deleteRows takes the secret's row last, and with it decides which of two deletions at
// once did it.
func deleteRows(tx *iam.Tx, secret iam.URN) error {
	for _, query := range []string{
		"DELETE FROM secret_stages WHERE secret_id = ?",
		"DELETE FROM secret_tags WHERE secret_id = ?",
		"DELETE FROM secret_versions WHERE secret_id = ?",
	} {
		if err := tx.DB().Exec(query, secret.ID).Error; err != nil {
			return fmt.Errorf("delete secret %s: %w", secret.ID, err)
		}
	}
	if err := keyuse.RemoveIn(tx, secret); err != nil {
		return err
	}
	result := tx.DB().Exec("DELETE FROM secrets WHERE id = ? AND account_id = ?", secret.ID, string(secret.Account))
	if result.Error != nil {
		return fmt.Errorf("delete secret %s: %w", secret.ID, result.Error)
	}
	if result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "CSMS.0106", "No secret with this ID exists in this account and region.")
	}
	return nil
}
