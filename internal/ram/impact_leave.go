package ram

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// LeaveImpact tells what LeaveShare ends.
//
// Errors: as LeaveShare; NotFound when the account's part has ended already.
func (s *Service) LeaveImpact(ctx context.Context, caller iam.Caller, id ShareID) (Impact, error) {
	var impact Impact
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		part, err := findOwnPart(tx, id)
		if err != nil {
			return err
		}
		impact = Impact{
			Name: part.Name, Share: ShareID(part.ID), ShareName: part.Name, Owner: iam.AccountID(part.Owner), OwnerName: part.OwnerName,
			Accounts: map[iam.AccountID]string{},
		}
		keys, err := liveKeys(tx, []string{part.ID})
		if err != nil {
			return err
		}
		ends := keyuse.Ending{Share: part.ID, Association: *part.Association}
		loss, err := keyuse.LosesIn(tx, tx.Caller.Account, keyIDs(keys[part.ID]), ends)
		if err != nil {
			return err
		}
		impact.Impact = loss.Impact
		paths, err := otherPaths(tx, loss.Kept, ends)
		if err != nil {
			return err
		}
		for _, k := range keys[part.ID] {
			if slices.Contains(loss.Kept, k.ID) {
				impact.Kept = append(impact.Kept, keptKey(k, paths[k.ID], ends.Association))
			} else {
				impact.Lost = append(impact.Lost, k)
			}
		}
		return nil
	})
	return impact, err
}

type ownPart struct {
	ID          string  `gorm:"column:id"`
	Owner       string  `gorm:"column:account_id"`
	OwnerName   string  `gorm:"column:owner_name"`
	Name        string  `gorm:"column:name"`
	Association *string `gorm:"column:association_id"`
}

// findOwnPart reads a share with the caller's account's live association by invitation,
// and decides leaving it.
func findOwnPart(tx *iam.Tx, id ShareID) (ownPart, error) {
	var part ownPart
	err := tx.DB().Raw(`SELECT s.id, s.account_id, a.name AS owner_name, s.name, sp.id AS association_id
FROM shares s JOIN account_names a ON a.id = s.account_id
LEFT JOIN share_principals sp ON sp.share_id = s.id AND sp.kind = 'account' AND sp.principal = ? AND sp.organization_id IS NULL AND sp.status = 'associated'
WHERE s.id = ?`, string(tx.Caller.Account), store.QueryID(id)).Scan(&part).Error
	if err != nil {
		return part, fmt.Errorf("read part in share %s: %w", id, err)
	}
	if err := tx.Allow(ActionLeave, shareURN(iam.AccountID(part.Owner), string(id))); err != nil {
		return part, err
	}
	if part.Owner == string(tx.Caller.Account) {
		return part, errOwnShare
	}
	if part.Association == nil {
		return part, fault.New(fault.State, codeLeaveOrg, whyStay(part.OwnerName))
	}
	return part, nil
}

// path is one way by which the caller's account may use a key.
type path struct {
	association, share, name string
	kind                     PrincipalKind
	actions                  []iam.Action
}

// pathsRead is how many paths to a key are looked at: an account can have many thousands.
// What only further ones allow is told as lost.
const pathsRead = 20

// otherPaths reads the ending path and some other live ones of the caller's account to
// each key, with their actions.
func otherPaths(tx *iam.Tx, keys []string, ends keyuse.Ending) (map[string][]path, error) {
	paths := map[string][]path{}
	if len(keys) == 0 {
		return paths, nil
	}
	var parts []string
	var args []any
	for i, key := range keys {
		some := func(condition string, most int) {
			live := tx.DB().Scopes(iam.LiveAccess(tx.Now)).Select("ka.key_id, ka.association_id, ka.share_id, ka.path, ka.permission_version_id").
				Where("ka.account_id = ? AND ka.key_id = ?", string(tx.Caller.Account), key).Where(condition, ends.Association).Limit(most)
			parts, args = append(parts, fmt.Sprintf("SELECT * FROM (?) AS p%d", 2*i+most%2)), append(args, live)
		}
		some("ka.association_id = ?", 1)
		some("ka.association_id <> ?", pathsRead)
	}
	var rows []struct {
		KeyID       string `gorm:"column:key_id"`
		Association string `gorm:"column:association_id"`
		ShareID     string `gorm:"column:share_id"`
		Name        string `gorm:"column:name"`
		Path        string `gorm:"column:path"`
		Action      string `gorm:"column:action"`
	}
	err := tx.DB().Table("("+strings.Join(parts, " UNION ALL ")+") AS p", args...).
		Joins("JOIN share_cards s ON s.id = p.share_id JOIN permission_version_actions a ON a.version_id = p.permission_version_id").
		Select("p.key_id, p.association_id, p.share_id, s.name, p.path, a.action").
		Order("p.key_id, s.name, p.association_id, a.action").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read other paths to keys: %w", err)
	}
	for _, r := range rows {
		list := paths[r.KeyID]
		if n := len(list); n == 0 || list[n-1].association != r.Association {
			list = append(list, path{association: r.Association, share: r.ShareID, name: r.Name, kind: PrincipalKind(r.Path)})
		}
		last := &list[len(list)-1]
		last.actions = append(last.actions, iam.Action(r.Action))
		paths[r.KeyID] = list
	}
	return paths, nil
}

// keptKey names the first other path to a key, and the actions that only the ending
// association gave.
func keptKey(k Key, paths []path, ending string) KeptKey {
	kept := KeptKey{Key: k}
	var stay, went []iam.Action
	for _, p := range paths {
		if p.association == ending {
			went = append(went, p.actions...)
			continue
		}
		stay = append(stay, p.actions...)
		if kept.Share == "" {
			kept.Share, kept.Name, kept.Path = ShareID(p.share), p.name, p.kind
		}
	}
	kept.Lost = slices.DeleteFunc(went, func(a iam.Action) bool { return slices.Contains(stay, a) })
	return kept
}

func keyIDs(keys []Key) []string {
	ids := make([]string, 0, len(keys))
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}
