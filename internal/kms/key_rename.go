package kms

import (
	"context"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// RenameKey gives an own custom key another name.
//
// Errors: Invalid KMS.1101; Conflict KMS.1104 when the name is in use; NotFound;
// Forbidden without kms:cmk:update or on a foreign key; State KMS.0210 when pending
// deletion, KMS.0211 on a default key.
func (s *Service) RenameKey(ctx context.Context, caller iam.Caller, region string, id KeyID, name string) error {
	var fields fault.Fields
	checkName(&fields, name)
	if err := fields.Err(); err != nil {
		return err
	}
	return s.edit(ctx, caller, region, id, "updateKeyAlias", map[string]any{"name": name, "name_lower": strings.ToLower(name)})
}

// UpdateKeyDescription gives an own custom key another description, at most 255
// characters; it may be empty.
//
// Errors: Invalid KMS.1103; otherwise as RenameKey.
func (s *Service) UpdateKeyDescription(ctx context.Context, caller iam.Caller, region string, id KeyID, text string) error {
	var fields fault.Fields
	checkDescription(&fields, text)
	if err := fields.Err(); err != nil {
		return err
	}
	return s.edit(ctx, caller, region, id, "updateKeyDescription", map[string]any{"description": text})
}

func (s *Service) edit(ctx context.Context, caller iam.Caller, region string, id KeyID, event string, columns map[string]any) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		k, err := ownIn(tx, region, id, ActionUpdate, event)
		if err != nil {
			return err
		}
		if name, ok := columns["name"].(string); ok {
			tx.Detail("name_before", k.Name)
			tx.Detail("name", name)
		}
		if k.State == PendingDeletion {
			return fault.New(fault.State, "KMS.0210", "This key is pending deletion. Name and description can be changed after the deletion is cancelled.")
		}
		return updateKey(tx, k, k.State, columns, stateMoved())
	})
}
