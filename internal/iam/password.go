package iam

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"sharedkms/internal/fault"
)

// Parameters of argon2id, the minimum OWASP names: 19 MiB, two passes, one lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// MinPassword and MaxPassword bound a password in characters and bytes.
const (
	MinPassword = 12
	MaxPassword = 256
)

// hashQueue lets one hash per core run at a time, because each takes 19 MiB and a
// whole core; a short queue waits, the rest is told to come back. One address has at
// most two places, so that no single one can fill the queue.
type hashQueue struct {
	running chan struct{}
	waiting chan struct{}

	mu     *sync.Mutex
	places map[string]int // by address
}

const placesPerAddress = 2

func newHashQueue() hashQueue {
	cores := runtime.GOMAXPROCS(0)
	return hashQueue{running: make(chan struct{}, cores), waiting: make(chan struct{}, 8*cores), mu: &sync.Mutex{}, places: map[string]int{}}
}

var errManySignIns = fault.New(fault.Busy, "", "Too many people are signing in at this moment. Try again in a few seconds.")

func (q hashQueue) do(ctx context.Context, address string, hash func()) error {
	if !q.enter(address) {
		return errManySignIns
	}
	defer q.leave(address)
	select {
	case q.waiting <- struct{}{}:
	default:
		return errManySignIns
	}
	defer func() { <-q.waiting }()
	select {
	case q.running <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-q.running }()
	hash()
	return nil
}

// enter takes one of the places of an address; no address is the console itself.
func (q hashQueue) enter(address string) bool {
	if address == "" {
		return true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.places[network(address)] >= placesPerAddress {
		return false
	}
	q.places[network(address)]++
	return true
}

func (q hashQueue) leave(address string) {
	if address == "" {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.places[network(address)]--; q.places[network(address)] == 0 {
		delete(q.places, network(address))
	}
}

// network is what one visitor holds: an IPv4 address, or the first 64 bits of IPv6.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	prefix, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

func (q hashQueue) hash(ctx context.Context, address, password string) (string, error) {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	var key []byte
	err := q.do(ctx, address, func() {
		key = argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	})
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// noPassword is a hash no password has. A sign-in to an unknown name is compared
// with it, so that it takes as long as one to a known name.
const noPassword = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func (q hashQueue) matches(ctx context.Context, address, encoded, password string) (bool, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("stored password hash has an unknown form")
	}
	var version, memory, passes, threads int
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads); err != nil {
		return false, fmt.Errorf("read parameters of a password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read salt of a password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("read a password hash: %w", err)
	}
	var got []byte
	err = q.do(ctx, address, func() {
		got = argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), uint8(threads), uint32(len(want)))
	})
	return err == nil && encoded != noPassword && subtle.ConstantTimeCompare(got, want) == 1, err
}

// checkPassword says what is wrong with a new password, or nothing.
func checkPassword(password string, c Caller) string {
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Sprintf("Use at least %d characters.", MinPassword)
	case len(password) > MaxPassword:
		return fmt.Sprintf("Use at most %d bytes.", MaxPassword)
	case strings.Contains(lower, strings.ToLower(c.UserName)) || strings.Contains(lower, strings.ToLower(c.AccountName)):
		return "Leave the names of the user and the account out of the password."
	case len(distinct(lower)) < 5:
		return "Use at least 5 different characters."
	}
	return ""
}

func distinct(s string) map[rune]bool {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return seen
}

// oneTimePassword is 20 characters out of 32 that are hard to mistake: 100 bits.
func oneTimePassword() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789A"
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b)
}

// maxDelay is the longest wait.
const maxDelay = 5 * time.Minute

// delayAfter is how long a pair of account and address waits after failures in a
// row: nothing for the first two, then doubling from 1 s to 5 min.
func delayAfter(failures int64) time.Duration {
	if failures < 3 {
		return 0
	}
	return min(time.Second<<min(failures-3, 9), maxDelay)
}
