package ram

import (
	"context"

	"sharedkms/internal/iam"
)

// Permission is a managed permission in one version. May and MayNot say in sentences
// what it comes to.
type Permission struct {
	ID           PermissionID
	Name         string
	ResourceType string
	Version      int64
	Managed      bool // built in (RAM_MANAGED)
	Default      bool // of its resource type
	Actions      []iam.Action
	Shares       int // of the library: own live shares that use it
	May          []Sentence
	MayNot       []Sentence
}

// Sentence says what a group of actions means. Note is the last words of the actions,
// or why the sentence is not in a permission.
type Sentence struct {
	Text string
	Note string
}

// ListPermissions gives the library: the four system-defined permissions of keys.
func (s *Service) ListPermissions(ctx context.Context, caller iam.Caller) ([]Permission, error) {
	return nil, errNotBuilt
}

// GetPermission gives one permission in its default version.
//
// Errors: NotFound.
func (s *Service) GetPermission(ctx context.Context, caller iam.Caller, id PermissionID) (Permission, error) {
	return Permission{}, errNotBuilt
}
