package ram

import (
	"context"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// ListInvitations is the tab Resource Shares to Be Accepted.
func (s *Service) ListInvitations(ctx context.Context, caller iam.Caller, filter InvitationFilter, slice store.Slice) (InvitationPage, error) {
	return InvitationPage{}, errNotBuilt
}

// GetInvitation gives one invitation sent to the caller's account, in any state.
//
// Errors: NotFound.
func (s *Service) GetInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	return Invitation{}, errNotBuilt
}

// ListReceived is the tab Accepted Resource Shares: invited and accepted, reached
// through the organization, and ended in the last 48 h.
func (s *Service) ListReceived(ctx context.Context, caller iam.Caller, filter ReceivedFilter, slice store.Slice) (ReceivedPage, error) {
	return ReceivedPage{}, errNotBuilt
}

// GetReceivedShare gives a share that reaches or invites the caller's account.
//
// Errors: NotFound when neither, also after the end; Forbidden.
func (s *Service) GetReceivedShare(ctx context.Context, caller iam.Caller, id ShareID) (ReceivedShare, error) {
	return ReceivedShare{}, errNotBuilt
}

// AcceptInvitation gives the caller's account access at once.
//
// Errors: NotFound; Forbidden; State, each with its code, when it was accepted (1904),
// rejected (1905), has expired (1906) or was withdrawn (1907).
func (s *Service) AcceptInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	return Invitation{}, errNotBuilt
}

// RejectInvitation turns an invitation down. Errors as AcceptInvitation.
func (s *Service) RejectInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	return Invitation{}, errNotBuilt
}

// LeaveShare ends the caller's account's part in a share that it was invited to.
//
// Errors: NotFound; Forbidden; State (1908) when the share reaches the account through
// the organization only.
func (s *Service) LeaveShare(ctx context.Context, caller iam.Caller, id ShareID) (Ended, error) {
	return Ended{}, errNotBuilt
}

// LeaveImpact tells what LeaveShare ends.
func (s *Service) LeaveImpact(ctx context.Context, caller iam.Caller, id ShareID) (Impact, error) {
	return Impact{}, errNotBuilt
}
