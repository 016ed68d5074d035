package main

import (
	"context"

	"sharedkms/bench/measure"
	"sharedkms/bench/scale"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

// decisions measures the gate alone: may an account encrypt with a key of another? The
// smallest world has 1,000 associations.
func decisions(ctx context.Context, _ options, sites [3]*site) ([]pair, error) {
	small, large := sites[0], sites[2]
	var pairs []pair
	for _, d := range []struct {
		name   string
		large  func() (measure.Scenario, error)
		limits func() (measure.Scenario, error)
	}{
		{"direct", func() (measure.Scenario, error) { return large.decides(ctx, large.world.Recipient, large.world.Key) },
			func() (measure.Scenario, error) { return small.decides(ctx, small.world.Recipient, small.world.Key) }},
		{"deep", func() (measure.Scenario, error) { return large.decides(ctx, large.world.Deep, large.world.Key) },
			func() (measure.Scenario, error) { return small.decides(ctx, small.world.Deep, small.world.Key) }},
		{"deep-beside-direct", func() (measure.Scenario, error) { return large.decides(ctx, large.world.Deep, large.world.Key) },
			func() (measure.Scenario, error) { return large.decides(ctx, large.world.Recipient, large.world.Key) }},
		{"none", func() (measure.Scenario, error) { return large.refuses(ctx, large.world.Member, large.world.Key) },
			func() (measure.Scenario, error) { return small.refuses(ctx, small.world.Member, small.world.Key) }},
	} {
		var p pair
		var err error
		if p.acts[0], err = d.large(); err != nil {
			return nil, err
		}
		if p.acts[1], err = d.limits(); err != nil {
			return nil, err
		}
		p.acts[0].Name, p.acts[1].Name = "scale/decision/"+d.name, "small/decision/"+d.name
		p.acts[0].Limit = p.acts[1].Name
		pairs = append(pairs, p)
	}
	return pairs, nil
}

func (s *site) decides(ctx context.Context, who scale.Account, key string) (measure.Scenario, error) {
	caller, err := s.caller(ctx, who)
	if err != nil {
		return measure.Scenario{}, err
	}
	urn := kms.Key{ID: kms.KeyID(key), Account: s.world.Heavy.ID, Region: scale.Region}.URN()
	counted, counter := store.Count(ctx)
	return measure.Scenario{
		Rows: s.world.Size.Associations(), Queries: func() int64 { return int64(counter.N()) },
		Do: func(context.Context, int) error {
			return s.services.Gate.Read(counted, caller, func(tx *iam.Tx) error { return tx.Allow(kms.ActionEncryptData, urn) })
		},
	}, nil
}

// refuses measures the look for paths where there are none, without the trace that a
// refusal leaves.
func (s *site) refuses(ctx context.Context, who scale.Account, key string) (measure.Scenario, error) {
	caller, err := s.caller(ctx, who)
	if err != nil {
		return measure.Scenario{}, err
	}
	own := kms.Key{ID: "*", Account: caller.Account, Region: scale.Region}.URN()
	counted, counter := store.Count(ctx)
	return measure.Scenario{
		Rows: s.world.Size.Associations(), Queries: func() int64 { return int64(counter.N()) },
		Do: func(context.Context, int) error {
			return s.services.Gate.Read(counted, caller, func(tx *iam.Tx) error {
				if err := tx.Allow(kms.ActionList, own); err != nil {
					return err
				}
				_, err := tx.Paths(key)
				return err
			})
		},
	}, nil
}
