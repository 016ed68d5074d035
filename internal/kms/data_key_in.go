package kms

import (
	"crypto/rand"
	"fmt"
	"strconv"

	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
)

// DataKeyInput asks for a data key that protects one thing of another service.
type DataKeyInput struct {
	Region  string
	Key     KeyID  // own or foreign; empty for the account's default key
	Default string // alias of that default key, such as DefaultSecrets
	Purpose seal.Purpose
	AAD     []byte // binds the wrapped key to the thing
}

// WrappedKey is a new data key of 32 bytes: Plain for use now, which the caller wipes,
// and Wrapped to keep.
type WrappedKey struct {
	Key     Key
	Version uint32
	Plain   seal.Secret
	Wrapped []byte
}

// CreateDataKeyIn makes a data key as the caller, in the act that protects something
// with it. The default key is made when it does not exist yet.
//
// Errors: those of LoadKeyIn.
func (s *Service) CreateDataKeyIn(tx *iam.Tx, in DataKeyInput) (WrappedKey, error) {
	open, err := s.chosenKeyIn(tx, in)
	if err != nil {
		return WrappedKey{}, err
	}
	plain := make([]byte, 32)
	_, _ = rand.Read(plain) // never fails
	wrapped, err := open.Wrap(in.Purpose, plain, in.AAD)
	if err != nil {
		clear(plain)
		return WrappedKey{}, fmt.Errorf("wrap data key: %w", err)
	}
	return WrappedKey{Key: open.Key, Version: open.Version, Plain: seal.NewSecret(plain), Wrapped: wrapped}, nil
}

func (s *Service) chosenKeyIn(tx *iam.Tx, in DataKeyInput) (OpenKey, error) {
	if in.Key != "" {
		return s.LoadKeyIn(tx, ActionCreateData, in.Region, in.Key, 0)
	}
	open, err := s.findWithMaterial(tx, 0, "k.account_id = ? AND k.region = ? AND k.name = ? AND k.kind = ?",
		string(tx.Caller.Account), in.Region, in.Default, string(Default))
	if err != nil {
		return OpenKey{}, err
	}
	if open.Key.ID != "" && open.sealed != nil {
		return open, allowDefault(tx, open.Key, false)
	}
	k, made, err := s.defaultKeyIn(tx, in.Region, in.Default)
	if err != nil {
		return OpenKey{}, err
	}
	if err := allowDefault(tx, k, made); err != nil {
		return OpenKey{}, err
	}
	return s.loadMaterial(tx, k, 0)
}

// allowDefault decides about a default key; the trace names it and says whether this act
// made it.
func allowDefault(tx *iam.Tx, k Key, made bool) error {
	if err := tx.Allow(ActionCreateData, k.URN()); err != nil {
		return err
	}
	tx.Detail("default_key", k.Name)
	tx.Detail("default_key_made", strconv.FormatBool(made))
	return nil
}

// OpenDataKeyIn decides whether the caller may open a wrapped data key, with the key
// that its header names, and loads what OpenKey.Unwrap needs outside of the
// transaction.
//
// Errors: those of LoadKeyIn; State KMS.0308 for bytes that are no wrapped key.
func (s *Service) OpenDataKeyIn(tx *iam.Tx, region string, wrapped []byte) (OpenKey, error) {
	id, version, err := named(wrapped)
	if err != nil {
		return OpenKey{}, doesNotOpen()
	}
	open, err := s.LoadKeyIn(tx, ActionDecryptKey, region, id, version)
	if err != nil {
		return OpenKey{}, err
	}
	return open, nil
}
