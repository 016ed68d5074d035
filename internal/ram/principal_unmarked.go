package ram

import (
	"fmt"

	"sharedkms/internal/iam"
)

// endedInTime says that the end which was set has come; endPrincipal knows the others.
const endedInTime = "time"

// unmarked tells how a part ended that no sweep has marked yet, or nothing: its time came,
// nobody answered its invitation, or sharing within the organization was turned off.
func unmarked(tx *iam.Tx, share shareRow, p principalRow) (string, error) {
	switch {
	case p.Status == associated && p.timeOver(share, tx.Now):
		return endedInTime, nil
	case p.Status == associating:
		var invitation invitationRow
		if err := tx.DB().Where("association_id = ?", p.ID).Take(&invitation).Error; err != nil {
			return "", fmt.Errorf("read invitation: %w", err)
		}
		if over(&invitation.ExpiresAt, tx.Now) {
			return "expired", nil
		}
	case p.OrganizationID != nil:
		var on []string
		err := tx.DB().Table("sharing_switches").Where("id = ? AND sharing_enabled AND sharing_epoch = ?", *p.OrganizationID, *p.SharingEpoch).Pluck("id", &on).Error
		if err != nil {
			return "", fmt.Errorf("read the switch of the organization: %w", err)
		}
		if len(on) == 0 {
			return "sharing_disabled", nil
		}
	}
	return "", nil
}
