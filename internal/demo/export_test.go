package demo

import (
	"context"
	"slices"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// Tables are those that a reset empties, in its order.
func Tables() []string { return append(slices.Clone(tables), "accounts") }

// MainJob gives the acts of the tour, in its order, as people of the world do them at now.
func MainJob(ctx context.Context, st *store.Store, sealer *seal.Sealer, regions []string, now time.Time) []func() error {
	m := newMaker(ctx, st, sealer, regions, now)
	here := regions[len(regions)-1]
	var id ram.ShareID
	acts := []func(){
		func() { m.key(mara, "returns-2027", here, "") },
		func() {
			id = m.share(mara, share{name: "returns-2027", keys: []string{"returns-2027"}, permission: encryptDecrypt, principals: []string{string(lumen)}})
		},
		func() { m.accept(rootOfLumen, id) },
		func() { m.secret(rootOfLumen, "returns-printer", here, "returns-2027", "", text("0815")) },
		func() {
			m.as(rootOfLumen, func(c iam.Caller) error { _, err := m.ram.LeaveShare(ctx, c, id); return err })
		},
	}
	steps := make([]func() error, len(acts))
	for i, act := range acts {
		steps[i] = func() error { act(); return m.err }
	}
	return steps
}
