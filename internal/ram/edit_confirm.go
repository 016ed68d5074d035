package ram

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

var errNothingChanged = fault.New(fault.Invalid, codeNothingChanged, "Nothing in this draft differs from the share. Change something, or discard the draft.")

// ConfirmEdit does to a share what an edit draft says, all in one transaction and in this
// order: remove principals, remove keys, replace the permission, add keys, add principals,
// then name, description, scope, end and tags. seen is the version of the share that the user
// was shown (EditReview.Seen). Called again, it gives the share and does nothing.
//
// Errors: Conflict when the draft was changed in another tab, or the share since it was
// shown; Invalid with fields that name their step (StepOf), and when nothing differs;
// Forbidden when a policy lacks one of the changes; State when the share is deleted;
// NotFound; Quota; *Elsewhere.
func (s *Service) ConfirmEdit(ctx context.Context, caller iam.Caller, id DraftID, version, seen int64) (ShareID, error) {
	var share ShareID
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		row, data, err := lockDraft(tx, id)
		if err != nil {
			return err
		}
		draft := row.toDraft(data)
		share = draft.Edits
		if draft.Share != "" || draft.Next != StepConfirm || draft.Edits == "" {
			return &Elsewhere{Draft: draft.ID, Step: draft.Next, Share: draft.Share}
		}
		if row.Version != version {
			return errDraftMoved
		}
		// Changes decide for themselves below; this decides that there may be any.
		if err := tx.Allow(ActionUpdate, shareURN(tx.Caller.Account, string(share))); err != nil {
			return err
		}
		tx.Quiet()
		e, err := lockEdit(tx, data, seen)
		if err != nil {
			return err
		}
		if err := e.apply(tx); err != nil {
			return err
		}
		done := tx.DB().Model(&draftRow{}).Where("id = ? AND version = ? AND share_id IS NULL", row.ID, version).
			Updates(map[string]any{"share_id": string(share), "version": version + 1, "updated_at": store.At(tx.Now)})
		return store.Changed(done, errDraftMoved)
	})
	var elsewhere *Elsewhere
	if errors.As(err, &elsewhere) && elsewhere.Share != "" {
		return elsewhere.Share, nil
	}
	if err != nil {
		return "", fmt.Errorf("confirm edit %s: %w", id, err)
	}
	return share, nil
}

// lockEdit lays the draft over its share, takes all locks in their order, and judges what
// then stands still.
func lockEdit(tx *iam.Tx, data draftData, seen int64) (edit, error) {
	e, err := readEdit(tx, data)
	if err != nil {
		return e, err
	}
	if err := e.stands(seen); err != nil {
		return e, err
	}
	if len(e.mine.PrincipalsAdded) > 0 {
		err = tx.TakeQuota(quotaPending, 0)
	} else {
		err = lockPending(tx, string(tx.Caller.Account))
	}
	if err != nil {
		return e, err
	}
	circle, err := readCircle(tx, e.named(), true)
	if err != nil {
		return e, err
	}
	was, err := lockShare(tx, string(data.Edits))
	if err != nil {
		return e, err
	}
	if err := keepPermission(tx, data.Permissions[ResourceTypeKey]); err != nil {
		return e, err
	}
	if e, err = readEdit(tx, data); err != nil { // recipients may have answered meanwhile
		return e, err
	}
	if err := e.stands(seen); err != nil {
		return e, err
	}
	e.circle = circle
	e.was, e.circle.retain, e.circle.ends = was, e.want.Retain, was.EndsAt
	if e.mine.Ends != nil {
		e.circle.ends = e.want.Ends.column()
	}
	if err := lockKeysOf(tx, []string{was.ID}, keyIDs(e.mine.KeysAdded)...); err != nil {
		return e, err
	}
	added := map[string]keyCard{}
	if len(e.mine.KeysAdded) > 0 {
		if added, err = draftKeys(tx, keyIDs(e.mine.KeysAdded), true); err != nil {
			return e, err
		}
	}
	if e.mine.Empty() {
		return e, errNothingChanged
	}
	return e, e.judge(tx, added).Err()
}

func (e edit) stands(seen int64) error {
	switch {
	case e.parts.status != ShareActive:
		return errShareDeleted
	case e.parts.state.Version != seen:
		return errEditedShareMoved
	}
	return nil
}

