package scale

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"
)

// What one share has. A share of the heavy account has as principals an account outside
// by invitation, a unit, a member and a partner.
const (
	keysOfHeavyShare       = 4
	principalsOfHeavyShare = 4
	sharesOfMember         = 2
	keysOfShare            = 5
	principalsOfShare      = 5
)

// The permission that shares of keys have unless another one is chosen.
var (
	permissionID = uuid.MustParse("00000000-0000-4000-8000-000000000101")
	versionID    = uuid.MustParse("00000000-0000-4000-8000-000000000201")
)

// Beside its Size.Heavy shares with all their parts the heavy account has some that
// nobody was added to, and behind them some that it has deleted. They hold one key each.
func (s Size) nobodys() int { return s.Heavy / 10 }
func (s Size) deleted() int { return s.Heavy / 20 }

// waiting is how many of the first shares have an invitation that waits in place of the
// partner; rejected how many have one, beside, that was turned down.
func (l *loader) waiting() int { return min(100, l.size.Heavy/20) }

const rejected = 10

// deletedNow is how many shares were deleted in the last hours, so that lists show them.
const deletedNow = 5

// heavyShareKey is the number of the key in a slot. In the collector's half of the shares
// the last slot holds the popular key.
func (l *loader) heavyShareKey(share, slot int) int {
	if slot == keysOfHeavyShare-1 && share >= l.size.Heavy/2 {
		return l.popular()
	}
	return (share*keysOfHeavyShare + slot) % l.size.shared()
}

// shared is how many keys of the heavy account are in shares: all but the last few, of
// which the popular one is in the collector's alone.
func (s Size) shared() int { return s.Heavy - keysOfHeavyShare }

// share is one, as far as its parts need it.
type share struct {
	owner      account
	n          int
	keys       []int
	principals []principal
	at         time.Time
	deletedAt  *time.Time
}

func (s share) id() uuid.UUID { return shareID(s.owner, s.n) }

func (s share) name() string { return fmt.Sprintf("Orders-%07d", s.n) }

// principal is an association: at once through the organization, or by an invitation,
// whose status is given.
type principal struct {
	kind, name string
	receiver   account // of the invitation
	invitation string
}

func (l *loader) eachShare() iter.Seq[share] {
	return func(yield func(share) bool) {
		all := l.size.Heavy + l.size.nobodys() + l.size.deleted()
		for n := range all {
			s := share{owner: heavy, n: n, at: l.ago(n, all)}
			switch {
			case n < l.size.Heavy:
				for slot := range keysOfHeavyShare {
					s.keys = append(s.keys, l.heavyShareKey(n, slot))
				}
				s.principals = l.heavyPrincipals(n)
			default:
				s.keys = []int{n % l.size.Heavy}
			}
			if past := n - l.size.Heavy - l.size.nobodys(); past >= 0 {
				at := l.now.Add(-time.Duration(past+1) * 24 * time.Hour / time.Duration(1+l.size.deleted()/300))
				if past < deletedNow {
					at = l.now.Add(-time.Duration(past+1) * time.Hour)
				} else if at.After(l.now.Add(-72 * time.Hour)) {
					at = l.now.Add(-72 * time.Hour)
				}
				s.deletedAt, s.at = &at, at.Add(-time.Hour)
				s.principals = []principal{l.partner(n)}
			}
			if !yield(s) {
				return
			}
		}
		for m := heavy + 1; m < l.size.Members; m++ {
			for n := range sharesOfMember {
				s := share{owner: account(m), n: n, at: l.ago(n, sharesOfMember)}
				for slot := range keysOfShare {
					s.keys = append(s.keys, n*keysOfShare+slot)
					to := account((m + 1 + (n*principalsOfShare+slot)%(l.size.Members-1)) % l.size.Members)
					s.principals = append(s.principals, principal{kind: "account", name: to.id()})
				}
				if !yield(s) {
					return
				}
			}
		}
	}
}

func (l *loader) heavyPrincipals(n int) []principal {
	outside := account(l.outside(recipient))
	if n >= l.size.Heavy/2 {
		outside = account(l.outside(collector))
	}
	member := account(heavy + 1 + n%(l.size.Members-heavy-1))
	list := []principal{
		{kind: "account", name: outside.id(), receiver: outside, invitation: "accepted"},
		{kind: "ou", name: unitURN(n % l.size.Units)},
		{kind: "account", name: member.id()},
		l.partner(n),
	}
	if n < l.waiting() {
		to := account(l.outside(invited))
		list[3] = principal{kind: "account", name: to.id(), receiver: to, invitation: "pending"}
	}
	if n < rejected {
		turned := l.partner(n)
		turned.invitation = "rejected"
		list = append(list, turned)
	}
	return list
}

