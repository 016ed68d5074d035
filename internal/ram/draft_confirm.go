package ram

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sharedkms/internal/audit"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// ConfirmDraft checks everything again and makes the share, all in one transaction.
// Called again, it gives the share that the first call made.
//
// Errors: Invalid with fields that name their step (StepOf); Forbidden; NotFound;
// Quota; Conflict when the draft was changed in another tab; *Elsewhere when a step is
// not finished.
func (s *Service) ConfirmDraft(ctx context.Context, caller iam.Caller, id DraftID, version int64) (ShareID, error) {
	share := ShareID(newID())
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		// The draft comes before all other locks: nobody who holds one of those waits
		// for a draft, and a second Submit must not take quota first.
		row, data, err := lockDraft(tx, id)
		if err != nil {
			return err
		}
		draft := row.toDraft(data)
		if draft.Share != "" || draft.Next != StepConfirm || draft.Edits != "" {
			return &Elsewhere{Draft: draft.ID, Step: draft.Next, Share: draft.Share}
		}
		if row.Version != version {
			return errDraftMoved
		}
		if err := tx.Allow(ActionCreate, shareURN(tx.Caller.Account, string(share))); err != nil {
			return err
		}
		if err := tx.TakeQuota(quotaShares, 1); err != nil {
			return err
		}
		if err := tx.TakeQuota(quotaPending, 0); err != nil { // locked here, counted below
			return err
		}
		form, wrong, err := checkForm(tx, data, true)
		if err != nil {
			return err
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		steps, err := makeShare(tx, string(share), data, form)
		if err != nil {
			return fmt.Errorf("make share: %w", err)
		}
		steps = append(steps, store.Step{ // the draft is locked, so it still has this version
			SQL:  "UPDATE share_drafts SET share_id = ?, version = ?, updated_at = ? WHERE id = ?",
			Args: []any{string(share), version + 1, store.At(tx.Now), row.ID},
		})
		tx.Last(func(err error) error { return fmt.Errorf("write share: %w", err) }, steps...)
		return nil
	})
	var elsewhere *Elsewhere
	if errors.As(err, &elsewhere) && elsewhere.Share != "" {
		return elsewhere.Share, nil
	}
	if err != nil {
		return "", fmt.Errorf("confirm draft %s: %w", id, err)
	}
	return share, nil
}

// lockDraft is findDraft for the act that turns the draft into a share. Before the
// decision: a second Submit then leaves no trace of an act that was not done.
func lockDraft(tx *iam.Tx, id DraftID) (draftRow, draftData, error) {
	var row draftRow
	err := store.ForUpdate(tx.DB()).Where("id = ? AND account_id = ? AND user_id = ? AND expires_at > ?",
		store.QueryID(id), string(tx.Caller.Account), string(tx.Caller.User), store.At(tx.Now)).Take(&row).Error
	if store.NotFound(err) {
		return row, draftData{}, errNoDraft
	}
	if err != nil {
		return row, draftData{}, fmt.Errorf("lock draft %s: %w", id, err)
	}
	data, err := row.data()
	return row, data, err
}

// makeShare gives the inserts of the share with all its parts, and takes the quota of its
// invitations.
func makeShare(tx *iam.Tx, id string, d draftData, f form) ([]store.Step, error) {
	now, owner := store.At(tx.Now), string(tx.Caller.Account)
	share := shareRow{
		ID: id, AccountID: owner, Name: d.Name, NameLower: strings.ToLower(d.Name), Description: d.Description, AllowExternal: d.AllowExternal,
		Status: string(ShareActive), Version: 1, ResourceCount: int64(len(f.keys)), PrincipalCount: int64(len(f.principals)), CreatedAt: now, UpdatedAt: now,
		EndsAt: d.Ends.column(), Retain: d.Retain,
	}
	var tags []tagRow
	for _, t := range d.Tags {
		tags = append(tags, tagRow{ShareID: id, AccountID: owner, Key: t.Key, Value: t.Value, CreatedAt: now})
	}
	var resources []resourceRow
	var keyIDs []string
	for _, k := range f.keys {
		resources = append(resources, resourceRow{
			ID: newID(), ShareID: id, AccountID: owner, ResourceType: ResourceTypeKey, URN: k.URN(tx.Caller.Account).String(), KeyID: k.ID,
			Region: k.Region, Status: associated, CreatedAt: now,
		})
		keyIDs = append(keyIDs, k.ID)
	}
	permission := sharePermissionRow{
		ID: newID(), ShareID: id, AccountID: owner, ResourceType: ResourceTypeKey, PermissionID: string(f.permission.ID), VersionID: f.permission.version, CreatedAt: now,
	}
	var principals []principalRow
	var invitations []invitationRow
	var names []string
	for _, p := range f.principals {
		row, invitation := associate(tx, share, f.circle, p)
		principals = append(principals, row)
		names = append(names, p.Principal)
		if invitation != nil {
			invitations = append(invitations, *invitation)
		}
		if p.Kind == KindAccount {
			tx.CopyTo(iam.AccountID(p.Principal))
		}
	}
	if err := tx.TakeQuota(quotaPending, len(invitations)); err != nil {
		return nil, err
	}
	tx.Detail("share_name", d.Name)
	tx.Detail("permission", f.permission.Name)
	if d.Ends != "" {
		tx.Detail("ends", string(d.Ends))
	}
	tx.Detail("keys", strings.Join(keyIDs, " "))
	tx.PrivateDetail("principals", strings.Join(names, " "))
	tx.PrivateDetail("invitations", audit.Number(int64(len(invitations))))
	var steps []store.Step
	err := errors.Join(
		addStep(tx, &steps, []shareRow{share}), addStep(tx, &steps, tags), addStep(tx, &steps, resources),
		addStep(tx, &steps, []sharePermissionRow{permission}), addStep(tx, &steps, principals), addStep(tx, &steps, invitations))
	return steps, err
}

func addStep[T any](tx *iam.Tx, steps *[]store.Step, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	step, err := store.Insert(tx.DB(), rows)
	*steps = append(*steps, step)
	return err
}

func insert[T any](tx *iam.Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.DB().Create(&rows).Error
}
