package web

import (
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Services are the rooms of the domain that the console serves.
type Services struct {
	IAM *iam.Service
}

// NewServices wires the rooms: over one database, one gate, one clock. Programs, tests and
// benches all get them here.
func NewServices(st *store.Store, regions []string, now func() time.Time) Services {
	gate := iam.NewGate(st, now)
	return Services{
		IAM: iam.New(st, gate, regions, now),
	}
}