// apply writes the edit. Each kind of change is decided and traced by itself, as the
// vendor's calls are.
func (e edit) apply(tx *iam.Tx) error {
	id := string(e.want.Edits)
	tellEnd := func() {}
	staying := accountsOf(e.kept())
	const later iam.Action = "" // decided and traced by another step
	steps := []struct {
		action iam.Action
		due    bool
		do     func() error
	}{
		{ActionDisassociate, len(e.removed)+len(e.mine.KeysRemoved) > 0, func() error {
			tx.CopyTo(accountsOf(e.removed)...)
			e.tell(tx, e.mine.KeysRemoved, e.mine.PrincipalsRemoved)
			if err := e.removePrincipals(tx, id); err != nil {
				return err
			}
			return e.removeKeys(tx, id)
		}},
		{ActionReplace, e.mine.Permission != nil, func() error {
			if e.permission.ID == e.parts.pinned.ID {
				tx.As(eventUpdateVersion)
			}
			tx.Detail("permission", permissionWords(e.permission))
			tx.Detail("replaced", permissionWords(e.parts.pinned))
			tx.CopyTo(staying...)
			return replacePermission(tx, id, e.permission)
		}},
		{later, e.mine.Ends != nil, func() (err error) {
			// Before anybody is added: it ends whose time came by the end that was, and those
			// who are added have the new one.
			tellEnd, err = moveEnd(tx, e.was, e.want.Ends.column())
			return err
		}},
		{ActionAssociate, len(e.added)+len(e.mine.KeysAdded) > 0, func() error {
			e.tell(tx, e.mine.KeysAdded, e.mine.PrincipalsAdded)
			if err := addResources(tx, id, e.mine.KeysAdded); err != nil {
				return err
			}
			return e.addPrincipals(tx, id)
		}},
		{ActionUpdate, e.mine.metadata(), func() error { // written with the version below
			tx.PrivateDetail("changed", e.mine.metadataWords())
			tx.CopyTo(staying...)
			if e.mine.Ends != nil {
				tx.Detail("ends", endWords(e.mine.Ends.To))
			}
			tellEnd()
			return nil
		}},
		{ActionTag, e.mine.tags(true) != "", func() error { tx.PrivateDetail("tags", e.mine.tags(true)); return nil }},
		{ActionUntag, e.mine.tags(false) != "", func() error { tx.PrivateDetail("tags", e.mine.tags(false)); return nil }},
	}
	for _, step := range steps {
		if !step.due {
			continue
		}
		if step.action != later {
			if err := tx.Allow(step.action, shareURN(tx.Caller.Account, id)); err != nil {
				return err
			}
			tx.Detail("share_name", e.parts.state.Name)
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	if err := writeTags(tx, e.was, e.mine.Tags); err != nil {
		return err
	}
	return e.writeShare(tx, id)
}

// tell adds to a trace which keys and principals it is about. Keys concern all who stay;
// who else is in the share is the owner's to know.
func (e edit) tell(tx *iam.Tx, keys []Key, principals []Named) {
	if len(keys) > 0 {
		tx.Detail("keys", strings.Join(keyIDs(keys), " "))
		tx.CopyTo(accountsOf(e.kept())...)
	}
	if len(principals) > 0 {
		tx.PrivateDetail("principals", principalWords(principals))
	}
}

// writeShare writes name, description and scope, counts the parts anew, and raises the
// version once for the whole edit.
func (e edit) writeShare(tx *iam.Tx, id string) error {
	if e.want.Name != e.was.Name {
		if err := keepName(tx, e.was); err != nil {
			return err
		}
	}
	changed := tx.DB().Model(&shareRow{}).Where("id = ? AND version = ?", id, e.parts.state.Version).Updates(map[string]any{
		"name": e.want.Name, "name_lower": strings.ToLower(e.want.Name), "description": e.want.Description, "allow_external": e.want.AllowExternal,
		"retain_on_leave": e.want.Retain,
		"resource_count":  gorm.Expr("(SELECT count(*) FROM share_resources r WHERE r.share_id = shares.id AND r.ended_at IS NULL)"),
		"principal_count": gorm.Expr("(SELECT count(*) FROM share_principals p WHERE p.share_id = shares.id AND p.ended_at IS NULL)"),
		"version":         gorm.Expr("version + 1"), "updated_at": store.At(tx.Now),
	})
	return store.Changed(changed, errEditedShareMoved)
}
