package ram

import (
	"context"
	"fmt"
	"slices"

	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// Removal is what removing several parts of a share ends: Reached are the principals among
// them, Lost the keys that go out of reach, which are those of the share when nobody but
// principals is removed.
type Removal struct {
	Impact
	Principals []Principal // those asked for that live still
	Resources  []Resource
}

// RemovalImpact tells what removing these principals and keys of one share ends, in one
// answer. What has ended meanwhile is left out; removing it does no harm.
//
// Errors: NotFound; Forbidden.
func (s *Service) RemovalImpact(ctx context.Context, caller iam.Caller, id ShareID, principals, resources []AssociationID) (Removal, error) {
	var removal Removal
	var err error
	removal.Impact, err = s.ownerImpact(ctx, caller, ActionDisassociate, id, func(tx *iam.Tx, share shareRow, i *Impact) (keyuse.Ending, error) {
		i.Name = share.Name
		live, err := livePrincipals(tx, share.ID)
		if err != nil {
			return keyuse.Ending{}, err
		}
		keys, err := resourcesOf(tx, share.ID)
		if err != nil {
			return keyuse.Ending{}, err
		}
		ends := keyuse.Ending{Share: share.ID}
		removal.Principals, removal.Resources = nil, nil
		for _, p := range live {
			if slices.Contains(principals, p.ID) {
				removal.Principals, ends.Associations = append(removal.Principals, p), append(ends.Associations, string(p.ID))
			}
		}
		for _, k := range keys {
			switch {
			case k.EndedAt != nil:
			case slices.Contains(resources, k.ID):
				removal.Resources, ends.Keys = append(removal.Resources, k), append(ends.Keys, k.Key.ID)
				i.Lost = append(i.Lost, k.Key)
			case len(resources) == 0:
				i.Lost = append(i.Lost, k.Key)
			}
		}
		if i.Reached = removal.Principals; len(removal.Resources) > 0 {
			i.Reached = live
		}
		if len(ends.Associations) == 0 && len(ends.Keys) == 0 {
			i.Lost, i.Reached = nil, nil // an ending that names no part is of the whole share
		}
		return ends, nil
	})
	return removal, err
}

// NamedIn is one share of the caller's account that names a principal.
type NamedIn struct {
	Share       ShareID
	Name        string
	Association AssociationID
	Waits       bool // its invitation is not answered
}

// Withdrawal is what taking a principal out of all own shares ends.
type Withdrawal struct {
	Impact
	Shares []NamedIn // at most MaxAtOnce
	More   bool      // there are others
}

// WithdrawalImpact tells what taking a principal, an account ID or URN, out of own shares
// ends: of those that the caller may change, the first MaxAtOnce.
//
// Errors: NotFound when no such share names it; Forbidden.
func (s *Service) WithdrawalImpact(ctx context.Context, caller iam.Caller, principal string) (Withdrawal, error) {
	var w Withdrawal
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionSearch, anyShare(tx.Caller)); err != nil {
			return err
		}
		var rows []struct {
			ID      string `gorm:"column:id"`
			ShareID string `gorm:"column:share_id"`
			Name    string `gorm:"column:name"`
			Status  string `gorm:"column:status"`
		}
		now := store.At(tx.Now)
		err := tx.DB().Raw(`SELECT sp.id, sp.share_id, sh.name, sp.status FROM share_principals sp JOIN shares sh ON sh.id = sp.share_id
WHERE sp.account_id = ? AND sp.principal = ? AND `+livePart+` ORDER BY sp.created_at, sp.share_id LIMIT ?`,
			string(tx.Caller.Account), queryPrincipal(principal), now, now, now, MaxAtOnce+1).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("read shares of a principal: %w", err)
		}
		if len(rows) == 0 {
			return ErrNoPrincipal
		}
		w = Withdrawal{Impact: Impact{Owner: tx.Caller.Account, OwnerName: tx.Caller.AccountName}, More: len(rows) > MaxAtOnce}
		var shares, associations []string
		for _, r := range rows[:min(len(rows), MaxAtOnce)] {
			if tx.Caller.May(ActionDisassociate, shareURN(tx.Caller.Account, r.ShareID)) {
				w.Shares = append(w.Shares, NamedIn{ShareID(r.ShareID), r.Name, AssociationID(r.ID), r.Status == associating})
				shares, associations = append(shares, r.ShareID), append(associations, r.ID)
			}
		}
		if len(w.Shares) == 0 {
			return tx.Allow(ActionDisassociate, shareURN(tx.Caller.Account, rows[0].ShareID))
		}
		withdrawn, err := principalOf(tx, shares[0], AssociationID(associations[0]))
		if err != nil {
			return err
		}
		w.Name, w.Reached = withdrawn.Name, []Principal{withdrawn}
		keys, err := liveKeys(tx, shares)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, share := range shares {
			for _, k := range keys[share] {
				if !seen[k.ID] {
					seen[k.ID], w.Lost = true, append(w.Lost, k)
				}
			}
		}
		loss, err := keyuse.LosesIn(tx, "", keyIDs(w.Lost), keyuse.Ending{Associations: associations})
		if err != nil {
			return err
		}
		w.Impact.Impact = loss.Impact
		accounts := make([]iam.AccountID, 0, len(w.Others))
		for _, o := range w.Others {
			accounts = append(accounts, o.Account)
		}
		w.Accounts, err = iam.AccountNames(tx.DB(), accounts)
		return err
	})
	return w, err
}
