package ram

import (
	"context"
	"fmt"
	"slices"

	"sharedkms/internal/iam"
)

// EditShare begins a draft of changes to an own share. It leads through the same steps as
// one that makes a share, all of which can be opened at once; nothing changes before
// ConfirmEdit.
//
// Errors: NotFound; Forbidden without ram:resourceShares:update; State (1902) when the
// share is deleted; Quota beyond 20 drafts.
func (s *Service) EditShare(ctx context.Context, caller iam.Caller, id ShareID) (DraftID, error) {
	var row draftRow
	var data draftData
	draft := newID()
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, ActionUpdate, id)
		if err != nil {
			return err
		}
		if share.Status != string(ShareActive) {
			return errShareDeleted
		}
		now, err := readShareParts(tx, ShareID(share.ID), wish{})
		if err != nil {
			return err
		}
		row = newDraftRow(tx, draft)
		data = editOf(ShareID(share.ID), now.state)
		return nil
	})
	if err == nil {
		err = s.keepDraft(ctx, row, data)
	}
	if err != nil {
		return "", fmt.Errorf("edit share: %w", err)
	}
	return DraftID(draft), nil
}

// TakeChanges brings an edit draft up to what others changed of its share since it began:
// the draft then begins with the share as it is now, and keeps its user's changes.
//
// Errors: NotFound; Conflict when another tab saved meanwhile; State when the share is
// deleted; *Elsewhere when confirmed.
func (s *Service) TakeChanges(ctx context.Context, caller iam.Caller, id DraftID, version int64) (Draft, error) {
	return s.saveStep(ctx, caller, id, version, StepConfirm, func(tx *iam.Tx, d *draftData) error {
		if d.Edits == "" {
			return nil
		}
		now, err := readShareParts(tx, d.Edits, wish{})
		if err != nil {
			return err
		}
		if now.status != ShareActive {
			return errShareDeleted
		}
		*d = d.merge(now.state)
		return nil
	})
}

func editOf(share ShareID, now shareState) draftData {
	return draftData{
		Name: now.Name, Description: now.Description, Tags: now.Tags, Keys: now.Keys, AllowExternal: now.AllowExternal, Principals: now.Principals,
		Ends: now.Ends, Retain: now.Retain,
		Permissions: map[string]PermissionID{ResourceTypeKey: KeepPermission}, Done: slices.Clone(Steps[:3]), Edits: share, Base: &now,
	}
}
