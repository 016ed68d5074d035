package kms

import (
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// LockOwnKeysIn reads those of the ids that are custom keys of the caller's account,
// in any region, and keeps them from changing until the transaction ends: at the place
// of keys in the order of locks. Ids that name nothing of the kind are left out.
func LockOwnKeysIn(tx *iam.Tx, ids []KeyID) ([]Key, error) {
	texts := make([]string, 0, len(ids))
	for _, id := range ids {
		texts = append(texts, store.QueryID(id))
	}
	var rows []keyRow
	err := tx.DB().Scopes(store.ForShare, store.OfAccount("account_id", string(tx.Caller.Account), true)).Select(keyColumns).
		Where("id IN ? AND kind = ? AND state <> 'deleted'", texts, string(Custom)).
		Order("id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("lock keys: %w", err)
	}
	return toKeys(rows), nil
}

// LockKeysIn keeps keys, whoever owns them, from changing until the transaction ends, at
// the place of keys in the order of locks: for acts that begin access and so copy from them.
func LockKeysIn(tx *iam.Tx, ids []KeyID) error {
	texts := make([]string, 0, len(ids))
	for _, id := range ids {
		texts = append(texts, store.QueryID(id))
	}
	var locked []string
	if err := tx.DB().Model(&keyRow{}).Scopes(store.ForShare).Where("id IN ?", texts).Order("id").Pluck("id", &locked).Error; err != nil {
		return fmt.Errorf("lock keys: %w", err)
	}
	return nil
}
