// Package csms keeps secrets: named values of up to 64 KB, each sealed by a data key
// of its own, which a KMS key wraps.
//
// Words: a secret has versions, numbered from 1 and never renumbered; a stage labels
// one version, and SYSCURRENT labels the one that is read. A value is plain text, or
// rows of key and value that are stored as one JSON object in the order they were
// given. The key may be the account's own, its default key csms/default, or one that
// another account shares.
//
// Invariants: a value is never stored, traced, logged or shown but sealed, except on
// the one page that answers ShowSecretValue. The data key is made and opened through
// the gate as the caller, so a shared key is asked for each time and the request
// after a share ends is refused. What is sealed is bound to table, column, account,
// secret and version; moved elsewhere it does not open. Dependents (keyuse) are
// written with the secret and go with it.
//
// A secret remembers name and owner of its key as they were when the value was
// sealed. So losing the key can be explained without telling the account anything it
// did not know. Of a value, pages that do not open it know its form, its size and how
// many rows it has; the names of the rows are part of the sealed value (rejected:
// keeping them beside it, where a stolen database would show them).
package csms

import (
	"regexp"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/tag"
)

// The actions of the room, by the vendor's names (Huawei Cloud DEW API Reference, actions
// of CSMS).
const (
	ActionCreate iam.Action = "csms:secret:create"
	ActionList   iam.Action = "csms:secret:list"
	ActionGet    iam.Action = "csms:secret:get"
	ActionDelete iam.Action = "csms:secret:delete"
	ActionShow   iam.Action = "csms:secretVersion:get"
)

// Limits of a secret (Huawei Cloud DEW User Guide, Creating a Secret). The vendor's API
// reference still says 32 KB for a value; the newer guide counts here.
const (
	MaxValue       = 65536 // bytes of the stored string
	MaxDescription = 2048  // bytes
	MaxTags        = tag.Max
	MaxEntries     = 200 // rows of one value
)

// CodeKey says that KMS could not protect or unprotect a value: the key is missing or
// not usable.
const CodeKey = "CSMS.0401"

// TypeSecret is the resource type of secrets in URNs.
const TypeSecret = "secretName"

// StageCurrent labels the version that is read.
const StageCurrent = "SYSCURRENT"

var nameRule = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,64}$`)

// SecretID is a UUID in lower case.
type SecretID string

// State is where a secret stands in its life.
type State string

// Enabled is the state of every secret that can be read.
const Enabled State = "enabled"

// Form is how a value is written.
type Form string

// The forms.
const (
	Text     Form = "text"
	KeyValue Form = "key_value"
)

// Secret is what is known of a secret besides its value.
type Secret struct {
	ID          SecretID
	Account     iam.AccountID
	Region      string
	Name        string
	Description string
	Type        string // COMMON
	State       State
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Key         Key
	Tags        []Tag   // by key
	Current     Version // of lists, only the zero Version
}

// Version is one value that a secret has had.
type Version struct {
	Number    int
	Form      Form
	Size      int // bytes of the value
	Entries   int // rows of a key/value
	CreatedAt time.Time
}

// URN names the secret.
func (s Secret) URN() iam.URN { return urn(s.Account, s.Region, s.ID) }

func urn(account iam.AccountID, region string, id SecretID) iam.URN {
	return iam.URN{Service: "csms", Region: region, Account: account, Type: TypeSecret, ID: string(id)}
}

// secretQuota counts secrets; 500 is the vendor's quota since 2025.
func secretQuota(region string) iam.Quota {
	return iam.Quota{Kind: "csms:secret", Region: region, Default: 500, Code: "CSMS.0202", Thing: "secrets in " + region}
}

// Quotas are those of the room, one in each region.
func Quotas(regions []string) []iam.Quota {
	list := make([]iam.Quota, len(regions))
	for i, r := range regions {
		list[i] = secretQuota(r)
	}
	return list
}

// Service keeps secrets.
type Service struct {
	st     *store.Store
	gate   *iam.Gate
	keys   *kms.Service
	sealer *seal.Sealer
	now    func() time.Time
}

// New makes the service. sealer keeps a value that a form carries from page to page;
// now is the clock.
func New(st *store.Store, gate *iam.Gate, keys *kms.Service, sealer *seal.Sealer, now func() time.Time) *Service {
	return &Service{st: st, gate: gate, keys: keys, sealer: sealer, now: now}
}
