package web

import (
	"context"
	"time"

	"sharedkms/internal/csms"
	"sharedkms/internal/cts"
	"sharedkms/internal/demo"
	"sharedkms/internal/iam"
	"sharedkms/internal/jobs"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// Services are the rooms of the domain that the console serves.
type Services struct {
	Gate *iam.Gate
	IAM  *iam.Service
	Org  *org.Service
	KMS  *kms.Service
	CSMS *csms.Service
	RAM  *ram.Service
	CTS  *cts.Service

	// Tour says which steps of the guided tour were done.
	Tour func(ctx context.Context) ([demo.TourSteps]bool, error)
}

// NewServices wires the rooms: over one database, one gate, one clock. Programs, tests and
// benches all get them here.
func NewServices(st *store.Store, sealer *seal.Sealer, regions []string, now func() time.Time) Services {
	gate := iam.NewGate(st, now)
	orgs := org.New(st, gate, ram.Organization{}, now)
	keys := kms.New(st, gate, sealer, regions, now)
	return Services{
		Gate: gate,
		IAM:  iam.New(st, gate, regions, now),
		Org:  orgs,
		KMS:  keys,
		CSMS: csms.New(st, gate, keys, sealer, now),
		RAM:  ram.New(st, gate, orgs, regions, now),
		CTS:  cts.New(gate),
		Tour: func(ctx context.Context) ([demo.TourSteps]bool, error) {
			return demo.TourDone(ctx, st)
		},
	}
}

// Sweeps are the rooms' periodic work.
func (s Services) Sweeps() []jobs.Sweep {
	return []jobs.Sweep{
		{Name: "iam", Run: s.IAM.Sweep},
		{Name: "org", Run: s.Org.RunOnce},
		{Name: "kms", Run: s.KMS.RunOnce},
		{Name: "ram", Run: s.RAM.RunOnce},
	}
}
