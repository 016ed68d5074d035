package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

var errNotWaiting = fault.New(fault.State, codeNotWaiting, "This principal has no invitation that waits, so there is none to send again. Open the share to see how it stands now.")

// ResendInvitation withdraws an invitation that waits and sends a new one, valid for 7 days:
// the vendor's disassociate and associate in one. The receiver sees the new one only. One
// that ran out is sent anew as well.
//
// Errors: NotFound; Forbidden; State when the receiver answered meanwhile, or the share is
// deleted; Invalid when the account can no longer be named; Quota.
func (s *Service) ResendInvitation(ctx context.Context, caller iam.Caller, id ShareID, principal AssociationID) (Principal, error) {
	var sent Principal
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionDisassociate, id)
		if err != nil {
			return err
		}
		if err := tx.TakeQuota(quotaPending, 0); err != nil {
			return err
		}
		old, err := principalOf(tx, share.ID, principal)
		if err != nil {
			return err
		}
		c, err := readCircle(tx, []string{old.Principal}, true)
		if err != nil {
			return err
		}
		if share, err = lockShare(tx, share.ID); err != nil {
			return err
		}
		if share.Status != string(ShareActive) {
			return errShareDeleted
		}
		if err := lockKeysOf(tx, []string{share.ID}); err != nil {
			return err
		}
		if old, err = principalOf(tx, share.ID, principal); err != nil {
			return err
		}
		if err := c.of(share, tx.Now); err != nil {
			return err
		}
		chosen, err := c.judge(old.Principal, share.AllowExternal)
		if err != nil {
			return err
		}
		tx.As(eventWithdraw)
		tx.Detail("share_name", share.Name)
		tx.Detail("invitation", string(old.Invitation))
		tx.CopyTo(old.Account)
		if old.State == Expired {
			tx.Quiet() // nothing waits that could be withdrawn: all that is told is the new one
		}
		switch {
		case old.State == InvitationPending:
			if err := endPrincipal(tx, share, principalRow{ID: string(old.ID)}, "removed", StatusCancelled, false); err != nil {
				return err
			}
			share.PrincipalCount--
		case old.State != Expired:
			return errNotWaiting
		}
		if err := tx.Allow(ActionAssociate, shareURN(tx.Caller.Account, share.ID)); err != nil {
			return err
		}
		if err := makeRoom(tx, share, chosen); err != nil { // it may have run out, unnoticed by the sweep
			return err
		}
		sent, err = name(tx, share, c, chosen)
		return err
	})
	if err != nil {
		return Principal{}, fmt.Errorf("resend invitation: %w", err)
	}
	return sent, nil
}
