package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
)

// ActionQuotas and ActionSwitch read what the page Settings shows.
const (
	ActionQuotas iam.Action = "ram:resourceShares:listQuota"
	ActionSwitch iam.Action = "ram:resourceShares:searchEnableSharingWithOrganization"
)

// Use is how much of a limit is used. PerShare: Used is the highest of all shares.
type Use struct {
	Used, Limit int64
	PerShare    bool
}

// Settings is how an account shares: through which organization, and within which limits.
type Settings struct {
	In             bool // of the account in an organization
	Organization   org.Organization
	ManagementName string
	Shares         Use
	Invitations    Use // that wait for an answer
	Permissions    Use // own ones for keys
	Resources      Use
	Principals     Use
}

// GetSettings reads the page Settings.
//
// Errors: Forbidden.
func (s *Service) GetSettings(ctx context.Context, caller iam.Caller) (Settings, error) {
	var v Settings
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionQuotas, anyShare(tx.Caller)); err != nil {
			return err
		}
		m, in, err := org.OfIn(tx, tx.Caller.Account)
		if err != nil {
			return err
		}
		if v.In, v.Organization = in, m.Organization; in {
			if v.ManagementName, err = accountName(tx, string(m.Organization.Management)); err != nil {
				return err
			}
		}
		if v.Shares.Used, v.Shares.Limit, err = tx.QuotaUse(quotaShares); err != nil {
			return err
		}
		if v.Invitations.Used, v.Invitations.Limit, err = tx.QuotaUse(quotaPending); err != nil {
			return err
		}
		if v.Permissions.Used, v.Permissions.Limit, err = tx.QuotaUse(quotaPermissions); err != nil {
			return err
		}
		v.Resources, v.Principals = Use{Limit: MaxShareKeys, PerShare: true}, Use{Limit: MaxSharePrincipals, PerShare: true}
		id := string(tx.Caller.Account)
		err = tx.DB().Raw(`SELECT COALESCE((SELECT max(resource_count) FROM shares WHERE account_id = ? AND status = 'active'), 0),
	COALESCE((SELECT max(principal_count) FROM shares WHERE account_id = ? AND status = 'active'), 0)`, id, id).Row().Scan(&v.Resources.Used, &v.Principals.Used)
		if err != nil {
			return fmt.Errorf("read highest use of shares: %w", err)
		}
		return nil
	})
	return v, err
}
