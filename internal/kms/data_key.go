package kms

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
)

// CreateDataKeyRequest asks for a data key that the caller keeps.
type CreateDataKeyRequest struct {
	Region string
	Key    KeyID
	Bits   int    // 8 to 8192, a multiple of 8; 0 takes the length of Spec
	Spec   string // AES_256 or AES_128; empty for AES_256; Bits wins over it
	AAD    string
}

// DataKey is a data key in both forms. Plain is empty when it was not asked for; the
// reader wipes it.
type DataKey struct {
	Key        Key
	Plain      seal.Secret
	Ciphertext string // hex
}

func (r CreateDataKeyRequest) size() (int, error) {
	var fields fault.Fields
	checkAAD(&fields, r.AAD)
	bits := r.Bits
	switch {
	case bits == 0 && (r.Spec == "" || r.Spec == "AES_256"):
		bits = 256
	case bits == 0 && r.Spec == "AES_128":
		bits = 128
	case bits == 0:
		fields.Add("key_spec", "KMS.2001", "The spec of a data key is AES_256 or AES_128.")
	case bits < 8 || bits > 8192 || bits%8 != 0:
		fields.Add("datakey_length", "KMS.1901", "The length of a data key is 8 to 8192 bits, a multiple of 8.")
	}
	return bits / 8, fields.Err()
}

// CreateDataKey makes a random data key and gives it in plain and wrapped by the key.
//
// Errors: Invalid KMS.1901, KMS.2001, KMS.0208; those of LoadKeyIn.
func (s *Service) CreateDataKey(ctx context.Context, caller iam.Caller, r CreateDataKeyRequest) (DataKey, error) {
	return s.createDataKey(ctx, caller, ActionCreateData, r)
}

// CreateDataKeyWithoutPlaintext is CreateDataKey whose answer holds the wrapped form only.
func (s *Service) CreateDataKeyWithoutPlaintext(ctx context.Context, caller iam.Caller, r CreateDataKeyRequest) (DataKey, error) {
	k, err := s.createDataKey(ctx, caller, ActionCreateHidden, r)
	k.Plain.Wipe()
	k.Plain = seal.Secret{}
	return k, err
}

func (s *Service) createDataKey(ctx context.Context, caller iam.Caller, action iam.Action, r CreateDataKeyRequest) (DataKey, error) {
	size, err := r.size()
	if err != nil {
		return DataKey{}, err
	}
	var out DataKey
	err = s.use(ctx, caller, keyUse{action, r.Region, r.Key, 0}, func(open OpenKey) error {
		plain := make([]byte, size)
		_, _ = rand.Read(plain) // never fails
		wrapped, err := open.Wrap(seal.PurposeDataKey, plain, []byte(r.AAD))
		if err != nil {
			clear(plain)
			return fmt.Errorf("wrap data key: %w", err)
		}
		out = DataKey{Key: open.Key, Plain: seal.NewSecret(plain), Ciphertext: hex.EncodeToString(wrapped)}
		return nil
	})
	return out, err
}

// DecryptDataKeyRequest is a wrapped data key, as CreateDataKey made it.
type DecryptDataKeyRequest struct {
	Region     string
	Key        KeyID // must be the key that the ciphertext names
	Ciphertext string
	AAD        string
}

// OpenedDataKey is a data key in plain, which the reader wipes, and its SHA-256 in hex.
type OpenedDataKey struct {
	Key    Key
	Plain  seal.Secret
	Digest string
}

// DecryptDataKey opens a wrapped data key.
//
// Errors: Invalid KMS.2201 for text that is no wrapped data key of this key, KMS.0208;
// those of LoadKeyIn; State KMS.0308 when it does not open.
func (s *Service) DecryptDataKey(ctx context.Context, caller iam.Caller, r DecryptDataKeyRequest) (OpenedDataKey, error) {
	var fields fault.Fields
	checkAAD(&fields, r.AAD)
	raw, err := hex.DecodeString(r.Ciphertext)
	var id KeyID
	var version uint32
	if err == nil {
		id, version, err = named(raw)
	}
	if err != nil || id != r.Key {
		fields.Add("ciphertext", "KMS.2201", "This is not a data key wrapped by this key.")
	}
	if err := fields.Err(); err != nil {
		return OpenedDataKey{}, err
	}
	var out OpenedDataKey
	err = s.use(ctx, caller, keyUse{ActionDecryptKey, r.Region, id, version}, func(open OpenKey) error {
		plain, err := open.Unwrap(seal.PurposeDataKey, raw, []byte(r.AAD))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain.Bytes())
		out = OpenedDataKey{Key: open.Key, Plain: plain, Digest: hex.EncodeToString(sum[:])}
		return nil
	})
	return out, err
}