func (l *loader) partner(n int) principal {
	p := account(l.outside(partners + n%partnerCount))
	return principal{kind: "account", name: p.id(), receiver: p, invitation: "accepted"}
}

// live says whether an association holds until its share is deleted.
func (p principal) live() bool { return p.invitation != "rejected" }

func (s share) livePrincipals() int {
	n := 0
	for _, p := range s.principals {
		if p.live() && s.deletedAt == nil {
			n++
		}
	}
	return n
}

func (s share) liveKeys() int {
	if s.deletedAt != nil {
		return 0
	}
	return len(s.keys)
}

func (l *loader) shares(ctx context.Context) error {
	err := l.insert(ctx, "shares", "id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at, deleted_at", func(yield func(row) bool) {
		for s := range l.eachShare() {
			name, status, changed := s.name(), "active", s.at
			if s.deletedAt != nil {
				status, changed = "deleted", *s.deletedAt
			}
			if !yield(row{s.id(), s.owner.id(), name, strings.ToLower(name), "", true, status, 1, s.liveKeys(), s.livePrincipals(), s.at, changed, s.deletedAt}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if err := l.insert(ctx, "share_tags", "share_id, account_id, tag_key, tag_value, created_at", l.tags(l.size.Heavy, l.size.Heavy+l.size.nobodys()+l.size.deleted(), heavyShare)); err != nil {
		return err
	}
	err = l.insert(ctx, "share_permissions", "id, share_id, account_id, resource_type, permission_id, version_id, created_at, ended_at", func(yield func(row) bool) {
		for s := range l.eachShare() {
			if !yield(row{id(idPermission, number(s.owner, s.n)), s.id(), s.owner.id(), "kms:KeyId", permissionID, versionID, s.at, s.deletedAt}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "share_resources", "id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at, ended_at", func(yield func(row) bool) {
		for s := range l.eachShare() {
			status := "associated"
			if s.deletedAt != nil {
				status = "disassociated"
			}
			for slot, n := range s.keys {
				key := keyID(s.owner, n)
				urn := "kms:" + Region + ":" + s.owner.id() + ":KeyId:" + key.String()
				if !yield(row{s.part(idResource, slot), s.id(), s.owner.id(), "kms:KeyId", urn, key, Region, status, "", s.at, s.deletedAt}) {
					return
				}
			}
		}
	})
	if err != nil {
		return err
	}
	if err := l.principals(ctx); err != nil {
		return err
	}
	return l.exec(ctx, ways, offers)
}

// part identifies the slot-th association of a share.
func (s share) part(kind uint64, slot int) uuid.UUID {
	return id(kind, number(s.owner, s.n*8+slot))
}

func (l *loader) principals(ctx context.Context) error {
	answered := func(s share) time.Time { return s.at.Add(10 * time.Minute) }
	turned := l.now.Add(-10 * time.Hour)
	err := l.insert(ctx, "share_principals", "id, share_id, share_name, account_id, kind, principal, external, status, status_message, organization_id, sharing_epoch, created_at, associated_at, ended_at, ended_by", func(yield func(row) bool) {
		for s := range l.eachShare() {
			for slot, p := range s.principals {
				status, by := "associated", ""
				var organization, of any
				since, ended := answered(s), s.deletedAt
				begun := &since
				if p.invitation == "" {
					organization, of, begun = organizationID, epoch, &s.at
				}
				at := s.at
				switch {
				case p.invitation == "pending":
					status, begun, at = "associating", nil, l.invitedAt()
				case p.invitation == "rejected":
					status, by, begun, ended = "disassociated", "rejected", nil, &turned
				case s.deletedAt != nil:
					status, by = "disassociated", "share_deleted"
				}
				if !yield(row{s.part(idPrincipal, slot), s.id(), strings.ToLower(s.name()), s.owner.id(), p.kind, p.name, p.invitation != "", status, "", organization, of, at, begun, ended, by}) {
					return
				}
			}
		}
	})
	if err != nil {
		return err
	}
	return l.insert(ctx, "invitations", "id, share_id, association_id, sender, receiver, status, note, created_at, expires_at, answered_at", func(yield func(row) bool) {
		for s := range l.eachShare() {
			for slot, p := range s.principals {
				if p.invitation == "" {
					continue
				}
				at, reply := s.at, answered(s)
				answer := &reply
				switch p.invitation {
				case "pending":
					at, answer = l.invitedAt(), nil
				case "rejected":
					answer = &turned
				}
				if !yield(row{s.part(idInvitation, slot), s.id(), s.part(idPrincipal, slot), s.owner.id(), p.receiver.id(), p.invitation, "", at, at.Add(7 * 24 * time.Hour), answer}) {
					return
				}
			}
		}
	})
}

// invitedAt is when the invitations that wait were sent.
func (l *loader) invitedAt() time.Time { return l.now.Add(-24 * time.Hour) }
