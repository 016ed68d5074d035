package scale

import (
	"context"
	"fmt"
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

// unitOf is where a member stands. Units of all levels have members; the manager is in
// the root, which is -1.
func (l *loader) unitOf(member int) int {
	if member == 0 {
		return -1
	}
	return (member - 1) % l.size.Units
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
	})
	if err != nil {
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
	})
}
