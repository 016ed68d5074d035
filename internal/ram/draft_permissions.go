package ram

import (
	"context"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// PermissionChoice is one resource type with what may be chosen for it.
type PermissionChoice struct {
	ResourceType string
	Chosen       PermissionID // the default one until chosen
	Permissions  []Permission
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
			if choice.Chosen == "" && p.Default {
				choice.Chosen = p.ID
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
		if _, err := choose(library, in.Permissions); err != nil {
			return err
		}
		d.Permissions = map[string]PermissionID{ResourceTypeKey: in.Permissions[ResourceTypeKey]}
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
