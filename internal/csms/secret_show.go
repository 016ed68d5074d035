package csms

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// Shown is a value that has been opened. The caller wipes it.
type Shown struct {
	Secret Secret // without key and tags
	Value  Value
}

type valueRow struct {
	Secret  secretRow `gorm:"embedded"`
	Wrapped []byte    `gorm:"column:wrapped_key"`
	Sealed  []byte    `gorm:"column:sealed"`
}

// ShowSecretValue opens the current version as the caller: csms:secretVersion:get on
// the secret and kms:cmk:decryptDataKey on its key, which may be another account's. The
// traces are committed before anything is opened.
//
// Errors: NotFound CSMS.0106; Forbidden without csms:secretVersion:get; State CSMS.0401
// with the code of KMS in its sentence when the key does not open the value.
func (s *Service) ShowSecretValue(ctx context.Context, caller iam.Caller, region string, id SecretID) (Shown, error) {
	var row valueRow
	var open kms.OpenKey
	var shown Shown
	decide := func(tx *iam.Tx) error {
		var err error
		if row, err = s.decideShow(tx, region, id); err != nil {
			return err
		}
		shown.Secret = row.Secret.toSecret(caller.Account)
		if open, err = s.keys.OpenDataKeyIn(tx, region, row.Wrapped); err != nil {
			return &keyError{err}
		}
		tx.PrivateDetail("for", shown.Secret.URN().String())
		return nil
	}
	err := s.gate.Use(ctx, caller, decide, func() (err error) {
		shown.Value, err = openValue(open, row, shown.Secret.URN())
		return err
	})
	if err != nil {
		return Shown{}, notOpened(err)
	}
	return shown, nil
}

func (s *Service) decideShow(tx *iam.Tx, region string, id SecretID) (valueRow, error) {
	var rows []valueRow
	err := tx.DB().Raw("SELECT "+secretColumns+`v.version, v.form, v.size, v.entries, v.created_at AS version_at, v.wrapped_key, v.sealed
FROM secrets AS s
JOIN secret_stages AS st ON st.secret_id = s.id AND st.stage = ?
JOIN secret_versions AS v ON v.secret_id = s.id AND v.version = st.version
WHERE s.id = ? AND s.account_id = ? AND s.region = ?`, StageCurrent, store.QueryID(id), string(tx.Caller.Account), region).Scan(&rows).Error
	if err != nil {
		return valueRow{}, fmt.Errorf("read secret version: %w", err)
	}
	if len(rows) == 0 {
		return valueRow{}, tx.Allow(ActionShow, urn("", region, id))
	}
	if err := tx.Allow(ActionShow, urn(tx.Caller.Account, region, id)); err != nil {
		return valueRow{}, err
	}
	tx.PrivateDetail("name", rows[0].Secret.Name)
	tx.PrivateDetail("version", fmt.Sprint("v", rows[0].Secret.Version))
	if State(rows[0].Secret.State) != Enabled {
		return valueRow{}, fault.New(fault.State, "CSMS.0109", "The secret is not enabled, so its value cannot be read.")
	}
	return rows[0], nil
}

// openValue unwraps the data key and opens the value, outside of any transaction.
func openValue(open kms.OpenKey, row valueRow, secret iam.URN) (Value, error) {
	data, err := open.Unwrap(seal.PurposeSecret, row.Wrapped, wrappedAAD(secret, row.Secret.Version))
	if err != nil {
		return Value{}, damaged(secret, err)
	}
	defer data.Wipe()
	text, err := seal.Decrypt(seal.PurposeSecret, data.Bytes(), row.Sealed, sealedAAD(secret, row.Secret.Version))
	if err != nil {
		return Value{}, damaged(secret, err)
	}
	if Form(row.Secret.Form) == Text {
		return Value{Form: Text, Text: text}, nil
	}
	defer text.Wipe()
	entries, err := decodeEntries(text.Bytes())
	if err != nil {
		return Value{}, fmt.Errorf("secret %s: %w", secret.ID, err)
	}
	return Value{Form: KeyValue, Entries: entries}, nil
}

// damaged is the answer for a stored value that its own key does not open.
func damaged(secret iam.URN, cause error) error {
	if store.Unavailable(cause) {
		return cause
	}
	return &fault.Error{
		Kind: fault.State, Code: CodeKey, Cause: fmt.Errorf("secret %s: %w", secret.ID, cause),
		Message: "The stored value does not open under its key: it was changed or moved in the database. Ask the operator to restore it from a backup (KMS.0308).",
	}
}

// notOpened turns what KMS answered into the answer about the secret.
func notOpened(err error) error {
	f, ok := answered(err)
	if !ok {
		return err
	}
	return &fault.Error{
		Kind: fault.State, Code: CodeKey, Why: f.Why, Cause: f,
		Message: "The value cannot be opened with its key. " + strings.TrimSuffix(f.Message, ".") + " (" + f.Code + ").",
	}
}
