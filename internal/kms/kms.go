// Package kms keeps keys: their states and their material, and does cryptography
// with them for their owner and for the accounts they are shared with.
//
// Words: a custom key is made by its account; a default key (csms/default) is made
// when a service first needs it, once per account and region. Material never leaves
// the room: it is sealed at rest, opened for one computation, wiped. A data key
// protects a thing of another service; what that service keeps is the data key
// wrapped by a key's material. A foreign key belongs to another account and is
// reached through a share.
//
// Invariants: a key's id, region, spec and usage never change; a state changes by
// compare-and-set, so of two acts at once one wins and the other is told; a key
// deleted for good leaves a tombstone without material, which every look-up treats as
// missing. A key of another account answers like a missing one, with the same queries
// and the same trace, unless the gate finds a live path.
//
// Material is bound to table, column, account, key and version by its additional
// data; a ciphertext names key and version, so the one to open it with is found in
// the ciphertext and decided on, whatever page or parameter it came with.
//
// Rejected: caching opened material (a disabled key would live on in memory), and
// deleting the key's row (others' history and shares still name it).
package kms

import (
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// The actions of the room, by the newer of the vendor's names (Huawei Cloud DEW API
// Reference, actions of KMS).
const (
	ActionCreate       iam.Action = "kms:cmk:create"
	ActionList         iam.Action = "kms:cmk:list"
	ActionGet          iam.Action = "kms:cmk:get"
	ActionEnable       iam.Action = "kms:cmk:enable"
	ActionDisable      iam.Action = "kms:cmk:disable"
	ActionUpdate       iam.Action = "kms:cmk:update" // rename, describe, schedule and cancel deletion
	ActionEncryptData  iam.Action = "kms:cmk:encryptData"
	ActionDecryptData  iam.Action = "kms:cmk:decryptData"
	ActionCreateData   iam.Action = "kms:cmk:createDataKey"
	ActionCreateHidden iam.Action = "kms:cmk:createDataKeyWithoutPlaintext"
	ActionDecryptKey   iam.Action = "kms:cmk:decryptDataKey"
	ActionGetTags      iam.Action = "kms:cmk:getTags"
	ActionCreateTag    iam.Action = "kms:cmkTag:create"
	ActionDeleteTag    iam.Action = "kms:cmkTag:delete"
)

// keyQuota counts custom keys in every state but deleted; 100 is the vendor's quota of
// 2026, 20 that of older guides.
func keyQuota(region string) iam.Quota {
	return iam.Quota{Kind: "kms:key", Region: region, Default: 100, Code: "KMS.1105", Thing: "custom keys in " + region}
}

// Quotas are those of the room, one in each region.
func Quotas(regions []string) []iam.Quota {
	list := make([]iam.Quota, len(regions))
	for i, r := range regions {
		list[i] = keyQuota(r)
	}
	return list
}

// Service keeps keys.
type Service struct {
	st      *store.Store
	gate    *iam.Gate
	sealer  *seal.Sealer
	regions []string
	now     func() time.Time
}

// New makes the service. regions are those offered; now is the clock.
func New(st *store.Store, gate *iam.Gate, sealer *seal.Sealer, regions []string, now func() time.Time) *Service {
	return &Service{st: st, gate: gate, sealer: sealer, regions: regions, now: now}
}

// allKeys names every key of the caller's account in a region, for acts on the list.
func allKeys(caller iam.Caller, region string) iam.URN {
	return iam.URN{Service: "kms", Region: region, Account: caller.Account, Type: iam.TypeKey, ID: "*"}
}
