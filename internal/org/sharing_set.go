package org

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
)

// SetSharing turns sharing within the organization on or off. Off raises the epoch: all
// access by way of the organization ends with this transaction, and turning it on again
// revives nothing. A switch that stands so already is left alone.
//
// Errors: Forbidden (RAM.1801) for other accounts than the management account; State
// (RAM.1802) for an account in no organization.
func (s *Service) SetSharing(ctx context.Context, caller iam.Caller, on bool) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		action, event := ActionEnable, "enableShareWithOrganization"
		if !on {
			action, event = ActionDisable, "disableShareWithOrganization"
		}
		organization, err := managed(tx, action)
		if err != nil {
			return err
		}
		tx.As(event)
		if organization.Sharing == on {
			return nil
		}
		raise := 0
		if !on {
			raise = 1
		}
		return tx.DB().Exec("UPDATE organizations SET sharing_enabled = ?, sharing_epoch = sharing_epoch + ? WHERE id = ?", on, raise, organization.ID).Error
	})
	if err != nil {
		return fmt.Errorf("set sharing with organization: %w", err)
	}
	return nil
}
