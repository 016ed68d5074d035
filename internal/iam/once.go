package iam

import (
	"fmt"

	"sharedkms/internal/store"
)

// Once makes an act idempotent: the first transaction with this key keeps urn, what
// it makes; a repeat within 24 hours gets the first one's URN back and first false.
// key comes from a hidden field of the form; an empty one is refused.
//
// It waits for a first one that has not committed yet.
func (tx *Tx) Once(act, key string, urn URN) (made URN, first bool, err error) {
	if key == "" || len(key) > 64 {
		return URN{}, false, errNoKey
	}
	step := tx.onceStep(act, key, urn)
	result := tx.db.Exec(step.SQL, step.Args...)
	if result.Error != nil {
		return URN{}, false, fmt.Errorf("keep idempotency key: %w", result.Error)
	}
	if result.RowsAffected == 1 {
		return urn, true, nil
	}
	made, err = tx.madeBefore(act, key)
	return made, false, err
}

func (tx *Tx) onceStep(act, key string, urn URN) store.Step {
	return store.Step{
		SQL:  "INSERT INTO once_keys (account_id, user_id, act, key, urn, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		Args: []any{string(tx.Caller.Account), string(tx.Caller.User), act, key, urn.String(), store.At(tx.Now)},
	}
}

// madeBefore is what the first transaction with this key made.
func (tx *Tx) madeBefore(act, key string) (URN, error) {
	var stored string
	c := tx.Caller
	err := tx.db.Raw("SELECT urn FROM once_keys WHERE account_id = ? AND user_id = ? AND act = ? AND key = ?", string(c.Account), string(c.User), act, key).Scan(&stored).Error
	if err != nil {
		return URN{}, fmt.Errorf("read idempotency key: %w", err)
	}
	made, ok := ParseURN(stored)
	if !ok {
		return URN{}, fmt.Errorf("idempotency key of %s holds no URN", act)
	}
	return made, nil
}
