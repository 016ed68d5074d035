package ram

import (
	"slices"

	"sharedkms/internal/ram"
)

// DraftPermissions is step two: one managed permission for each resource type, which is kms:KeyId alone.
type DraftPermissions struct {
	DraftFrame
	Keys        string // "2 keys"
	Permissions []Permission
	Error       Input
}

// NewDraftPermissions words step two as it is saved.
func NewDraftPermissions(p ram.PermissionsPage) DraftPermissions {
	m := DraftPermissions{DraftFrame: NewDraftFrame(p.Draft, ram.StepPermissions), Keys: keysOf(len(p.Draft.Keys))}
	for _, c := range p.Choices {
		m.Error.Error = c.Moved
		if c.Kept != nil {
			row := newPermission(*c.Kept)
			row.ID, row.Chosen = string(ram.KeepPermission), c.Chosen == ram.KeepPermission
			row.Version += ", in use now"
			m.Permissions = append(m.Permissions, row)
		}
		for _, permission := range c.Permissions {
			row := newPermission(permission)
			row.Chosen = permission.ID == c.Chosen
			if c.Kept != nil && c.Kept.ID == permission.ID {
				row.Version += ", newer than the one in use"
			}
			m.Permissions = append(m.Permissions, row)
		}
	}
	return m
}

// Choose keeps what was chosen in a form that came back, if it is one of the choices.
func (m *DraftPermissions) Choose(id string) {
	if !slices.ContainsFunc(m.Permissions, func(p Permission) bool { return p.ID == id }) {
		return
	}
	for i := range m.Permissions {
		m.Permissions[i].Chosen = m.Permissions[i].ID == id
	}
}
