package demo

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/store"
)

// TourSteps is how many steps the guided tour has: create a key, share it, accept an
// invitation, protect a secret with a shared key, leave the share.
const TourSteps = 5

// TourDone says which steps were done by anybody since the demo world was made: the tour
// leads through several accounts, and what the story itself did is no step. One query.
func TourDone(ctx context.Context, st *store.Store) ([TourSteps]bool, error) {
	made := "SELECT CAST(value AS timestamptz) FROM instance WHERE name = 'demo_made'"
	if st.Dialect() == store.SQLite {
		made = "SELECT CAST(strftime('%s', value) AS INTEGER) * 1000000 FROM instance WHERE name = 'demo_made'"
	}
	var done [TourSteps]bool
	steps := make([]string, TourSteps)
	places := make([]any, TourSteps)
	for i := range done {
		steps[i] = fmt.Sprintf("EXISTS (SELECT 1 FROM tour_facts WHERE step = %d AND at >= (%s))", i+1, made)
		places[i] = &done[i]
	}
	if err := st.Read(ctx).Raw("SELECT " + strings.Join(steps, ", ")).Row().Scan(places...); err != nil {
		return done, fmt.Errorf("read steps of the tour: %w", err)
	}
	return done, nil
}
