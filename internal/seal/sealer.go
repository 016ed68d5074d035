package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// ErrWrongRootKey says that the root key is not the one this database was sealed
// under. The console refuses to start with it.
var ErrWrongRootKey = errors.New("the root key does not belong to this database; name the right one in CONSOLE_ROOT_KEY or restore both from the same backup")

// Sealer seals columns under the active sealing key and opens those sealed under
// any. Layout of a sealed column: format 1 (1 byte), sealing key id (4, big endian),
// nonce (12), AES-256-GCM ciphertext and tag.
type Sealer struct {
	root   RootKey
	active uint32
	keys   map[uint32]cipher.AEAD
}

const sealedFormat = 1

type sealingKeyRow struct {
	ID        int64      `gorm:"column:id"`
	Wrapped   []byte     `gorm:"column:wrapped"`
	RootKeyID string     `gorm:"column:root_key_id"`
	State     string     `gorm:"column:state"`
	CreatedAt store.Time `gorm:"column:created_at"`
}

// TableName names the table.
func (sealingKeyRow) TableName() string { return "sealing_keys" }

// OpenSealer unwraps the sealing keys into memory. An empty database gets its first
// one; of several replicas that start together, one makes it.
//
// Errors: ErrWrongRootKey.
func OpenSealer(ctx context.Context, st *store.Store, root RootKey, now func() time.Time) (*Sealer, error) {
	rows, err := readSealingKeys(ctx, st)
	if err == nil && len(rows) == 0 {
		if err = makeFirstSealingKey(ctx, st, root, now()); err == nil {
			rows, err = readSealingKeys(ctx, st)
		}
	}
	if err != nil {
		return nil, err
	}
	s := &Sealer{root: root, keys: map[uint32]cipher.AEAD{}}
	for _, r := range rows {
		if r.RootKeyID != root.ID() {
			return nil, ErrWrongRootKey
		}
		key, err := root.Unwrap(ctx, r.Wrapped)
		if errors.Is(err, ErrDoesNotOpen) {
			return nil, ErrWrongRootKey
		}
		if err != nil {
			return nil, fmt.Errorf("unwrap sealing key %d: %w", r.ID, err)
		}
		block, err := aes.NewCipher(key)
		clear(key)
		if err != nil {
			return nil, fmt.Errorf("set up sealing key %d: %w", r.ID, err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("set up sealing key %d: %w", r.ID, err)
		}
		s.keys[uint32(r.ID)] = aead
		if r.State == "active" {
			s.active = uint32(r.ID)
		}
	}
	return s, nil
}

func readSealingKeys(ctx context.Context, st *store.Store) ([]sealingKeyRow, error) {
	var rows []sealingKeyRow
	if err := st.Read(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read sealing keys: %w", err)
	}
	return rows, nil
}

func makeFirstSealingKey(ctx context.Context, st *store.Store, root RootKey, now time.Time) error {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	defer clear(key)
	wrapped, err := root.Wrap(ctx, key)
	if err != nil {
		return fmt.Errorf("wrap first sealing key: %w", err)
	}
	err = st.Write(ctx, func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO sealing_keys (id, wrapped, root_key_id, state, created_at) VALUES (1, ?, ?, 'active', ?) ON CONFLICT DO NOTHING",
			wrapped, root.ID(), store.At(now)).Error
	})
	if err != nil {
		return fmt.Errorf("store first sealing key: %w", err)
	}
	return nil
}

// Seal seals plain for the place that aad names (AAD).
func (s *Sealer) Seal(plain, aad []byte) []byte {
	out := make([]byte, 5+innerNonce, 5+innerNonce+len(plain)+tagSize)
	out[0] = sealedFormat
	binary.BigEndian.PutUint32(out[1:5], s.active)
	_, _ = rand.Read(out[5:]) // never fails
	return s.keys[s.active].Seal(out, out[5:5+innerNonce], plain, sealedAAD(out, aad))
}

// Open opens a sealed column.
//
// Errors: ErrMalformed, ErrDoesNotOpen.
func (s *Sealer) Open(sealed, aad []byte) (Secret, error) {
	if len(sealed) < 5+innerNonce+tagSize || sealed[0] != sealedFormat {
		return Secret{}, ErrMalformed
	}
	key, ok := s.keys[binary.BigEndian.Uint32(sealed[1:5])]
	if !ok {
		return Secret{}, ErrDoesNotOpen
	}
	plain, err := key.Open(nil, sealed[5:5+innerNonce], sealed[5+innerNonce:], sealedAAD(sealed, aad))
	if err != nil {
		return Secret{}, ErrDoesNotOpen
	}
	return NewSecret(plain), nil
}

// Health asks the root key.
func (s *Sealer) Health(ctx context.Context) error { return s.root.Health(ctx) }

// sealedAAD adds format and sealing key id to what is authenticated.
func sealedAAD(sealed, aad []byte) []byte {
	out := make([]byte, 0, 5+len(aad))
	return append(append(out, sealed[:5]...), aad...)
}
