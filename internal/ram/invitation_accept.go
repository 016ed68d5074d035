package ram

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// AcceptInvitation gives the caller's account access at once.
//
// Errors: NotFound; Forbidden; State, each with its code, when it was accepted (1904, or 1922
// by the organization), rejected (1905), has expired (1906) or was withdrawn (1907), or when the share is for an
// organization that the account has left (1015).
func (s *Service) AcceptInvitation(ctx context.Context, caller iam.Caller, id InvitationID) (Invitation, error) {
	var accepted Invitation
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		return answer(tx, id, ActionAccept, func(share shareRow, row invitationRow) error {
			now := store.At(tx.Now)
			tied := tx.DB().Model(&principalRow{}).Where("id = ? AND status = 'associating'", row.AssociationID).
				Updates(map[string]any{"status": associated, "associated_at": now})
			if err := store.Changed(tied, errMoved); err != nil {
				return err
			}
			kept := tx.DB().Model(&invitationRow{}).Where("id = ? AND status = 'pending'", row.ID).
				Updates(map[string]any{"status": string(StatusAccepted), "answered_at": now})
			if err := store.Changed(kept, errMoved); err != nil {
				return err
			}
			row.Status, row.AnsweredAt = string(StatusAccepted), &now
			accepted = row.toInvitation(share, tx)
			return tx.ReturnQuota(iam.AccountID(row.Sender), quotaPending, 1)
		})
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("accept invitation: %w", err)
	}
	return accepted, nil
}

// RejectInvitation turns an invitation down. The owner reads the reason, which may be empty
// and has at most 256 characters; line breaks become spaces.
//
// Errors: as AcceptInvitation; Invalid with the field reason.
func (s *Service) RejectInvitation(ctx context.Context, caller iam.Caller, id InvitationID, reason string) (Invitation, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	var wrong fault.Fields
	if checkLine(&wrong, "reason", "reason", reason); len(wrong) > 0 {
		return Invitation{}, wrong.Err()
	}
	var rejected Invitation
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		return answer(tx, id, ActionReject, func(share shareRow, row invitationRow) error {
			now := store.At(tx.Now)
			row.Status, row.AnsweredAt = string(StatusRejected), &now
			rejected = row.toInvitation(share, tx)
			if reason != "" {
				tx.Detail("reason", reason)
				if err := tx.DB().Model(&invitationRow{}).Where("id = ?", row.ID).Update("reason", reason).Error; err != nil {
					return fmt.Errorf("keep the reason: %w", err)
				}
			}
			return endPrincipal(tx, share, principalRow{ID: row.AssociationID}, "rejected", StatusRejected, false)
		})
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("reject invitation: %w", err)
	}
	return rejected, nil
}

func (r invitationRow) toInvitation(share shareRow, tx *iam.Tx) Invitation {
	return Invitation{
		ID: InvitationID(r.ID), Share: ShareID(r.ShareID), ShareName: share.Name, Description: share.Description, Owner: iam.AccountID(r.Sender),
		Status: r.status(tx.Now), SentAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time, AnsweredAt: r.AnsweredAt.TimePtr(),
	}
}
