package csms

import (
	"errors"
	"fmt"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

// checked refuses what cannot be a key ID, each with a sentence of its own.
func (k KeyChoice) checked(fields *fault.Fields) KeyChoice {
	k.ID = strings.ToLower(strings.TrimSpace(k.ID))
	switch {
	case !k.Entered && (k.ID == "" || k.ID == kms.DefaultSecrets):
		k.ID = ""
	case k.ID == "":
		fields.Add("key", "KMS.0205", "Type or paste the ID of a key.")
	case strings.HasSuffix(k.ID, "/default"):
		fields.Add("key", "KMS.0205", "This is the alias of a default key, not an ID. Choose csms/default with Select from list.")
	case !store.IsUUID(k.ID):
		fields.Add("key", "KMS.0205", "This is not a key ID. A key ID is a UUID such as 0d0466b0-e727-4d9c-b35d-f84bb474a37f; copy it from the page of the key.")
	}
	return k
}

// opening is what reading a secret again takes, besides making its data key.
var opening = []iam.Action{kms.ActionGet, kms.ActionDecryptKey}

// fit refuses a key under which the secret could be made and not be read again.
func fit(tx *iam.Tx, k kms.Key) error {
	if k.Kind == kms.Default && k.Name != kms.DefaultSecrets {
		return fault.New(fault.State, "KMS.0211", fmt.Sprintf("%s belongs to another service. Of default keys, secrets can use csms/default only.", k.Name))
	}
	if k.Account == tx.Caller.Account {
		for _, action := range opening {
			if !tx.Caller.May(action, k.URN()) {
				return fault.New(fault.Forbidden, "KMS.0306", fmt.Sprintf("No policy of %s allows %s on this key, so this user could not read the secret again. The account's root user can attach one.", tx.Caller.UserName, action))
			}
		}
		return nil
	}
	for _, action := range opening {
		granted, err := tx.Granted(string(k.ID), action)
		if err != nil {
			return err
		}
		if !granted {
			return fault.New(fault.Forbidden, "KMS.0306", fmt.Sprintf("The share of this key does not allow %s, so the secret could not be read again. Ask the owner to choose another permission for the share.", action))
		}
		if !tx.Caller.May(action, k.URN()) {
			return fault.New(fault.Forbidden, "KMS.0306", fmt.Sprintf("No policy of %s allows %s on this key, so this user could not read the secret again. The account's root user can attach one.", tx.Caller.UserName, action))
		}
	}
	return nil
}

// keyError marks what KMS answered about the key, so that the gate's trace holds KMS's
// code and the user gets the answer of CSMS.
type keyError struct{ err error }

func (e *keyError) Error() string { return e.err.Error() }
func (e *keyError) Unwrap() error { return e.err }

// answered gives what KMS answered about the key, if err is that and no defect.
func answered(err error) (*fault.Error, bool) {
	var key *keyError
	if !errors.As(err, &key) {
		return nil, false
	}
	f, ok := fault.As(key.err)
	if !ok || f.Kind == fault.Unauthenticated || f.Kind == fault.Unavailable {
		return nil, false
	}
	return f, true
}

// inKeyField puts what KMS answered beside the field of the key.
func inKeyField(err error) error {
	f, ok := answered(err)
	if !ok {
		return err
	}
	out := fault.InField("key", CodeKey, strings.TrimSuffix(f.Message, ".")+" ("+f.Code+").")
	out.Code, out.Why, out.Cause = CodeKey, f.Why, f
	return out
}
