package ram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// SetEndInput moves, sets or removes an end. Seen is the end as the page showed it, so that
// pressing a button twice extends once.
type SetEndInput struct {
	Principal AssociationID // whose part ends; empty for the share as a whole
	Seen      End
	To        End // empty: without an end
}

// Plus is the end some days later, at the same time of day.
func (e End) Plus(days int) End {
	at, err := e.Time()
	if at == nil || err != nil {
		return e
	}
	later := at.AddDate(0, 0, days)
	return EndAt(&later)
}

// SetEnd sets when a share, or one principal's part in it, ends. Whoever's time has come
// stays out: moving the end of a share that ended lets nobody in again, but the share can
// name principals again.
//
// Errors: Invalid with the field ends; NotFound; Forbidden; Conflict when the end is not
// Seen any more; State when the share is deleted, or the principal's part has ended.
func (s *Service) SetEnd(ctx context.Context, caller iam.Caller, id ShareID, in SetEndInput) error {
	err := s.changeShare(ctx, caller, ActionUpdate, id, func(tx *iam.Tx, share shareRow) (bool, error) {
		var wrong fault.Fields
		in.To.check(&wrong, tx.Now)
		if err := wrong.Err(); err != nil {
			return false, err
		}
		tx.Detail("ends", endWords(in.To))
		if in.Principal != "" {
			return setPrincipalEnd(tx, share, in)
		}
		if same, err := in.against(share.EndsAt); same || err != nil {
			return false, err
		}
		tell, err := moveEnd(tx, share, in.To.column())
		if err != nil {
			return false, err
		}
		tell()
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("set end: %w", err)
	}
	return nil
}

// against compares the change with the end in force: whether nothing is left to do.
func (c SetEndInput) against(now *store.Time) (done bool, err error) {
	switch is := EndAt(now.TimePtr()); {
	case is == c.To:
		return true, nil
	case is != c.Seen:
		return false, errShareMoved
	}
	return false, nil
}

var errPartEnded = fault.New(fault.State, codeTimeEnded, "The time of this principal has ended, so its end stays as it is. Share again to give access anew.")

var errPartOver = fault.New(fault.State, codePrincipalMissing, "This principal is no part of the share any more, so it has no end to set. Share with it again first.")

func setPrincipalEnd(tx *iam.Tx, share shareRow, in SetEndInput) (bool, error) {
	var p principalRow
	err := store.ForUpdate(tx.DB()).Where("id = ? AND share_id = ?", store.QueryID(in.Principal), share.ID).Take(&p).Error
	switch {
	case store.NotFound(err):
		return false, ErrNoPrincipal
	case err != nil:
		return false, fmt.Errorf("lock principal: %w", err)
	case p.EndedAt != nil || p.timeOver(share, tx.Now):
		return false, errPartEnded
	}
	if ended, err := unmarked(tx, share, p); ended != "" || err != nil {
		return false, cmp.Or[error](err, errPartOver)
	}
	if same, err := in.against(p.EndsAt); same || err != nil {
		return false, err
	}
	to := in.To.column()
	if to != nil && share.EndsAt != nil && to.After(share.EndsAt.Time) {
		return false, fault.InField("ends", "", fmt.Sprintf("The share itself ends before, at %s UTC. Extend the share first.", EndAt(share.EndsAt.TimePtr())))
	}
	tx.PrivateDetail("principal", p.Principal)
	if p.Kind == string(KindAccount) {
		tx.CopyTo(iam.AccountID(p.Principal))
	}
	if err := tx.DB().Model(&principalRow{}).Where("id = ?", p.ID).Update("ends_at", to).Error; err != nil {
		return false, fmt.Errorf("set end of principal: %w", err)
	}
	return true, boundInvitations(tx, share.ID, share.EndsAt)
}

func endWords(e End) string {
	if e == "" {
		return "none"
	}
	return string(e) + " UTC"
}

// moveEnd gives a locked share another end: whose time came before is marked, so that
// nobody revives, and invitations wait no longer than the share lives. tell adds to the
// decision that moves the end whose trails hold it, and whose time it found over.
func moveEnd(tx *iam.Tx, share shareRow, to *store.Time) (tell func(), err error) {
	var live, over []principalRow
	if err := tx.DB().Where("share_id = ? AND ended_at IS NULL", share.ID).Order("id").Find(&live).Error; err != nil {
		return nil, fmt.Errorf("read principals: %w", err)
	}
	accounts, err := accountsIn(tx, share.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range live {
		if p.Status != associated || !p.timeOver(share, tx.Now) {
			continue
		}
		if err := endInTime(tx, share, p); err != nil {
			return nil, err
		}
		over = append(over, p)
	}
	tell = func() {
		tx.CopyTo(accounts...)
		for _, p := range over {
			tx.Follow(actionSettle, "disassociateResourceShare", shareURN(iam.AccountID(share.AccountID), share.ID), func() { tellEnded(tx, share, p) })
		}
	}
	if err := tx.DB().Model(&shareRow{}).Where("id = ?", share.ID).Update("ends_at", to).Error; err != nil {
		return nil, fmt.Errorf("move end of share %s: %w", share.ID, err)
	}
	return tell, boundInvitations(tx, share.ID, to)
}

// boundInvitations makes the invitations of a share wait 7 days, and never longer than what
// they offer. Those that have run out stay so.
func boundInvitations(tx *iam.Tx, share string, ends *store.Time) error {
	var waiting []struct {
		ID        string      `gorm:"column:id"`
		CreatedAt store.Time  `gorm:"column:created_at"`
		ExpiresAt store.Time  `gorm:"column:expires_at"`
		EndsAt    *store.Time `gorm:"column:ends_at"`
	}
	err := tx.DB().Raw(`SELECT i.id, i.created_at, i.expires_at, sp.ends_at FROM invitations i JOIN share_principals sp ON sp.id = i.association_id
WHERE i.share_id = ? AND i.status = 'pending' AND i.expires_at > ? ORDER BY i.id`, share, store.At(tx.Now)).Scan(&waiting).Error
	if err != nil {
		return fmt.Errorf("read invitations: %w", err)
	}
	for _, i := range waiting {
		until := invitedUntil(i.CreatedAt.Time, earlier(ends, i.EndsAt))
		if until.Equal(i.ExpiresAt.Time) || !until.After(tx.Now) {
			continue // an invitation that runs out by this is left to its own time
		}
		if err := tx.DB().Model(&invitationRow{}).Where("id = ? AND status = 'pending'", i.ID).Update("expires_at", until).Error; err != nil {
			return fmt.Errorf("bound invitation %s: %w", i.ID, err)
		}
	}
	return nil
}

// endInTime marks a live association of a locked share whose end has come, as ended at that
// moment. Nobody loses access by it: the view knew.
func endInTime(tx *iam.Tx, share shareRow, p principalRow) error {
	ended := tx.DB().Model(&principalRow{}).Where("id = ? AND ended_at IS NULL", p.ID).Updates(map[string]any{
		"status": disassociated, "status_message": "The time agreed on ended.", "ended_at": *earlier(p.EndsAt, share.EndsAt), "ended_by": "expired",
	})
	if err := store.Changed(ended, errMoved); err != nil {
		return err
	}
	return touchShare(tx, share.ID, false, 0, -1)
}

// tellEnded adds to the last decision whose time ended.
func tellEnded(tx *iam.Tx, share shareRow, p principalRow) {
	tx.Detail("share_name", p.nameIn(share))
	tx.Detail("why", "the time agreed on ended")
	tx.PrivateDetail("principal", p.Principal)
	if p.Kind == string(KindAccount) {
		tx.CopyTo(iam.AccountID(p.Principal))
	}
}

// settleEnded marks associations whose end has come.
func (s *Service) settleEnded(ctx context.Context, now time.Time) error {
	var due []principalRow
	at := store.At(now)
	err := s.st.Read(ctx).Raw(`SELECT DISTINCT share_id, account_id FROM (
SELECT share_id, account_id FROM share_principals WHERE ends_at <= ? AND ended_at IS NULL AND status = 'associated'
UNION ALL
SELECT s.id, s.account_id FROM shares s WHERE s.ends_at <= ? AND s.status = 'active'
	AND EXISTS (SELECT 1 FROM share_principals sp WHERE sp.share_id = s.id AND sp.ended_at IS NULL AND sp.status = 'associated')) AS d
ORDER BY share_id LIMIT ?`, at, at, sweepBatch).Scan(&due).Error
	if err != nil {
		return fmt.Errorf("find associations whose time ended: %w", err)
	}
	var failed []error
	for _, d := range due {
		err := s.settle(ctx, iam.AccountID(d.AccountID), func(tx *iam.Tx) error {
			share, err := lockShare(tx, d.ShareID)
			if err != nil {
				return err
			}
			var live []principalRow
			if err := tx.DB().Where("share_id = ? AND ended_at IS NULL AND status = 'associated'", share.ID).Order("id").Find(&live).Error; err != nil {
				return fmt.Errorf("read principals: %w", err)
			}
			settled := errSettled
			for _, p := range live {
				if !p.timeOver(share, now) {
					continue
				}
				settled = nil
				if err := tx.Allow(actionSettle, shareURN(tx.Caller.Account, share.ID)); err != nil {
					return err
				}
				tellEnded(tx, share, p)
				if err := endInTime(tx, share, p); err != nil {
					return err
				}
			}
			return settled
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("end associations of share %s: %w", d.ShareID, err))
		}
	}
	return errors.Join(failed...)
}
