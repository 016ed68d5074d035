package demo

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// TourSteps is how many steps the guided tour has: create a key, share it, accept an
// invitation, protect a secret with a shared key, leave the share.
const TourSteps = 5

// TourDone says which steps the caller's account has done, by what the rows say.
func TourDone(ctx context.Context, st *store.Store, caller iam.Caller) ([TourSteps]bool, error) {
	var done [TourSteps]bool
	var steps []int
	err := st.Read(ctx).Raw("SELECT DISTINCT step FROM tour_facts WHERE account_id = ?", string(caller.Account)).Scan(&steps).Error
	if err != nil {
		return done, fmt.Errorf("read steps of the tour: %w", err)
	}
	for _, step := range steps {
		done[step-1] = true
	}
	return done, nil
}
