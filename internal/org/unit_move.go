package org

import (
	"context"
	"fmt"
	"slices"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// MoveUnit puts a unit, with all that is in it, below another one, which may be the root. What is shared with the units it leaves and joins follows. The statements are as
// many for one account as for a thousand.
//
// Errors: Invalid with the field parent when that is empty, name when that is taken there; NotFound for an unknown unit and the root; State for a place inside itself;
// Quota when it would be too deep; Forbidden for other accounts than the management
// account.
func (s *Service) MoveUnit(ctx context.Context, caller iam.Caller, unit, parent UnitID) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managedThing(tx, ActionMoveUnit, errNoUnit)
		if err != nil {
			return err
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		moved, ok := units[string(unit)]
		if !ok || moved.Parent == nil {
			return errNoUnit
		}
		if parent == "" {
			return fault.InField("parent", "", "Choose where the unit goes.")
		}
		to, err := unitOrRoot(units, parent)
		if err != nil {
			return err
		}
		before, after := above(units, *moved.Parent), above(units, to.ID)
		switch {
		case to.ID == moved.ID || slices.Contains(after, moved.URN):
			return fault.New(fault.State, "", fmt.Sprintf("%s cannot be moved into itself.", moved.Name))
		case depth(units, to.ID)+height(units, moved.ID) > maxDepth:
			return tooDeep()
		case to.ID == *moved.Parent:
			tx.Detail("unit", moved.ID)
			return nil
		}
		if err := nameFree(units, to.ID, moved.Name); err != nil {
			return err
		}
		if err := tx.DB().Table("org_units").Where("id = ?", moved.ID).Update("parent_id", to.ID).Error; err != nil {
			return err
		}
		var accounts []iam.AccountID
		err = tx.DB().Table("account_reach").Where("kind = 'ou' AND principal = ?", moved.URN).Order("account_id").Pluck("account_id", &accounts).Error
		if err != nil {
			return fmt.Errorf("read accounts below %s: %w", moved.ID, err)
		}
		tx.CopyTo(accounts...)
		tx.Detail("unit", moved.ID)
		tx.Detail("parent", to.ID)
		return iam.MoveUnitPrincipalsIn(tx.DB(), moved.URN, without(before, after), without(after, before))
	})
	if err != nil {
		return fmt.Errorf("move organizational unit: %w", err)
	}
	return nil
}

// above lists the URNs of a unit and those above it, without the root.
func above(units map[string]unitRow, id string) (urns []string) {
	for u, ok := units[id]; ok && u.Parent != nil; u, ok = units[*u.Parent] {
		urns = append(urns, u.URN)
	}
	return urns
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}

// height is how many levels a unit takes, itself included.
func height(units map[string]unitRow, id string) int {
	below := 0
	for _, u := range units {
		if u.Parent != nil && *u.Parent == id {
			below = max(below, height(units, u.ID))
		}
	}
	return 1 + below
}
