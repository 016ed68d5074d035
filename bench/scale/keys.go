package scale

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"sharedkms/internal/seal"
)

// busy is the key of the heavy account under which a tenth of its secrets lie.
const busy = 2

// popular is the key that half of the heavy account's shares hold.
func (l *loader) popular() int { return l.size.Heavy - 1 }

func keyName(n int) string { return fmt.Sprintf("Retail-orders-%07d", n) }

// keyState: of 20 keys of an account one is disabled and one pending deletion.
func keyState(n int) string {
	switch n % 20 {
	case 7:
		return "disabled"
	case 13:
		return "pending_deletion"
	}
	return "enabled"
}

// each gives every custom key as its owner and number there.
func (l *loader) each() iter.Seq2[account, int] {
	return func(yield func(account, int) bool) {
		for n := range l.size.Heavy {
			if !yield(heavy, n) {
				return
			}
		}
		for m := heavy + 1; m < l.size.Members; m++ {
			for n := range ownOfMember {
				if !yield(account(m), n) {
					return
				}
			}
		}
	}
}

// count is how many keys, and secrets, a member has.
func (l *loader) count(owner account) int {
	if owner == heavy {
		return l.size.Heavy
	}
	return ownOfMember
}

func (l *loader) keys(ctx context.Context) error {
	err := l.insert(ctx, "keys", "id, account_id, region, kind, name, name_lower, description, spec, usage, origin, state, current_version, created_at, updated_at, deletion_at", func(yield func(row) bool) {
		for owner, n := range l.each() {
			at, name, state := l.ago(n, l.count(owner)), keyName(n), keyState(n)
			var deletion *time.Time
			if state == "pending_deletion" {
				due := l.now.Add(time.Duration(24+n%700) * time.Hour)
				deletion = &due
			}
			if !yield(row{keyID(owner, n), owner.id(), Region, "custom", name, strings.ToLower(name), "Orders of the shop", "AES_256", "ENCRYPT_DECRYPT", "kms", state, 1, at, at, deletion}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "key_versions", "key_id, version, account_id, sealed, created_at", func(yield func(row) bool) {
		for owner, n := range l.each() {
			key := keyID(owner, n)
			sealed := l.sealer.Seal(material(owner, n), seal.AAD("key_versions", "sealed", owner.id(), key.String(), "1"))
			if !yield(row{key, 1, owner.id(), sealed, l.ago(n, l.count(owner))}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return l.insert(ctx, "key_tags", "key_id, account_id, tag_key, tag_value, created_at, region", l.tags(l.size.Heavy, l.size.Heavy, heavyKey, Region))
}

// material is that of a key: made up, so that the loader can seal secrets under it.
func material(owner account, n int) []byte {
	low, high := mixed(idMaterial, 2*number(owner, n)), mixed(idMaterial, 2*number(owner, n)+1)
	return append(low[:], high[:]...)
}

// rareTag is on as many things of the heavy account, whatever its size.
const rareTag = 20

// tags are those of the heavy account's keys, shares or secrets: a common one on every
// second, one of 50 on all, a rare one on 20. The things are the first n of all; more are
// the last columns.
func (l *loader) tags(n, all int, id func(int) uuid.UUID, more ...any) iter.Seq[row] {
	return func(yield func(row) bool) {
		owner := account(heavy).id()
		for i := range n {
			of := func(key, value string) row { return append(row{id(i), owner, key, value, l.ago(i, all)}, more...) }
			ok := yield(of("team", "team-"+strconv.Itoa(i%50)))
			if ok && i%2 == 0 {
				ok = yield(of("env", "prod"))
			}
			if ok && i%max(n/rareTag, 1) == 0 {
				ok = yield(of("case", "audit"))
			}
			if !ok {
				return
			}
		}
	}
}
