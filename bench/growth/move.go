package main

import (
	"context"

	"sharedkms/bench/measure"
	"sharedkms/bench/scale"
	"sharedkms/internal/store"
)

// moves measures moving a unit of a thousand accounts, there and back.
func moves(ctx context.Context, _ options, sites [3]*site) ([]pair, error) {
	var p pair
	for i, s := range []*site{sites[2], sites[1]} {
		manager, err := s.caller(ctx, s.world.Manager)
		if err != nil {
			return nil, err
		}
		counted, counter := store.Count(ctx)
		at := 0 // the place where the unit is
		p.acts[i] = measure.Scenario{
			Rows: s.world.Size.Members + scale.Depots, Queries: func() int64 { return int64(counter.N()) },
			Do: func(context.Context, int) error {
				at = 1 - at
				return s.services.Org.MoveUnit(counted, manager, scale.DepotUnit, scale.DepotPlaces[at])
			},
		}
	}
	p.acts[0].Name, p.acts[1].Name = "scale/organization/move-unit", "small/organization/move-unit"
	p.acts[0].Limit = p.acts[1].Name
	return []pair{p}, nil
}
