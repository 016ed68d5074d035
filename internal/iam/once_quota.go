package iam

import (
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// OnceWithQuota is Once and TakeQuota for one thing, as one chain of inserts. A repeat
// takes nothing: the caller ends the act with an error, so that it is rolled back.
//
// Errors: those of Once, and for a first one those of TakeQuota.
func (tx *Tx) OnceWithQuota(act, key string, urn URN, q Quota) (made URN, first bool, err error) {
	if key == "" || len(key) > 64 {
		return URN{}, false, errNoKey
	}
	counts, err := store.Chain(tx.DB(), tx.onceStep(act, key, urn), tx.quotaStep(q, 1))
	if err != nil {
		return URN{}, false, fmt.Errorf("keep idempotency key, take quota %s: %w", q.Kind, err)
	}
	if counts[0] == 0 {
		made, err = tx.madeBefore(act, key)
		return made, false, err
	}
	if counts[1] == 0 {
		return URN{}, false, q.reached()
	}
	return urn, true, nil
}

var errNoKey = fault.New(fault.Invalid, "", "The form has lost its key. Open it again.")
