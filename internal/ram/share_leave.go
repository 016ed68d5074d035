package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// LeaveShare ends the caller's account's part in a share that it was invited to. Access
// by another path stays.
//
// Errors: NotFound; Forbidden; State (1908) when the share reaches the account through
// the organization only.
func (s *Service) LeaveShare(ctx context.Context, caller iam.Caller, id ShareID) (Ended, error) {
	var ended Ended
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, part, live, err := findPart(tx, id)
		if err != nil {
			return err
		}
		switch {
		case iam.AccountID(share.AccountID) == tx.Caller.Account:
			return errOwnShare
		case part.ID == "" || live && part.EndedAt != nil: // only the organization's path is there
			name, err := accountName(tx, share.AccountID)
			if err != nil {
				return err
			}
			return fault.New(fault.State, codeLeaveOrg, whyStay(name))
		}
		ended = Ended{State: Left, At: tx.Now, Name: share.Name}
		tx.Detail("share_name", share.Name)
		if part.EndedAt != nil {
			ended.Already, ended.State, ended.At = true, endState(part.EndedBy, part.AssociatedAt), part.EndedAt.Time
			tx.Detail("already", part.EndedBy)
			return nil
		}
		return endPrincipal(tx, share, part, endedByLeaving, StatusCancelled, false)
	})
	if err != nil {
		return Ended{}, fmt.Errorf("leave share: %w", err)
	}
	return ended, nil
}

var errOwnShare = fault.New(fault.State, codeLeaveOwn, "This account owns the share. To end it, delete it.")

// findPart reads a share and the caller's account's part in it, and decides leaving it;
// live tells whether the share reaches the account. It locks the share of who has, or
// had, a part, so that what it reads stays so; others get no lock of a share that is
// none of theirs. A part that has ended is related to its own past only: leaving again,
// or after the owner was faster, gets a kind answer, not "not found".
func findPart(tx *iam.Tx, id ShareID) (share shareRow, part principalRow, live bool, err error) {
	err = tx.DB().Where("id = ?", store.QueryID(id)).Take(&share).Error
	if err != nil && !store.NotFound(err) {
		return share, part, false, fmt.Errorf("read share %s: %w", id, err)
	}
	part, was, err := invitedPart(tx, store.QueryID(id))
	if err == nil && was {
		if share, err = lockShare(tx, share.ID); err == nil {
			part, _, err = invitedPart(tx, share.ID)
		}
	}
	if err != nil {
		return share, part, false, err
	}
	var paths []string
	err = tx.DB().Table("live_principals").
		Where("share_id = ? AND account_id = ? AND (ends_at IS NULL OR ends_at > ?)", store.QueryID(id), string(tx.Caller.Account), store.At(tx.Now)).Limit(1).Pluck("path", &paths).Error
	if err != nil {
		return share, part, false, fmt.Errorf("read paths of share: %w", err)
	}
	if live = len(paths) > 0; !live && part.EndedAt != nil {
		urn := shareURN(tx.Caller.Account, share.ID)
		urn.Type = "resourceShareAssociation"
		return share, part, false, tx.Allow(ActionLeave, urn)
	}
	return share, part, live, tx.Allow(ActionLeave, shareURN(iam.AccountID(share.AccountID), string(id)))
}

// invitedPart reads the caller's account's association by invitation: the live one, else
// the newest ended one. ok is false when there never was one. An invitation that still
// waits is no part: it is accepted or rejected, not left.
func invitedPart(tx *iam.Tx, share string) (part principalRow, ok bool, err error) {
	var rows []principalRow
	err = tx.DB().Where("share_id = ? AND kind = 'account' AND principal = ? AND organization_id IS NULL AND associated_at IS NOT NULL", share, string(tx.Caller.Account)).
		Order("CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, ended_at DESC, id").Limit(1).Find(&rows).Error
	if err != nil {
		return principalRow{}, false, fmt.Errorf("read part in share: %w", err)
	}
	if len(rows) == 0 {
		return principalRow{}, false, nil
	}
	part = rows[0]
	if part.EndedAt == nil {
		var share shareRow
		if err := tx.DB().Select("ends_at").Where("id = ?", part.ShareID).Take(&share).Error; err != nil {
			return principalRow{}, false, fmt.Errorf("read end of share: %w", err)
		}
		if end := earlier(part.EndsAt, share.EndsAt); over(end, tx.Now) { // the sweep has not come by yet
			part.EndedAt, part.EndedBy = end, "expired"
		}
	}
	return part, true, nil
}

func accountName(tx *iam.Tx, id string) (string, error) {
	names, err := iam.AccountNames(tx.DB(), []iam.AccountID{iam.AccountID(id)})
	return names[iam.AccountID(id)], err
}
