package org

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// DeleteOrganization deletes the organization of the caller's account when nothing is
// left in it but that account. Invitations that wait are cancelled.
//
// Errors: State when other accounts or units are in it, and (RAM.1802) for an account in
// none; Forbidden for other accounts than the management account.
func (s *Service) DeleteOrganization(ctx context.Context, caller iam.Caller) error {
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		organization, err := managed(tx, ActionDelete)
		if err != nil {
			return err
		}
		members, err := countMembers(tx, organization)
		if err != nil {
			return err
		}
		var units int64
		if err := tx.DB().Model(&unitRow{}).Where("organization_id = ?", organization.ID).Count(&units).Error; err != nil {
			return err
		}
		if members > 1 || units > 1 {
			return fault.New(fault.State, "", "Only an organization without other accounts and without units can be deleted. Remove the accounts and delete the units first.")
		}
		tx.Detail("name", organization.Name)
		for _, row := range []any{&membershipRow{}, &unitRow{}} {
			if err := tx.DB().Where("organization_id = ?", organization.ID).Delete(row).Error; err != nil {
				return err
			}
		}
		if err := tx.DB().Where("id = ?", organization.ID).Delete(&organizationRow{}).Error; err != nil {
			return err
		}
		if err := noteMembers(tx, organization); err != nil {
			return err
		}
		cancelled := tx.DB().Model(&invitationRow{}).Where("organization_id = ? AND status = 'pending'", organization.ID).
			Updates(map[string]any{"status": string(Cancelled), "answered_at": store.At(tx.Now)})
		if cancelled.Error != nil {
			return cancelled.Error
		}
		if err := iam.SetPrincipalsIn(tx.DB(), tx.Caller.Account, nil); err != nil {
			return err
		}
		return s.sharing.OrganizationDeletedIn(tx, OrganizationID(organization.ID))
	})
	if err != nil {
		return fmt.Errorf("delete organization: %w", err)
	}
	return nil
}
