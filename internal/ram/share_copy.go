package ram

import (
	"context"
	"fmt"
	"slices"

	"sharedkms/internal/iam"
)

// Copied is a draft made from a share, and how much of the share does not fit into it.
type Copied struct {
	Draft          DraftID
	LeftKeys       int // beyond 20, deleted, or not to be shared now
	LeftPrincipals int // beyond 20, or not to be named any more
}

// CopyShare begins a draft of a new share with what an own share holds: description, tags,
// keys, permission, scope and principals, under a name of its own. Of a deleted share, as
// long as it is shown, it takes what the share held at its end.
//
// Errors: NotFound; Forbidden without ram:resourceShares:create; Quota beyond 20 drafts.
func (s *Service) CopyShare(ctx context.Context, caller iam.Caller, id ShareID) (Copied, error) {
	var row draftRow
	var data draftData
	made := Copied{Draft: DraftID(newID())}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		share, err := ownShare(tx, id)
		if err != nil {
			return err
		}
		if err := tx.Allow(ActionCreate, anyShare(tx.Caller)); err != nil {
			return err
		}
		row = newDraftRow(tx, string(made.Draft))
		data, made.LeftKeys, made.LeftPrincipals, err = copyOf(tx, share)
		return err
	})
	if err == nil {
		err = s.keepDraft(ctx, row, data)
	}
	if err != nil {
		return Copied{}, fmt.Errorf("copy share: %w", err)
	}
	return made, nil
}

func copyOf(tx *iam.Tx, share shareRow) (data draftData, leftKeys, leftPrincipals int, err error) {
	data = draftData{Name: copyName(share.Name), Description: share.Description, AllowExternal: share.AllowExternal, Retain: share.Retain, Permissions: map[string]PermissionID{}}
	if !over(share.EndsAt, tx.Now) {
		data.Ends = EndAt(share.EndsAt.TimePtr())
	}
	tags, err := tagsOf(tx, []string{share.ID})
	if err != nil {
		return data, 0, 0, err
	}
	data.Tags = tags[share.ID]
	held := func(model any, column string) (list []string, err error) {
		db := tx.DB().Model(model).Where("share_id = ?", share.ID).Order("created_at, id")
		if share.DeletedAt == nil {
			db = db.Where("ended_at IS NULL")
		} else {
			db = db.Where("ended_at = ?", share.DeletedAt)
		}
		if err := db.Pluck(column, &list).Error; err != nil {
			return nil, fmt.Errorf("read what share %s held: %w", share.ID, err)
		}
		return list, nil
	}
	keys, err := held(&resourceRow{}, "key_id")
	if err != nil {
		return data, 0, 0, err
	}
	cards, err := ownKeys(tx, keys)
	if err != nil {
		return data, 0, 0, err
	}
	for _, k := range keys {
		if card, ok := cards[k]; ok && len(data.Keys) < MaxKeys && shareable(tx, card) == nil {
			data.Keys = append(data.Keys, k)
		}
	}
	names, err := held(&principalRow{}, "principal")
	if err != nil {
		return data, 0, 0, err
	}
	circle, err := readCircle(tx, names, false)
	if err != nil {
		return data, 0, 0, err
	}
	for _, name := range names {
		if one, err := circle.judge(name, true); err == nil && len(data.Principals) < MaxPrincipals && !slices.Contains(data.Principals, one.Principal) {
			data.Principals = append(data.Principals, one.Principal)
		}
	}
	pinned, err := pinnedPermissions(tx, share)
	if err != nil {
		return data, 0, 0, err
	}
	library, err := readLibrary(tx)
	if err != nil {
		return data, 0, 0, err
	}
	moved := false
	for _, p := range pinned {
		i := slices.IndexFunc(library, func(known Permission) bool { return known.ID == p.ID })
		if i < 0 {
			continue
		}
		// What was read on the share's page; a new share gets the version of today.
		data.Permissions[p.ResourceType], data.Chosen, moved = p.ID, p.version, library[i].version != p.version
	}
	// What was whole once needs no second round through the steps; Confirm judges it anew.
	if len(data.Keys) > 0 && len(data.Permissions) > 0 {
		data.Done = slices.Clone(Steps[:3])
	}
	if moved {
		data.reopen(StepPermissions)
	}
	return data, len(keys) - len(data.Keys), len(names) - len(data.Principals), nil
}

// copyName is the name with a suffix, cut so that both fit.
func copyName(name string) string {
	const suffix = "-copy"
	if runes := []rune(name); len(runes) > MaxNameLength-len(suffix) {
		name = string(runes[:MaxNameLength-len(suffix)])
	}
	return name + suffix
}
