package keyuse

import (
	"fmt"

	"sharedkms/internal/iam"
)

// Dependents is how many things stop with one key.
type Dependents struct {
	Own           int // of the caller's account
	Others        int
	OtherAccounts int
}

// DependentsIn counts what depends on each of a few keys, one query. Keys without dependents
// have no entry.
func DependentsIn(tx *iam.Tx, keyIDs []string) (map[string]Dependents, error) {
	counts := map[string]Dependents{}
	if len(keyIDs) == 0 {
		return counts, nil
	}
	var rows []struct {
		KeyID     string `gorm:"column:key_id"`
		AccountID string `gorm:"column:account_id"`
		N         int    `gorm:"column:n"`
	}
	err := tx.DB().Raw("SELECT key_id, account_id, sum(n) AS n FROM key_use_counts WHERE key_id IN ? AND n > 0 GROUP BY key_id, account_id", keyIDs).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count dependents: %w", err)
	}
	for _, r := range rows {
		d := counts[r.KeyID]
		if iam.AccountID(r.AccountID) == tx.Caller.Account {
			d.Own += r.N
		} else {
			d.Others += r.N
			d.OtherAccounts++
		}
		counts[r.KeyID] = d
	}
	return counts, nil
}
