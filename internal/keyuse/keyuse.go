// Package keyuse knows what depends on which key: one row per thing whose data key
// is wrapped by a KMS key. So kms and ram can tell, before an act, what stops working.
//
// The service that wraps adds the row in the transaction that makes the thing, and
// removes it with the thing. Whether a thing works right now is not stored here: it
// follows from the key's state and from live access, asked each time.
//
// What is told to whom: the reader's own things by name, those of other accounts by
// count. An owner never learns what a recipient calls its secrets.
package keyuse

import (
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Kind is a kind of thing that depends on a key.
type Kind string

// The kinds.
const (
	Secret  Kind = "secret"
	KeyPair Kind = "key_pair"
	RDS     Kind = "rds"
	DDS     Kind = "dds"
	OBS     Kind = "obs"
)

// Kinds are all kinds, in the order in which they are told.
var Kinds = []Kind{Secret, KeyPair, RDS, DDS, OBS}

var kindNames = map[Kind][2]string{
	Secret:  {"secret", "secrets"},
	KeyPair: {"key pair", "key pairs"},
	RDS:     {"RDS instance", "RDS instances"},
	DDS:     {"DDS instance", "DDS instances"},
	OBS:     {"OBS bucket", "OBS buckets"},
}

// Count says n of the kind: "1 secret", "2 OBS buckets".
func (k Kind) Count(n int) string {
	name := kindNames[k][1]
	if n == 1 {
		name = kindNames[k][0]
	}
	return fmt.Sprintf("%d %s", n, name)
}

// Use is one thing of an account that depends on a key, its own or a foreign one.
type Use struct {
	Resource iam.URN // of the thing; its Account is whose it is
	KeyID    string
	Kind     Kind
	Name     string
}

// StepIn notes a use, as one of the steps (iam.Tx.Last) of the act that makes the thing.
func StepIn(tx *iam.Tx, u Use) store.Step {
	return store.Step{
		SQL:  "INSERT INTO key_uses (resource_urn, key_id, account_id, kind, name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
		Args: []any{u.Resource.String(), u.KeyID, string(u.Resource.Account), string(u.Kind), u.Name, store.At(tx.Now)},
	}
}

// RemoveIn forgets a use, in the transaction that deletes the thing.
func RemoveIn(tx *iam.Tx, resource iam.URN) error {
	err := tx.DB().Exec("DELETE FROM key_uses WHERE resource_urn = ? AND account_id = ?", resource.String(), string(resource.Account)).Error
	if err != nil {
		return fmt.Errorf("forget use by %s: %w", resource.ID, err)
	}
	return nil
}
