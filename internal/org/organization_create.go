package org

import (
	"context"
	"fmt"
	"regexp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// The actions this room asks the gate for, by the vendor's names. ActionMoveUnit is the
// console's own: the vendor cannot move units.
const (
	ActionCreate     iam.Action = "organizations:organizations:create"
	ActionGet        iam.Action = "organizations:organizations:get"
	ActionDelete     iam.Action = "organizations:organizations:delete"
	ActionLeave      iam.Action = "organizations:organizations:leave"
	ActionListUnits  iam.Action = "organizations:ous:list"
	ActionCreateUnit iam.Action = "organizations:ous:create"
	ActionRenameUnit iam.Action = "organizations:ous:update"
	ActionDeleteUnit iam.Action = "organizations:ous:delete"
	ActionMoveUnit   iam.Action = "organizations:ous:move"
	ActionAccounts   iam.Action = "organizations:accounts:list"
	ActionInvite     iam.Action = "organizations:accounts:invite"
	ActionMove       iam.Action = "organizations:accounts:move"
	ActionRemove     iam.Action = "organizations:accounts:remove"
	ActionListSent   iam.Action = "organizations:handshakes:list"
	ActionCancel     iam.Action = "organizations:handshakes:cancel"
	ActionAccept     iam.Action = "organizations:handshakes:accept"
	ActionDecline    iam.Action = "organizations:handshakes:decline"
	ActionEnable     iam.Action = "ram:resourceShares:enableSharingWithOrganization"
	ActionDisable    iam.Action = "ram:resourceShares:disableSharingWithOrganization"
)

// unitName is the vendor's rule for units (Huawei Cloud Organizations User Guide);
// organizations follow it.
var unitName = regexp.MustCompile(`^[\x{4e00}-\x{9fa5}0-9A-Za-z_ -]{1,64}$`)

const badName = "Use 1 to 64 Chinese characters, letters, digits, spaces, _ or -."

// CreateOrganization makes an organization with its root. The caller's account becomes
// its management account and first member. Sharing is off.
//
// Errors: Invalid with the field name; Conflict when the account is in an organization.
func (s *Service) CreateOrganization(ctx context.Context, caller iam.Caller, name string) (Organization, error) {
	if !unitName.MatchString(name) {
		return Organization{}, fault.InField("name", "", badName)
	}
	var made organizationRow
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		id, root := randomID("o-", 16), randomID("r-", 8)
		account := tx.Caller.Account
		made = organizationRow{
			ID: id, URN: urn(account, "organization", id).String(), Management: string(account), Name: name,
			Epoch: 1, CreatedAt: store.At(tx.Now),
		}
		if err := tx.Allow(ActionCreate, urn(account, "organization", id)); err != nil {
			return err
		}
		if _, err := membershipOf(tx.DB(), account); !isNoOrganization(err) {
			if err != nil {
				return err
			}
			return fault.New(fault.Conflict, "", "This account is in an organization already.")
		}
		if err := tx.DB().Create(&made).Error; err != nil {
			return err
		}
		unit := unitRow{ID: root, Organization: id, URN: urn(account, "root", id+"/"+root).String(), Name: name, CreatedAt: store.At(tx.Now)}
		if err := tx.DB().Create(&unit).Error; err != nil {
			return err
		}
		return join(tx, made, map[string]unitRow{root: unit}, account, root, Created)
	})
	if store.Duplicate(err) {
		return Organization{}, fault.New(fault.Conflict, "", "This account is in an organization already.")
	}
	if err != nil {
		return Organization{}, fmt.Errorf("create organization: %w", err)
	}
	return made.toOrganization(), nil
}

func join(tx *iam.Tx, organization organizationRow, units map[string]unitRow, account iam.AccountID, unit string, how JoinMethod) error {
	row := membershipRow{Account: string(account), Organization: organization.ID, Unit: unit, JoinedAt: store.At(tx.Now), Method: string(how)}
	if err := tx.DB().Create(&row).Error; err != nil {
		return err
	}
	if err := noteMembers(tx, organization); err != nil {
		return err
	}
	return place(tx, account, organization, units, unit)
}
