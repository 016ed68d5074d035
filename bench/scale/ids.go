package scale

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"

	"sharedkms/internal/iam"
)

// What ids are made from, beside a number.
const (
	idAccount uint64 = iota + 1
	idUser
	idUnit
	idKey
	idMaterial
	idShare
	idResource
	idPrincipal
	idPermission
	idInvitation
	idSecret
	idData
)

// mixed is 16 bytes that look random and are the same for the same kind and number, so
// that ids lie in their indexes as those of the console do.
func mixed(kind, n uint64) (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], splitmix(kind<<56|n))
	binary.BigEndian.PutUint64(b[8:], splitmix(splitmix(kind<<56|n)+kind))
	return b
}

// splitmix is one step of the generator of that name; it maps no two numbers to one.
func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// id is a random UUID in shape.
func id(kind, n uint64) uuid.UUID {
	b := mixed(kind, n)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return b
}

// account numbers an account: 0 manages the organization, 1 is the heavy one, then come
// the other members, and behind them those outside.
type account int

const heavy = 1

// Those outside, counted from the last member.
const (
	recipient = iota
	collector
	invited
	partners // the first of five
)

const (
	partnerCount = 5
	outsiders    = partners + partnerCount
)

func (l *loader) outside(n int) int { return l.size.Members + n }

func (a account) id() string { return hexID(idAccount, uint64(a)) }

func (a account) root() string { return hexID(idUser, uint64(a)<<8) }

func hexID(kind, n uint64) string {
	b := mixed(kind, n)
	return hex.EncodeToString(b[:])
}

func accountOf(n int) Account {
	a := account(n)
	return Account{ID: iam.AccountID(a.id()), Root: iam.UserID(a.root()), Name: accountName(n)}
}

func accountName(n int) string { return fmt.Sprintf("Account %06d", n) }

// number tells the n-th thing of an account from those of others.
func number(owner account, n int) uint64 { return uint64(owner)<<32 | uint64(n) }

func heavyKey(n int) uuid.UUID   { return keyID(heavy, n) }
func heavyShare(n int) uuid.UUID { return shareID(heavy, n) }

func keyID(owner account, n int) uuid.UUID    { return id(idKey, number(owner, n)) }
func shareID(owner account, n int) uuid.UUID  { return id(idShare, number(owner, n)) }
func secretID(owner account, n int) uuid.UUID { return id(idSecret, number(owner, n)) }
