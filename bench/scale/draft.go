package scale

import (
	"context"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
)

// Draft goes through the wizard up to its third step, as the heavy account.
func (w World) Draft(ctx context.Context, r *ram.Service, c iam.Caller) (ram.DraftID, error) {
	id, err := r.CreateDraft(ctx, c, ram.NewDraft{})
	if err != nil {
		return "", err
	}
	d, err := r.GetDraft(ctx, c, id)
	if err != nil {
		return "", err
	}
	if d, err = r.SaveDetails(ctx, c, id, ram.DetailsInput{Version: d.Version, Name: "orders", AddKeys: []string{w.Key}, Finish: true}); err != nil {
		return "", err
	}
	_, err = r.SavePermissions(ctx, c, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: ram.PermissionID(permissionID.String())}, Finish: true})
	return id, err
}
