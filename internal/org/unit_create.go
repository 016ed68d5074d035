package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Limits of the tree (Huawei Cloud Organizations Service Overview, quotas).
const (
	maxUnits = 1000
	maxDepth = 5 // levels below the root
)

// CreateUnit adds an organizational unit below parent; an empty parent is the root.
//
// Errors: Invalid with the field name, also when it is taken there; NotFound; Forbidden for other accounts than the
// management account; Quota.
func (s *Service) CreateUnit(ctx context.Context, caller iam.Caller, parent UnitID, name string) (Unit, error) {
	if !unitName.MatchString(name) {
		return Unit{}, fault.InField("name", "", badName)
	}
	var made unitRow
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managed(tx, ActionCreateUnit)
		if err != nil {
			return err
		}
		units, err := unitsOf(tx.DB(), organization.ID)
		if err != nil {
			return err
		}
		above, err := unitOrRoot(units, parent)
		if err != nil {
			return err
		}
		if len(units) > maxUnits || depth(units, above.ID) >= maxDepth {
			return tooDeep()
		}
		if err := nameFree(units, above.ID, name); err != nil {
			return err
		}
		id := randomID("ou-", 12)
		made = unitRow{
			ID: id, Organization: organization.ID, Parent: &above.ID, Name: name, CreatedAt: store.At(tx.Now),
			URN: urn(iam.AccountID(organization.Management), "ou", organization.ID+"/"+id).String(),
		}
		tx.Detail("unit", id)
		return tx.DB().Create(&made).Error
	})
	if err != nil {
		return Unit{}, fmt.Errorf("create organizational unit: %w", err)
	}
	return Unit{ID: UnitID(made.ID), URN: made.URN, Name: made.Name}, nil
}

// nameFree refuses a name that a unit at the same place has, also when a form comes twice.
func nameFree(units map[string]unitRow, parent, name string) error {
	for _, u := range units {
		if u.Parent != nil && *u.Parent == parent && u.Name == name {
			return fault.InField("name", "", fmt.Sprintf("A unit named %s is there already.", name))
		}
	}
	return nil
}

func tooDeep() error {
	return fault.New(fault.Quota, "", fmt.Sprintf("An organization holds at most %d units, %d levels deep.", maxUnits, maxDepth))
}

func unitOrRoot(units map[string]unitRow, id UnitID) (unitRow, error) {
	if u, ok := units[string(id)]; ok {
		return u, nil
	}
	if id == "" {
		for _, u := range units {
			if u.Parent == nil {
				return u, nil
			}
		}
	}
	return unitRow{}, errNoUnit
}

func depth(units map[string]unitRow, id string) int {
	n := 0
	for u := units[id]; u.Parent != nil; u = units[*u.Parent] {
		n++
	}
	return n
}
