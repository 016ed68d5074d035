package ram

import (
	"cmp"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// keepName keeps the name of a share, which is locked and about to get another, for those
// whose part in it is over though no sweep has marked it yet: what the share is called
// later is not theirs to read. The database does the same for parts that are marked.
func keepName(tx *iam.Tx, share shareRow) error {
	now := store.At(tx.Now)
	err := tx.DB().Exec(`UPDATE share_principals SET past_name = ? WHERE share_id = ? AND ended_at IS NULL AND past_name IS NULL AND status = 'associated'
AND (ends_at <= ? OR share_ends_at <= ? OR organization_id IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM sharing_switches o WHERE o.id = share_principals.organization_id AND o.sharing_enabled AND o.sharing_epoch = share_principals.sharing_epoch))`,
		share.Name, share.ID, now, now).Error
	if err != nil {
		return fmt.Errorf("keep the name of share %s: %w", share.ID, err)
	}
	return nil
}

// nameIn is what the share was called as long as the part lived.
func (p principalRow) nameIn(share shareRow) string { return *cmp.Or(p.PastName, &share.Name) }
