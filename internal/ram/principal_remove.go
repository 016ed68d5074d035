package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// ErrNoPrincipal answers for an association that is none of the share's.
var ErrNoPrincipal = fault.New(fault.NotFound, codePrincipalMissing, "The share names no such principal. Open the share to see whom it names.")

var errNoResource = fault.New(fault.NotFound, codeResourceMissing, "The share holds no such key. Open the share to see what it holds.")

// RemovePrincipal ends one principal's part in a share, and a pending invitation. One
// that left or rejected at the same moment is told as ended already.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemovePrincipal(ctx context.Context, caller iam.Caller, id ShareID, principal AssociationID) (Ended, error) {
	var ended Ended
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionDisassociate, id)
		if err != nil {
			return err
		}
		if err := lockPending(tx, share.AccountID); err != nil {
			return err
		}
		if share, err = lockShare(tx, share.ID); err != nil {
			return err
		}
		p, err := principalOf(tx, share.ID, principal)
		if err != nil {
			return err
		}
		ended = Ended{State: Removed, At: tx.Now, Name: p.Name}
		tx.Detail("share_name", share.Name)
		tx.PrivateDetail("principal", p.Principal)
		if !p.State.Live() {
			ended.Already, ended.State, ended.At = true, p.State, *p.EndedAt
			tx.PrivateDetail("already", string(p.State))
			return nil
		}
		if p.State == InvitationPending {
			tx.As(eventWithdraw)
			tx.Detail("invitation", string(p.Invitation))
		}
		tx.CopyTo(accountsOf([]Principal{p})...)
		return endPrincipal(tx, share, principalRow{ID: string(p.ID)}, "removed", StatusCancelled, true)
	})
	if err != nil {
		return Ended{}, fmt.Errorf("remove principal: %w", err)
	}
	return ended, nil
}

// eventWithdraw is what the trails call it when an invitation that waits is withdrawn.
const eventWithdraw = "cancelResourceShareInvitation"

// withdrawn tells the trails of owner and receiver that an act on a share withdrew an
// invitation.
func withdrawn(tx *iam.Tx, share shareRow, invitation InvitationID, receiver iam.AccountID) {
	tx.Follow(ActionDisassociate, eventWithdraw, shareURN(iam.AccountID(share.AccountID), share.ID), func() {
		tx.CopyTo(receiver)
		tx.Detail("share_name", share.Name)
		tx.Detail("invitation", string(invitation))
		tx.PrivateDetail("principal", string(receiver))
	})
}

// RemoveResource takes a key out of a share. The last one may go: the share stays,
// empty.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemoveResource(ctx context.Context, caller iam.Caller, id ShareID, resource AssociationID) (Ended, error) {
	var ended Ended
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionDisassociate, id)
		if err != nil {
			return err
		}
		if share, err = lockShare(tx, share.ID); err != nil {
			return err
		}
		r, err := findResource(tx, share.ID, resource)
		if err != nil {
			return err
		}
		ended = Ended{State: Removed, At: tx.Now, Name: r.Key.Name}
		tx.Detail("share_name", share.Name)
		tx.Detail("key", r.Key.ID)
		if r.EndedAt != nil {
			ended.Already, ended.At = true, *r.EndedAt
			tx.PrivateDetail("already", string(Removed))
			return nil
		}
		accounts, err := accountsIn(tx, share.ID)
		if err != nil {
			return err
		}
		tx.CopyTo(accounts...)
		return endResource(tx, share.ID, r.ID, "", true)
	})
	if err != nil {
		return Ended{}, fmt.Errorf("remove key from share: %w", err)
	}
	return ended, nil
}

func endResource(tx *iam.Tx, share string, id AssociationID, why string, owners bool) error {
	ended := tx.DB().Model(&resourceRow{}).Where("id = ? AND ended_at IS NULL", string(id)).
		Updates(map[string]any{"status": disassociated, "status_message": why, "ended_at": store.At(tx.Now)})
	if err := store.Changed(ended, errMoved); err != nil {
		return err
	}
	return touchShare(tx, share, owners, -1, 0)
}

// findResource reads one key of a share, ended or not.
func findResource(tx *iam.Tx, share string, id AssociationID) (Resource, error) {
	var row resourceRow
	err := tx.DB().Where("id = ? AND share_id = ?", store.QueryID(id), share).Take(&row).Error
	if store.NotFound(err) {
		return Resource{}, errNoResource
	}
	if err != nil {
		return Resource{}, fmt.Errorf("read key of share %s: %w", share, err)
	}
	var card keyCard
	if err := tx.DB().Where("id = ?", row.KeyID).Take(&card).Error; err != nil {
		return Resource{}, fmt.Errorf("read key %s: %w", row.KeyID, err)
	}
	return Resource{ID: AssociationID(row.ID), Key: card.toKey(), Since: row.CreatedAt.Time, EndedAt: row.EndedAt.TimePtr(), EndReason: row.StatusMessage}, nil
}
