package kms

import (
	"time"

	"sharedkms/internal/iam"
)

// KeyID is a UUID in lower case.
type KeyID string

// Kind tells custom keys from default keys.
type Kind string

// The kinds.
const (
	Custom  Kind = "custom"
	Default Kind = "default"
)

// Spec is algorithm and size of a key.
type Spec string

// The specs that can be made.
const AES256 Spec = "AES_256"

// Specs are those a key can have, in the order of menus.
var Specs = []Spec{AES256}

// Usage is what a key is for.
type Usage string

// The usages of the specs that can be made.
const EncryptDecrypt Usage = "ENCRYPT_DECRYPT"

// Usages are those a key can have, in the order of menus.
var Usages = []Usage{EncryptDecrypt}

// Origin says where the material comes from.
type Origin string

// The origins of the keys that can be made.
const OriginKMS Origin = "kms"

// Origins are those a key can have, in the order of menus.
var Origins = []Origin{OriginKMS}

// State is where a key stands in its life.
type State string

// The states, the vendor's but for Deleted: that is the tombstone, seen by no reader.
const (
	Enabled         State = "enabled"
	Disabled        State = "disabled"
	PendingDeletion State = "pending_deletion"
	PendingImport   State = "pending_import"
	Deleted         State = "deleted"
)

// States are those a key can be found in, in the order of menus.
var States = []State{Enabled, Disabled, PendingDeletion, PendingImport}

// Key is what is known of a key besides its material.
type Key struct {
	ID          KeyID
	Account     iam.AccountID // the owner; empty for a key that nobody has
	Region      string
	Kind        Kind
	Name        string
	Description string // empty for readers other than the owner
	Spec        Spec
	Usage       Usage
	Origin      Origin
	State       State
	Version     uint32 // of the material that encrypts
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletionAt  *time.Time // when pending deletion
}

// URN names the key and its owner.
func (k Key) URN() iam.URN {
	return iam.URN{Service: "kms", Region: k.Region, Account: k.Account, Type: iam.TypeKey, ID: string(k.ID)}
}

// Symmetric reports whether the key makes data keys.
func (k Key) Symmetric() bool { return k.Spec == AES256 }

// DefaultSecrets is the alias of the default key for secrets.
const DefaultSecrets = "csms/default"
