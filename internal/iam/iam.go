// Package iam holds accounts, users, sign-ins and policies, and the gate through
// which every act goes.
//
// Words: an Account owns resources; a User belongs to one account, whose first user
// is its root user and passes every policy check inside it; a sign-in is a row that
// can be listed and revoked; a Caller is who asks, an argument of every service
// method, never hidden in a context.
//
// The gate decides, does and records in one place (gate.go): Read for pages, Use for
// cryptography and reveal, Write for changes. Effective access to another account's
// key is the view key_access. The queries of this room alone read it; each compares the ends
// with its own instant. Nothing of it is kept beyond the request, so there is no window after
// a share ends.
//
// Rejected: rows that decide in place of the view (they go stale; principal_keys and
// principal_paths, which triggers keep, lead to candidates only, and what is shown or decided
// is asked of key_access; counts and candidates ask live_principals, which it is made of, and
// histories compare the two after each step), a recursive walk of the organization at each
// decision (48 ms at a million associations; account_principals takes 0.1 ms), and a list of
// permissions inside the session.
package iam

import (
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"sharedkms/internal/store"
)

// AccountID is 32 hex characters.
type AccountID string

// UserID is 32 hex characters.
type UserID string

// SignInID is a UUID.
type SignInID string

// Action is a permission to act, such as kms:cmk:encryptData.
type Action string

// URN names a resource: service:region:account:type:id. Region is empty for global
// resources. Account is empty when nobody knows whose it is: the resource is
// missing, and the gate answers as for one that is not related to the caller.
type URN struct {
	Service string
	Region  string
	Account AccountID
	Type    string
	ID      string
}

// String writes the five parts.
func (u URN) String() string {
	return u.Service + ":" + u.Region + ":" + string(u.Account) + ":" + u.Type + ":" + u.ID
}

// ParseURN reads the five parts; ok is false for any other shape.
func ParseURN(s string) (u URN, ok bool) {
	parts := strings.SplitN(s, ":", 5)
	if len(s) > 1500 || len(parts) != 5 || parts[0] == "" || parts[2] == "" || parts[3] == "" || parts[4] == "" {
		return URN{}, false
	}
	return URN{parts[0], parts[1], AccountID(parts[2]), parts[3], parts[4]}, true
}

// Types of resources the gate treats in a way of their own.
const (
	TypeKey   = "KeyId"
	TypeShare = "resourceShare"
)

// UserKind tells the account's first user from the others.
type UserKind string

// The kinds of users.
const (
	RootUser UserKind = "root"
	IAMUser  UserKind = "iam"
)

var hex32 = regexp.MustCompile(`^[0-9a-f]{32}$`)

// IsAccountID reports whether s has the shape of an account ID.
func IsAccountID(s string) bool { return hex32.MatchString(s) }

func newHexID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Service keeps accounts, users and sign-ins.
type Service struct {
	st      *store.Store
	gate    *Gate
	now     func() time.Time
	regions []string
	hashing hashQueue
}

// New makes the service. now is the clock; regions are those offered.
func New(st *store.Store, gate *Gate, regions []string, now func() time.Time) *Service {
	return &Service{st: st, gate: gate, now: now, regions: regions, hashing: newHashQueue()}
}
