package ram

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// AddPrincipal names one more principal, or one again that rejected, left, was removed
// or let the invitation expire. That one gets a new association and a new invitation.
//
// Errors: Invalid with the field principal; NotFound; Forbidden; State when the share is
// deleted; Quota.
func (s *Service) AddPrincipal(ctx context.Context, caller iam.Caller, id ShareID, principal string) (Principal, error) {
	added, err := s.AddPrincipals(ctx, caller, id, []string{strings.TrimSpace(principal)})
	if err != nil {
		return Principal{}, err
	}
	return added[0], nil
}

// AddPrincipals names up to MaxPrincipals more principals, all or none. Each is decided
// and traced by itself.
//
// Errors: as AddPrincipal; Invalid has a message for each wrong one, at its place, in their order.
func (s *Service) AddPrincipals(ctx context.Context, caller iam.Caller, id ShareID, principals []string) ([]Principal, error) {
	var added []Principal
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionAssociate, id)
		if err != nil {
			return err
		}
		if err := tx.TakeQuota(quotaPending, 0); err != nil {
			return err
		}
		c, err := readCircle(tx, principals[:min(len(principals), MaxPrincipals+1)], true)
		if err != nil {
			return err
		}
		if share, err = lockShare(tx, share.ID); err != nil {
			return err
		}
		if share.Status != string(ShareActive) {
			return errShareDeleted
		}
		if err := c.of(share, tx.Now); err != nil {
			return err
		}
		if err := lockKeysOf(tx, []string{share.ID}); err != nil {
			return err
		}
		chosen, wrong := c.judgeAll(principals, share.AllowExternal)
		for _, one := range chosen {
			err := makeRoom(tx, share, one)
			if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
				wrong = append(wrong, placed(f.Fields, one.at)...)
			} else if err != nil {
				return err
			}
			share.PrincipalCount++
		}
		slices.SortStableFunc(wrong, func(a, b fault.Field) int { return cmp.Compare(a.At, b.At) })
		if err := wrong.Err(); err != nil {
			return err
		}
		if added = nil; len(chosen) == 0 {
			return fault.InField("principal", codeUnknownAccount, "Enter at least one account ID or URN.")
		}
		for i, one := range chosen {
			if i > 0 {
				if err := tx.Allow(ActionAssociate, shareURN(caller.Account, share.ID)); err != nil {
					return err
				}
			}
			p, err := name(tx, share, c, one)
			if err != nil {
				return err
			}
			added = append(added, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add principals: %w", err)
	}
	return added, nil
}

// name writes a new association of a principal, with the invitation it needs, in a share
// that is locked, and adds it to the trace of the decision.
func name(tx *iam.Tx, share shareRow, c circle, chosen Chosen) (Principal, error) {
	row, invitation := associate(tx, share, c, chosen)
	if err := insert(tx, []principalRow{row}); err != nil {
		return Principal{}, err
	}
	card := principalCard{principalRow: row, AccountName: &chosen.Name}
	if invitation != nil {
		if err := tx.TakeQuota(quotaPending, 1); err != nil {
			return Principal{}, err
		}
		if err := insert(tx, []invitationRow{*invitation}); err != nil {
			return Principal{}, err
		}
		card.InvitationID, card.ExpiresAt = &invitation.ID, &invitation.ExpiresAt
	}
	card.SwitchID = row.OrganizationID
	added := card.toPrincipal(tx.Now)
	tx.CopyTo(added.Account)
	tx.Detail("share_name", share.Name)
	tx.PrivateDetail("principal", chosen.Principal)
	return added, touchShare(tx, share.ID, true, 0, 1)
}

var errShareDeleted = fault.New(fault.State, codeShareDeleted, "This share is deleted. Create another one from it.")

// makeRoom refuses a principal that is live in the share already, and closes a part of it
// that ended unnoticed.
func makeRoom(tx *iam.Tx, share shareRow, p Chosen) error {
	var live principalRow
	err := tx.DB().Where("share_id = ? AND kind = ? AND principal = ? AND ended_at IS NULL", share.ID, string(p.Kind), p.Principal).Take(&live).Error
	switch {
	case store.NotFound(err):
		if share.PrincipalCount >= MaxSharePrincipals {
			return fault.New(fault.Quota, codePerShareQuota, fmt.Sprintf("A share names at most %d principals. Remove one first.", MaxSharePrincipals))
		}
		return nil
	case err != nil:
		return fmt.Errorf("read principal: %w", err)
	}
	ended, err := unmarked(tx, share, live)
	switch {
	case err != nil:
		return err
	case ended == endedInTime:
		return endInTime(tx, share, live)
	case ended != "":
		return endPrincipal(tx, share, live, ended, StatusExpired, false)
	case live.Status == associating:
		return fault.InField("principal", codePrincipalTwice, fmt.Sprintf("%s was invited already and has not answered yet. Leave it out, or send the invitation again.", account{Name: p.Name}.title(p.Principal)))
	}
	return fault.InField("principal", codePrincipalTwice, fmt.Sprintf("%s is in the share already. Leave it out.", account{Name: p.Name}.title(p.Principal)))
}
