package main

import (
	"context"

	"sharedkms/bench/measure"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

// decisions measures the gate alone: may the partner encrypt with a key of the owner?
func decisions(ctx context.Context, w *world) ([]group, error) {
	urn := kms.Key{ID: w.keys[0], Account: w.owner.Account, Region: region}.URN()
	decide := func(ctx context.Context) error {
		return w.services.Gate.Read(ctx, w.partner, func(tx *iam.Tx) error { return tx.Allow(kms.ActionEncryptData, urn) })
	}
	bare, err := w.replayOf(ctx, 1, decide)
	if err != nil {
		return nil, err
	}
	return []group{{
		act("gate/decision", "gate/decision bare", sharedKeys, 1, decide),
		{Name: "gate/decision bare", Rows: sharedKeys, Callers: 1, Do: bare.do},
	}}, nil
}

// act is a scenario whose statements are counted.
func act(name, limit string, rows, callers int, do func(ctx context.Context) error) measure.Scenario {
	counted, counter := store.Count(context.Background())
	return measure.Scenario{
		Name: name, Limit: limit, Rows: rows, Callers: callers,
		Do:      func(context.Context, int) error { return do(counted) },
		Queries: func() int64 { return int64(counter.N()) },
	}
}
