package iam

import (
	"sharedkms/internal/audit"
	"sharedkms/internal/store"
)

type lastSteps struct {
	steps   []store.Step
	explain func(error) error
}

// Last hands over the inserts with which an act ends: they are written together with
// its traces, as one chain. explain gives the answer for an error of the chain. Called
// at most once, by a function of Gate.Write only.
func (tx *Tx) Last(explain func(error) error, steps ...store.Step) {
	tx.ending = lastSteps{steps, explain}
}

func (tx *Tx) writeLast() error {
	if _, err := store.Chain(tx.DB(), append(tx.ending.steps, audit.Step(tx.entries()))...); err != nil {
		return tx.ending.explain(err)
	}
	return nil
}
