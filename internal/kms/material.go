package kms

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

const materialSize = 32 // bytes of an AES_256 key

func materialAAD(k Key, version uint32) []byte {
	return seal.AAD("key_versions", "sealed", string(k.Account), string(k.ID), strconv.FormatUint(uint64(version), 10))
}

// insertVersion makes random material for k.Version.
func (s *Service) insertVersion(db *gorm.DB, k Key) error {
	material := make([]byte, materialSize)
	defer clear(material)
	_, _ = rand.Read(material) // never fails
	err := db.Exec("INSERT INTO key_versions (key_id, version, account_id, sealed, created_at) VALUES (?, ?, ?, ?, ?)",
		string(k.ID), k.Version, string(k.Account), s.sealer.Seal(material, materialAAD(k, k.Version)), store.At(k.CreatedAt)).Error
	if err != nil {
		return fmt.Errorf("insert key material: %w", err)
	}
	return nil
}

// OpenKey is a key with one version of its material, still sealed: what a decision
// loads so that the computation can run outside of the transaction.
type OpenKey struct {
	Key     Key
	Version uint32

	sealed []byte
	sealer *seal.Sealer
}

// LoadKeyIn decides whether the caller may do action with the key, own or foreign,
// checks that the key can be used in region, and loads one version of its material;
// version 0 is the one that encrypts.
//
// Errors: NotFound KMS.0207; Forbidden KMS.0306; State KMS.0209 disabled, KMS.0210
// pending deletion, KMS.1301 pending import, KMS.0207 of another region.
func (s *Service) LoadKeyIn(tx *iam.Tx, action iam.Action, region string, id KeyID, version uint32) (OpenKey, error) {
	open, err := s.findWithMaterial(tx, version, "k.id = ?", store.QueryID(id))
	if err != nil {
		return OpenKey{}, err
	}
	err = open.allowed(tx, action, region, id)
	return open, err
}

// allowed decides about the key with that id, as it was found; the zero OpenKey says that
// there is none.
func (o *OpenKey) allowed(tx *iam.Tx, action iam.Action, region string, id KeyID) error {
	if o.Key.ID == "" {
		o.Key = Key{ID: id, Region: region} // refused as find explains
	}
	if err := tx.Allow(action, o.Key.URN()); err != nil {
		return err
	}
	if err := usable(tx.Caller, o.Key, region); err != nil {
		return err
	}
	if o.sealed == nil {
		// The version comes from a ciphertext's header, which anyone can write.
		return doesNotOpen()
	}
	return nil
}

// findWithMaterial reads one key of any account and one version of its material in one
// query: nothing is decided yet. The zero OpenKey says that there is no such key.
func (s *Service) findWithMaterial(tx *iam.Tx, version uint32, condition string, args ...any) (OpenKey, error) {
	var rows []struct {
		Key    keyRow `gorm:"embedded"`
		Sealed []byte `gorm:"column:sealed"`
	}
	query, first := "v.version = k.current_version", []any(nil)
	if version != 0 {
		query, first = "v.version = ?", []any{version}
	}
	err := tx.DB().Raw("SELECT k.*, v.sealed FROM keys AS k LEFT JOIN key_versions AS v ON v.key_id = k.id AND "+query+
		" WHERE "+condition+" AND k.state <> 'deleted'", append(first, args...)...).Scan(&rows).Error
	if err != nil {
		return OpenKey{}, fmt.Errorf("read key: %w", err)
	}
	if len(rows) == 0 {
		return OpenKey{}, nil
	}
	k := rows[0].Key.toKey()
	if version == 0 {
		version = k.Version
	}
	return OpenKey{Key: k, Version: version, sealed: rows[0].Sealed, sealer: s.sealer}, nil
}

func (s *Service) loadMaterial(tx *iam.Tx, k Key, version uint32) (OpenKey, error) {
	if version == 0 {
		version = k.Version
	}
	var sealed [][]byte
	err := tx.DB().Raw("SELECT sealed FROM key_versions WHERE key_id = ? AND version = ?", string(k.ID), version).Scan(&sealed).Error
	if err != nil {
		return OpenKey{}, fmt.Errorf("read material of key %s: %w", k.ID, err)
	}
	if len(sealed) == 0 {
		// The version comes from a ciphertext's header, which anyone can write.
		return OpenKey{}, doesNotOpen()
	}
	return OpenKey{Key: k, Version: version, sealed: sealed[0], sealer: s.sealer}, nil
}

// with lends the material to do.
func (o OpenKey) with(do func(material []byte) error) error {
	material, err := o.sealer.Open(o.sealed, materialAAD(o.Key, o.Version))
	if err != nil {
		return fmt.Errorf("open material of key %s version %d: %w", o.Key.ID, o.Version, err)
	}
	defer material.Wipe()
	return do(material.Bytes())
}

// Wrap seals plain under the key for one purpose.
func (o OpenKey) Wrap(purpose seal.Purpose, plain, aad []byte) (wrapped []byte, err error) {
	id, err := uuid.Parse(string(o.Key.ID))
	if err != nil {
		return nil, fmt.Errorf("key id %s: %w", o.Key.ID, err)
	}
	header := seal.Header{Algorithm: seal.AES256GCM, Purpose: purpose, KeyID: id, Version: o.Version}
	err = o.with(func(material []byte) error {
		wrapped, err = seal.Encrypt(header, material, plain, aad)
		return err
	})
	return wrapped, err
}

// Unwrap opens what Wrap made for the same purpose and additional data, and costs no
// query. The caller wipes the answer.
//
// Errors: State KMS.0308 when it does not open, without saying why.
func (o OpenKey) Unwrap(purpose seal.Purpose, wrapped, aad []byte) (plain seal.Secret, err error) {
	err = o.with(func(material []byte) error {
		plain, err = seal.Decrypt(purpose, material, wrapped, aad)
		return err
	})
	if errors.Is(err, seal.ErrDoesNotOpen) || errors.Is(err, seal.ErrMalformed) {
		return seal.Secret{}, doesNotOpen()
	}
	return plain, err
}

// named reads which key and version a ciphertext was made with.
func named(ciphertext []byte) (KeyID, uint32, error) {
	h, err := seal.ParseHeader(ciphertext)
	if err != nil {
		return "", 0, err
	}
	return KeyID(uuid.UUID(h.KeyID).String()), h.Version, nil
}
