package scale

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/csms"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
)

var regional = []string{Region}

// noPassword is a hash that no password has.
const noPassword = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// usersOfHeavy are the heavy account's users beside its root.
const usersOfHeavy = 20

func userName(n int) string { return fmt.Sprintf("user-%02d", n) }

// accounts writes accounts, their root users, and what each answers to by itself. They
// are marked as those of a demo world, so that a test can enter them without a password.
func (l *loader) accounts(ctx context.Context) error {
	all := l.size.Members + outsiders + Depots
	err := l.insert(ctx, "accounts", "id, name, name_lower, demo, created_at", func(yield func(row) bool) {
		for n := range all {
			name := accountName(n)
			if !yield(row{account(n).id(), name, strings.ToLower(name), true, l.ago(0, 1)}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "users", "id, account_id, name, name_lower, kind, state, password_hash, must_change_password, policy_version, created_at", func(yield func(row) bool) {
		for n := range all {
			a := account(n)
			if !yield(row{a.root(), a.id(), "root", "root", "root", "enabled", noPassword, false, 1, l.ago(0, 1)}) {
				return
			}
		}
		for n := range usersOfHeavy {
			user := hexID(idUser, uint64(heavy)<<8|uint64(n+1))
			if !yield(row{user, account(heavy).id(), userName(n), userName(n), "iam", "enabled", noPassword, false, 1, l.ago(0, 1)}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return l.insert(ctx, "account_principals", "account_id, kind, principal", func(yield func(row) bool) {
		for n := range all {
			if !yield(row{account(n).id(), "account", account(n).id()}) {
				return
			}
		}
	})
}

// quotas writes what the acts would have counted. The heavy account may have more.
func (l *loader) quotas(ctx context.Context) error {
	return l.insert(ctx, "account_quotas", "account_id, kind, region, quota, used", func(yield func(row) bool) {
		h := account(heavy).id()
		more := int64(2 * l.size.Heavy)
		rows := []row{
			{h, kms.Quotas(regional)[0].Kind, Region, more, l.size.Heavy},
			{h, csms.Quotas(regional)[0].Kind, Region, more, l.size.Heavy},
			{h, ram.Quotas()[0].Kind, "", more, l.size.Heavy + l.size.nobodys()},
			{h, ram.Quotas()[1].Kind, "", 200, l.waiting()},
			{account(l.outside(recipient)).id(), csms.Quotas(regional)[0].Kind, Region, more, l.recipientSecrets()},
		}
		for n := heavy + 1; n < l.size.Members; n++ {
			id := account(n).id()
			rows = append(rows, row{id, kms.Quotas(regional)[0].Kind, Region, 100, ownOfMember}, row{id, csms.Quotas(regional)[0].Kind, Region, 500, ownOfMember}, row{id, ram.Quotas()[0].Kind, "", 100, sharesOfMember})
		}
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	})
}
