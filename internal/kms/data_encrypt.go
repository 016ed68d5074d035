package kms

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
)

// Limits of small data (KMS API, encrypt-data and decrypt-data).
const (
	PlainMax      = 4096 // bytes, at least 1
	AADMax        = 128  // bytes
	ciphertextMin = 128  // characters of Base64
	ciphertextMax = 5648
)

// EncryptInput is small data to encrypt. Plain stays the caller's, who wipes it.
type EncryptInput struct {
	Region string
	Key    KeyID
	Plain  []byte // 1 to 4096 bytes
	AAD    string // at most 128 bytes; not secret, needed again to decrypt
}

// Ciphertext is Base64 of the layout in package seal; it names its key.
type Ciphertext struct {
	Key  Key
	Text string
}

func checkAAD(fields *fault.Fields, aad string) {
	if len(aad) > AADMax {
		fields.Add("aad", "KMS.0208", fmt.Sprintf("Additional data has at most %d bytes; this has %d.", AADMax, len(aad)))
	}
}

// EncryptData encrypts 1 to 4096 bytes under an own or a foreign key.
//
// Errors: Invalid KMS.0308 for the size, KMS.0208 for the additional data; those of
// LoadKeyIn.
func (s *Service) EncryptData(ctx context.Context, caller iam.Caller, in EncryptInput) (Ciphertext, error) {
	var fields fault.Fields
	switch n := len(in.Plain); {
	case n == 0:
		fields.Add("plaintext", "KMS.0308", "There is nothing to encrypt. Enter 1 to 4096 bytes.")
	case n > PlainMax:
		fields.Add("plaintext", "KMS.0308", fmt.Sprintf("This is %d bytes long. At most %d bytes can be encrypted; use a data key for more.", n, PlainMax))
	}
	checkAAD(&fields, in.AAD)
	if err := fields.Err(); err != nil {
		return Ciphertext{}, err
	}
	var out Ciphertext
	err := s.use(ctx, caller, keyUse{ActionEncryptData, in.Region, in.Key, 0}, func(open OpenKey) error {
		raw, err := open.Wrap(seal.PurposeData, in.Plain, []byte(in.AAD))
		out = Ciphertext{Key: open.Key, Text: base64.StdEncoding.EncodeToString(raw)}
		return err
	})
	return out, err
}

// DecryptInput is what EncryptData made.
type DecryptInput struct {
	Region     string
	Ciphertext string // Base64, 128 to 5648 characters
	AAD        string
}

// Plaintext is opened data; the reader wipes it.
type Plaintext struct {
	Key   Key // the key that the ciphertext names
	Plain seal.Secret
}

var ciphertextText = regexp.MustCompile(`^[0-9a-zA-Z+/=]+$`)

// DecryptData opens a ciphertext with the key it names, whichever that is, and decides
// for that key.
//
// Errors: Invalid KMS.0308 for text that is no ciphertext, KMS.0208; those of LoadKeyIn;
// State KMS.0308 when it does not open.
func (s *Service) DecryptData(ctx context.Context, caller iam.Caller, in DecryptInput) (Plaintext, error) {
	raw, id, version, err := in.read()
	if err != nil {
		return Plaintext{}, err
	}
	var out Plaintext
	err = s.use(ctx, caller, keyUse{ActionDecryptData, in.Region, id, version}, func(open OpenKey) error {
		plain, err := open.Unwrap(seal.PurposeData, raw, []byte(in.AAD))
		out = Plaintext{Key: open.Key, Plain: plain}
		return err
	})
	return out, err
}

func (in DecryptInput) read() (raw []byte, id KeyID, version uint32, err error) {
	var fields fault.Fields
	checkAAD(&fields, in.AAD)
	if err := fields.Err(); err != nil {
		return nil, "", 0, err
	}
	if n := len(in.Ciphertext); n < ciphertextMin || n > ciphertextMax || !ciphertextText.MatchString(in.Ciphertext) {
		return nil, "", 0, fault.InField("ciphertext", "KMS.0308", "A ciphertext is Base64 of 128 to 5648 characters. Paste all of it, without spaces or line breaks inside.")
	}
	raw, err = base64.StdEncoding.DecodeString(in.Ciphertext)
	if err == nil {
		id, version, err = named(raw)
	}
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, seal.ErrMalformed) {
		return nil, "", 0, fault.InField("ciphertext", "KMS.0308", "This is not a ciphertext of this console, or a part of it is missing or changed.")
	}
	return raw, id, version, err
}
