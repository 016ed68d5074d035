package kms

import (
	"context"

	"sharedkms/internal/iam"
)

// BeginKey says whether the caller may make keys in a region, before a form is filled in
// for nothing.
//
// Errors: Forbidden without kms:cmk:create.
func (s *Service) BeginKey(ctx context.Context, caller iam.Caller, region string) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		return tx.Allow(ActionCreate, Key{ID: "*", Account: caller.Account, Region: region}.URN())
	})
}

// BeginChange says whether the caller may do action to a key, before the question or the
// form of the act is shown. Whether the key's state allows it shows with the key itself.
//
// Errors: NotFound KMS.0207; Forbidden without action or on a foreign key.
func (s *Service) BeginChange(ctx context.Context, caller iam.Caller, region string, id KeyID, action iam.Action) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		k, err := find(tx, region, id)
		if err != nil {
			return err
		}
		if err := tx.Allow(action, k.URN()); err != nil {
			return err
		}
		return inRegion(k, region)
	})
}
