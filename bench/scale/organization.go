package scale

import (
	"context"
	"fmt"
	"iter"
	"time"

	"sharedkms/internal/org"
)

// levels of units below the root, the most that an organization may have.
const levels = 5

const (
	organizationID = "o-scale00000000000"
	rootID         = "r-scale000"
	epoch          = 1
)

func manager() string { return account(0).id() }
func organizationURN() string {
	return "organizations::" + manager() + ":organization:" + organizationID
}
func unitID(u int) string { return fmt.Sprintf("ou-%012d", u) }
func unitURN(u int) string {
	return "organizations::" + manager() + ":ou:" + organizationID + "/" + unitID(u)
}

// Depots are accounts in a unit of their own, whatever the size: it is moved, from a place
// below the first unit to one below the second.
const Depots = 1000

var (
	depotID = "ou-depot0000000"
	// DepotUnit and DepotPlaces are the unit of the depots, and the units it is moved between.
	DepotUnit   = org.UnitID(depotID)
	DepotPlaces = [2]org.UnitID{org.UnitID(unitID(0)), org.UnitID(unitID(levels))}
)

func depotURN() string {
	return "organizations::" + manager() + ":ou:" + organizationID + "/" + depotID
}

// depots gives the accounts in that unit.
func (l *loader) depots() iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := range Depots {
			if !yield(account(l.outside(outsiders) + n).id()) {
				return
			}
		}
	}
}

// unitOf is where a member stands. Units of all levels have members; the manager is in
// the root, which is -1.
func (l *loader) unitOf(member int) int {
	if member == 0 {
		return -1
	}
	return (member - 1) % l.size.Units
}

// sentAt is when a member was invited: one a minute, the last an hour before all joined.
func (l *loader) sentAt(member int) time.Time {
	return l.ago(0, 1).Add(-time.Hour - time.Duration(l.size.Members-member)*time.Minute)
}

func sentID(member int) string { return hexID(idInvitation, number(0, member)) }

// sent writes the invitations by which the members joined.
func (l *loader) sent(ctx context.Context) error {
	joined := l.ago(0, 1)
	return l.insert(ctx, "org_invitations", "id, organization_id, organization_name, sender, target, target_lower, receiver, status, note, created_at, expires_at, answered_at", func(yield func(row) bool) {
		for m := 1; m < l.size.Members; m++ {
			id, at := account(m).id(), l.sentAt(m)
			if !yield(row{sentID(m), organizationID, "Scale", manager(), id, id, id, "accepted", "", at, at.Add(14 * 24 * time.Hour), joined}) {
				return
			}
		}
	})
}

// organization writes the tree: chains of units, one of each level.
func (l *loader) organization(ctx context.Context) error {
	made := l.ago(0, 1)
	err := l.insert(ctx, "organizations", "id, urn, management_account_id, name, sharing_enabled, sharing_epoch, created_at", func(yield func(row) bool) {
		yield(row{organizationID, organizationURN(), manager(), "Scale", true, epoch, made})
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "org_units", "id, organization_id, parent_id, urn, name, created_at", func(yield func(row) bool) {
		if !yield(row{rootID, organizationID, nil, "organizations::" + manager() + ":root:" + organizationID + "/" + rootID, "Scale", made}) {
			return
		}
		for u := range l.size.Units {
			parent := rootID
			if u%levels > 0 {
				parent = unitID(u - 1)
			}
			if !yield(row{unitID(u), organizationID, parent, unitURN(u), fmt.Sprintf("Unit %04d", u), made}) {
				return
			}
		}
		yield(row{depotID, organizationID, unitID(0), depotURN(), "Depots", made})
	})
	if err != nil {
		return err
	}
	err = l.insert(ctx, "org_memberships", "account_id, organization_id, unit_id, joined_at", func(yield func(row) bool) {
		for m := range l.size.Members {
			unit := rootID
			if u := l.unitOf(m); u >= 0 {
				unit = unitID(u)
			}
			if !yield(row{account(m).id(), organizationID, unit, made}) {
				return
			}
		}
		for id := range l.depots() {
			if !yield(row{id, organizationID, depotID, made}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if err := l.sent(ctx); err != nil {
		return err
	}
	return l.insert(ctx, "account_principals", "account_id, kind, principal", func(yield func(row) bool) {
		for m := range l.size.Members {
			if !yield(row{account(m).id(), "organization", organizationURN()}) {
				return
			}
			for u := l.unitOf(m); u >= 0; u-- {
				if !yield(row{account(m).id(), "ou", unitURN(u)}) {
					return
				}
				if u%levels == 0 {
					break
				}
			}
		}
		for id := range l.depots() {
			for _, r := range []row{{id, "organization", organizationURN()}, {id, "ou", unitURN(0)}, {id, "ou", depotURN()}} {
				if !yield(r) {
					return
				}
			}
		}
	})
}
