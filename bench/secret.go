package main

import (
	"context"

	"github.com/google/uuid"

	"sharedkms/bench/measure"
	"sharedkms/internal/csms"
	"sharedkms/internal/seal"
)

// secrets measures the partner making secrets under a key of the owner, and showing one.
func secrets(ctx context.Context, w *world) ([]group, error) {
	create := func(ctx context.Context) error {
		_, err := w.createSecret(ctx)
		return err
	}
	id, err := w.createSecret(ctx)
	if err != nil {
		return nil, err
	}
	show := func(ctx context.Context) error {
		shown, err := w.services.CSMS.ShowSecretValue(ctx, w.partner, region, id)
		shown.Value.Wipe()
		return err
	}
	bareCreate, err := w.replayOf(ctx, 1, create)
	if err != nil {
		return nil, err
	}
	bareShow, err := w.replayOf(ctx, 1, show)
	if err != nil {
		return nil, err
	}
	return []group{
		{
			act("csms/create secret", "csms/create secret bare", sharedKeys, 1, create),
			measure.Scenario{Name: "csms/create secret bare", Rows: sharedKeys, Callers: 1, Do: bareCreate.do},
		}, {
			act("csms/show secret", "csms/show secret bare", sharedKeys, 1, show),
			measure.Scenario{Name: "csms/show secret bare", Rows: sharedKeys, Callers: 1, Do: bareShow.do},
		},
	}, nil
}

func (w *world) createSecret(ctx context.Context) (csms.SecretID, error) {
	value := csms.Value{Form: csms.KeyValue, Entries: []csms.Entry{
		{Key: "username", Value: seal.NewSecret([]byte("orders"))},
		{Key: "password", Value: seal.NewSecret([]byte("correct horse battery staple"))},
	}}
	defer value.Wipe()
	return w.services.CSMS.CreateSecret(ctx, w.partner, csms.CreateSecretInput{
		Region: region, Name: "orders-" + uuid.NewString(), Description: "Database of the shop", Value: value,
		Key: csms.KeyChoice{ID: string(w.keys[0])}, Once: uuid.NewString(),
	})
}
