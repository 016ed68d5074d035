package ram

import (
	"context"
	"errors"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

var errNotBuilt = errors.New("ram: not built")

// ListShares lists the caller's own shares.
func (s *Service) ListShares(ctx context.Context, caller iam.Caller, filter ShareFilter, slice store.Slice) (SharePage, error) {
	return SharePage{}, errNotBuilt
}

// GetShare gives one own share with all its parts.
//
// Errors: NotFound; Forbidden for a recipient, who uses GetReceivedShare.
func (s *Service) GetShare(ctx context.Context, caller iam.Caller, id ShareID) (Share, error) {
	return Share{}, errNotBuilt
}

// AddPrincipal names one more principal, or one again that rejected, left, was removed
// or let the invitation expire.
//
// Errors: Invalid with the field principal; NotFound; Forbidden; State when the share is
// deleted; Quota.
func (s *Service) AddPrincipal(ctx context.Context, caller iam.Caller, id ShareID, principal string) (Principal, error) {
	return Principal{}, errNotBuilt
}

// RemovePrincipal ends one principal's part in a share, and a pending invitation.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemovePrincipal(ctx context.Context, caller iam.Caller, id ShareID, principal AssociationID) (Ended, error) {
	return Ended{}, errNotBuilt
}

// RemoveResource takes a key out of a share.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemoveResource(ctx context.Context, caller iam.Caller, id ShareID, resource AssociationID) (Ended, error) {
	return Ended{}, errNotBuilt
}

// DeleteShare ends a share for all. It is shown for 48 h more.
//
// Errors: NotFound; Forbidden.
func (s *Service) DeleteShare(ctx context.Context, caller iam.Caller, id ShareID) (Ended, error) {
	return Ended{}, errNotBuilt
}

// DeleteImpact tells what DeleteShare ends.
func (s *Service) DeleteImpact(ctx context.Context, caller iam.Caller, id ShareID) (Impact, error) {
	return Impact{}, errNotBuilt
}

// RemovePrincipalImpact tells what RemovePrincipal ends.
func (s *Service) RemovePrincipalImpact(ctx context.Context, caller iam.Caller, id ShareID, principal AssociationID) (Impact, error) {
	return Impact{}, errNotBuilt
}

// RemoveResourceImpact tells what RemoveResource ends.
func (s *Service) RemoveResourceImpact(ctx context.Context, caller iam.Caller, id ShareID, resource AssociationID) (Impact, error) {
	return Impact{}, errNotBuilt
}

// RunOnce sweeps: lapsed drafts, expired invitations, associations that the
// organization no longer carries, resources whose key is deleted for good, and rows
// past their keeping. It is safe in several replicas at once.
func (s *Service) RunOnce(ctx context.Context, now time.Time) error { return errNotBuilt }
