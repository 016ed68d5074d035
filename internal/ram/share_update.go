package ram

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// ShareUpdate is a new name and description. Version is that of the share when it was
// shown.
type ShareUpdate struct {
	Version     int64
	Name        string
	Description string
}

// UpdateShare renames a share and describes it anew. Who has access stays as it is.
//
// Errors: Invalid with the fields name and description; NotFound; Forbidden; Conflict when
// the share was changed since it was shown; State when it is deleted.
func (s *Service) UpdateShare(ctx context.Context, caller iam.Caller, id ShareID, in ShareUpdate) error {
	in.Name = strings.TrimSpace(in.Name)
	err := s.changeShare(ctx, caller, ActionUpdate, id, func(tx *iam.Tx, share shareRow) (bool, error) {
		if share.Version != in.Version {
			return false, errShareMoved
		}
		var wrong fault.Fields
		checkName(&wrong, in.Name)
		checkDescription(&wrong, in.Description)
		if err := wrong.Err(); err != nil {
			return false, err
		}
		d := shareState{Name: share.Name, Description: share.Description}
		words := parts{}.differs(d, shareState{Name: in.Name, Description: in.Description}).metadataWords()
		if words == "" {
			return false, nil
		}
		tx.PrivateDetail("changed", words)
		accounts, err := accountsIn(tx, share.ID)
		if err != nil {
			return false, err
		}
		tx.CopyTo(accounts...)
		if in.Name != share.Name {
			if err := keepName(tx, share); err != nil {
				return false, err
			}
		}
		err = tx.DB().Model(&shareRow{}).Where("id = ?", share.ID).
			Updates(map[string]any{"name": in.Name, "name_lower": strings.ToLower(in.Name), "description": in.Description}).Error
		return true, err
	})
	if err != nil {
		return fmt.Errorf("update share: %w", err)
	}
	return nil
}

var errShareMoved = fault.New(fault.Conflict, codeVersionConflict, "The share was changed meanwhile. This page shows it as it is now; press the button again to keep what you typed.")

// changeShare decides an act on an active own share, locks it, and raises its version when
// change says that it changed anything.
func (s *Service) changeShare(ctx context.Context, caller iam.Caller, action iam.Action, id ShareID, change func(tx *iam.Tx, share shareRow) (bool, error)) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		share, err := findShare(tx, action, id)
		if err != nil {
			return err
		}
		if share, err = lockShare(tx, share.ID); err != nil {
			return err
		}
		if share.Status != string(ShareActive) {
			return errShareDeleted
		}
		tx.Detail("share_name", share.Name)
		changed, err := change(tx, share)
		if err != nil || !changed {
			return err
		}
		return touchShare(tx, share.ID, true, 0, 0)
	})
}
