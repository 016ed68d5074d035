package scale

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/google/uuid"

	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/seal"
)

// secret is one with the key it lies under.
type secret struct {
	owner, keyOwner account
	n, key, of      int // of is how many its owner has
}

func (s secret) id() uuid.UUID    { return secretID(s.owner, s.n) }
func (s secret) keyID() uuid.UUID { return keyID(s.keyOwner, s.key) }
func (s secret) name() string     { return fmt.Sprintf("Orders.secret-%07d", s.n) }
func (s secret) urn() iam.URN {
	return iam.URN{Service: "csms", Region: Region, Account: iam.AccountID(s.owner.id()), Type: "secretName", ID: s.id().String()}
}

// recipientSecrets is how many the recipient has, each under a key that was shared with it.
func (l *loader) recipientSecrets() int { return l.size.Heavy / 10 }

func (l *loader) eachSecret() iter.Seq[secret] {
	return func(yield func(secret) bool) {
		for owner, n := range l.each() {
			key := n
			if owner == heavy && n%10 == 0 {
				key = busy
			}
			if !yield(secret{owner, owner, n, key, l.count(owner)}) {
				return
			}
		}
		for n := range l.recipientSecrets() {
			if !yield(secret{account(l.outside(recipient)), heavy, n, n, l.recipientSecrets()}) {
				return
			}
		}
	}
}

// useCounts fills the table that triggers keep while uses come and go.
const useCounts = "INSERT INTO key_use_counts (key_id, account_id, kind, n) SELECT key_id, account_id, kind, count(*) FROM key_uses GROUP BY key_id, account_id, kind"

func (l *loader) secrets(ctx context.Context) error {
	err := l.insert(ctx, "secrets", "id, account_id, region, name, name_lower, description, type, state, key_id, key_owner, key_name, created_at, updated_at", func(yield func(row) bool) {
		for s := range l.eachSecret() {
			at := l.ago(s.n, s.of)
			if !yield(row{s.id(), s.owner.id(), Region, s.name(), strings.ToLower(s.name()), "", "COMMON", "enabled", s.keyID(), s.keyOwner.id(), keyName(s.key), at, at}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "secret_versions", "secret_id, version, account_id, key_id, wrapped_key, sealed, form, size, entries, created_at", func(yield func(row) bool) {
		for s := range l.eachSecret() {
			wrapped, sealed, size, err := s.seal()
			if err != nil {
				panic(err) // sealing fails for a key of a wrong length only
			}
			if !yield(row{s.id(), 1, s.owner.id(), s.keyID(), wrapped, sealed, "text", size, 0, l.ago(s.n, s.of)}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "secret_stages", "secret_id, stage, version, updated_at", func(yield func(row) bool) {
		for s := range l.eachSecret() {
			if !yield(row{s.id(), "SYSCURRENT", 1, l.ago(s.n, s.of)}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if err := l.insert(ctx, "secret_tags", "secret_id, account_id, tag_key, tag_value, created_at, region", l.tags(l.size.Heavy, l.size.Heavy, func(n int) uuid.UUID { return secretID(heavy, n) }, Region)); err != nil {
		return err
	}
	err = l.insert(ctx, "key_uses", "resource_urn, key_id, account_id, kind, name, created_at", func(yield func(row) bool) {
		for s := range l.eachSecret() {
			if !yield(row{s.urn().String(), s.keyID(), s.owner.id(), string(keyuse.Secret), s.name(), l.ago(s.n, s.of)}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return l.exec(ctx, useCounts)
}

// seal makes the value of a secret as csms does: a data key of its own, wrapped by the
// key's material, and the value under the data key, both bound to their row.
func (s secret) seal() (wrapped, sealed []byte, size int, err error) {
	low, high := mixed(idData, 2*number(s.owner, s.n)), mixed(idData, 2*number(s.owner, s.n)+1)
	data := append(low[:], high[:]...)
	header := seal.Header{Algorithm: seal.AES256GCM, Purpose: seal.PurposeSecret, KeyID: s.keyID(), Version: 1}
	bound := func(column string) []byte {
		return seal.AAD("secret_versions", column, s.owner.id(), s.id().String(), "1")
	}
	if wrapped, err = seal.Encrypt(header, material(s.keyOwner, s.key), data, bound("wrapped_key")); err != nil {
		return nil, nil, 0, err
	}
	value := []byte("value of " + s.name())
	sealed, err = seal.Encrypt(header, data, value, bound("sealed"))
	return wrapped, sealed, len(value), err
}
