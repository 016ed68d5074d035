package ram

import (
	"context"
	"slices"

	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
)

// DeleteImpact tells what DeleteShare ends.
//
// Errors: NotFound; Forbidden.
func (s *Service) DeleteImpact(ctx context.Context, caller iam.Caller, id ShareID) (Impact, error) {
	return s.ownerImpact(ctx, caller, ActionDelete, id, func(tx *iam.Tx, share shareRow, i *Impact) (keyuse.Ending, error) {
		var err error
		if i.Reached, err = livePrincipals(tx, share.ID); err != nil {
			return keyuse.Ending{}, err
		}
		keys, err := liveKeys(tx, []string{share.ID})
		i.Name, i.Lost = share.Name, keys[share.ID]
		return keyuse.Ending{Share: share.ID}, err
	})
}

// RemovePrincipalImpact tells what RemovePrincipal ends.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemovePrincipalImpact(ctx context.Context, caller iam.Caller, id ShareID, principal AssociationID) (Impact, error) {
	return s.ownerImpact(ctx, caller, ActionDisassociate, id, func(tx *iam.Tx, share shareRow, i *Impact) (keyuse.Ending, error) {
		p, err := principalOf(tx, share.ID, principal)
		if err != nil {
			return keyuse.Ending{}, err
		}
		if i.Name = p.Name; p.State.Live() {
			i.Reached = []Principal{p}
		}
		keys, err := liveKeys(tx, []string{share.ID})
		i.Lost = keys[share.ID]
		return keyuse.Ending{Share: share.ID, Association: string(p.ID)}, err
	})
}

// RemoveResourceImpact tells what RemoveResource ends.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemoveResourceImpact(ctx context.Context, caller iam.Caller, id ShareID, resource AssociationID) (Impact, error) {
	return s.ownerImpact(ctx, caller, ActionDisassociate, id, func(tx *iam.Tx, share shareRow, i *Impact) (keyuse.Ending, error) {
		r, err := findResource(tx, share.ID, resource)
		if err != nil {
			return keyuse.Ending{}, err
		}
		i.Name = r.Key.Name
		if r.EndedAt != nil {
			return keyuse.Ending{Share: share.ID}, nil
		}
		i.Lost = []Key{r.Key}
		i.Reached, err = livePrincipals(tx, share.ID)
		return keyuse.Ending{Share: share.ID}, err
	})
}

// ownerImpact reads what stops for others, by count and without names of their things.
func (s *Service) ownerImpact(ctx context.Context, caller iam.Caller, action iam.Action, id ShareID,
	part func(tx *iam.Tx, share shareRow, i *Impact) (keyuse.Ending, error)) (Impact, error) {
	var impact Impact
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, action, id)
		if err != nil {
			return err
		}
		impact = Impact{Share: ShareID(share.ID), ShareName: share.Name, Owner: tx.Caller.Account, OwnerName: tx.Caller.AccountName}
		ends, err := part(tx, share, &impact)
		if err != nil {
			return err
		}
		loss, err := keyuse.LosesIn(tx, "", keyIDs(impact.Lost), ends)
		if err != nil {
			return err
		}
		impact.Impact = loss.Impact
		accounts := make([]iam.AccountID, 0, len(impact.Others))
		for _, o := range impact.Others {
			accounts = append(accounts, o.Account)
		}
		impact.Accounts, err = iam.AccountNames(tx.DB(), accounts)
		return err
	})
	return impact, err
}

func livePrincipals(tx *iam.Tx, share string) ([]Principal, error) {
	all, err := principalsOf(tx, share)
	return slices.DeleteFunc(all, func(p Principal) bool { return !p.State.Live() }), err
}
