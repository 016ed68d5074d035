package ram

import (
	"context"
	"fmt"
	"slices"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// PermissionChoice is one resource type with what may be chosen for it.
type PermissionChoice struct {
	ResourceType string
	Chosen       PermissionID // the default one until chosen; of an edit, KeepPermission
	Kept         *Permission  // of an edit: the version the share is tied to, when it is none of Permissions
	Permissions  []Permission
	Moved        string // that the chosen one got another version since it was read; empty when not
}

// PermissionsPage is what step two shows.
type PermissionsPage struct {
	Draft   Draft
	Choices []PermissionChoice
}

// PermissionsInput is what step two posts.
type PermissionsInput struct {
	Version     int64
	Permissions map[string]PermissionID // by resource type
	Finish      bool
}

// PermissionsPage reads step two.
//
// Errors: NotFound; *Elsewhere.
func (s *Service) PermissionsPage(ctx context.Context, caller iam.Caller, id DraftID) (PermissionsPage, error) {
	var page PermissionsPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, data, err := openStep(tx, id, StepPermissions)
		if err != nil {
			return err
		}
		page.Draft = row.toDraft(data)
		library, err := readLibrary(tx)
		if err != nil {
			return err
		}
		choice := PermissionChoice{ResourceType: ResourceTypeKey, Chosen: data.Permissions[ResourceTypeKey], Permissions: library}
		for _, p := range library {
			if choice.Chosen == "" && p.Default || choice.Chosen == KeepPermission && p.version == data.Base.Pinned {
				choice.Chosen = p.ID
			}
			if p.ID == choice.Chosen {
				var wrong fault.Fields
				if data.checkChosen(&wrong, p); len(wrong) > 0 {
					choice.Moved = wrong[0].Message
				}
			}
		}
		if data.Base != nil && !slices.ContainsFunc(library, func(p Permission) bool { return p.version == data.Base.Pinned }) {
			old, err := readPermissions(tx, "WHERE v.id = ? ORDER BY a.action", store.QueryID(data.Base.Pinned))
			if err != nil {
				return err
			}
			if len(old) == 1 {
				choice.Kept = &old[0]
			}
		}
		page.Choices = []PermissionChoice{choice}
		return nil
	})
	return page, err
}

// SavePermissions saves step two.
//
// Errors: Invalid with the field "permission"; NotFound; Conflict; *Elsewhere.
func (s *Service) SavePermissions(ctx context.Context, caller iam.Caller, id DraftID, in PermissionsInput) (Draft, error) {
	return s.saveStep(ctx, caller, id, in.Version, StepPermissions, func(tx *iam.Tx, d *draftData) error {
		library, err := readLibrary(tx)
		if err != nil {
			return err
		}
		d.Chosen = ""
		chosen := in.Permissions[ResourceTypeKey]
		if d.Base == nil || chosen != KeepPermission {
			p, err := choose(library, in.Permissions)
			if err != nil {
				return err
			}
			d.Chosen = p.version
			if d.Base != nil && p.version == d.Base.Pinned {
				chosen, d.Chosen = KeepPermission, ""
			}
		}
		d.Permissions = map[string]PermissionID{ResourceTypeKey: chosen}
		if in.Finish {
			d.finish(StepPermissions)
		}
		return nil
	})
}

// choose finds the one permission of each resource type.
func choose(library []Permission, chosen map[string]PermissionID) (Permission, error) {
	for _, p := range library {
		if p.ID == chosen[ResourceTypeKey] && p.ResourceType == ResourceTypeKey {
			return p, nil
		}
	}
	return Permission{}, fault.InField("permission", codeNoPermission, "Choose one permission for keys.")
}

// checkChosen refuses a permission whose default version is no longer the one that was
// read when it was chosen: whoever submits would allow what nobody looked at.
func (d draftData) checkChosen(wrong *fault.Fields, p Permission) {
	if d.Chosen != "" && p.version != "" && p.version != d.Chosen {
		wrong.Add("permission", "", fmt.Sprintf("The permission %s got version %d after it was chosen. Read what it allows now, and choose again.", p.Name, p.Version))
	}
}
