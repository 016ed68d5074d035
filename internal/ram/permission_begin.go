package ram

import (
	"context"

	"sharedkms/internal/iam"
)

// BeginPermission says whether the caller may make permissions, before a form is filled in
// for nothing.
//
// Errors: Forbidden without ram:permissions:create.
func (s *Service) BeginPermission(ctx context.Context, caller iam.Caller) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		return tx.Allow(ActionCreatePermission, permissionURN(caller.Account, "*"))
	})
}

// BeginPermissionChange says whether the caller's policies allow action on a permission of
// its account, before the question or the form of the act is shown. Whether there is one
// with this ID, GetPermission tells.
//
// Errors: Forbidden without action.
func (s *Service) BeginPermissionChange(ctx context.Context, caller iam.Caller, id PermissionID, action iam.Action) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		return tx.Allow(action, permissionURN(caller.Account, string(id)))
	})
}
