package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
)

// LostPart is one principal that a share loses, or an account that loses a share.
type LostPart struct {
	Share     ShareID
	ShareName string
	Owner     iam.AccountID
	OwnerName string
	Kind      PrincipalKind
	Principal string
	Name      string // of the principal
}

// OrganizationImpact is what an organization's change does to sharing: which shares lose
// which principals, and what stops working.
type OrganizationImpact struct {
	keyuse.Impact
	Organization org.Organization
	Member       iam.AccountID // who leaves; empty when sharing is turned off
	MemberName   string
	Lost         []LostPart // the first 20, by share
	Total        int        // of those
	Accounts     map[iam.AccountID]string
	Keys         []Key // that protect own things that stop
}

// Stops counts the things that stop working.
func (i OrganizationImpact) Stops() int { return i.OwnCount() + i.OtherCount() }

const lostShown = 20

// DisableImpact tells what turning off sharing with the organization ends.
//
// Errors: Forbidden (RAM.1801) for other accounts than the management account; State
// (RAM.1802) for an account in no organization.
func (s *Service) DisableImpact(ctx context.Context, caller iam.Caller) (OrganizationImpact, error) {
	return s.organizationImpact(ctx, caller, org.ActionDisable, func(tx *iam.Tx, o org.Organization) (iam.AccountID, error) {
		if o.Management != tx.Caller.Account {
			return "", org.NotManagementIn(tx, o)
		}
		return "", nil
	})
}

// LeaveOrganizationImpact tells what the caller's account ends by leaving.
//
// Errors: Forbidden; State (RAM.1802) for an account in no organization.
func (s *Service) LeaveOrganizationImpact(ctx context.Context, caller iam.Caller) (OrganizationImpact, error) {
	return s.organizationImpact(ctx, caller, org.ActionLeave, func(tx *iam.Tx, _ org.Organization) (iam.AccountID, error) {
		return tx.Caller.Account, nil
	})
}

// RemoveMemberImpact tells what removing a member ends.
//
// Errors: NotFound for an account that is no member; Forbidden.
func (s *Service) RemoveMemberImpact(ctx context.Context, caller iam.Caller, account iam.AccountID) (OrganizationImpact, error) {
	impact, err := s.organizationImpact(ctx, caller, org.ActionRemove, func(tx *iam.Tx, o org.Organization) (iam.AccountID, error) {
		if o.Management != tx.Caller.Account { // whoever is asked for: a member may not see the others while sharing is off
			return "", org.NotManagementIn(tx, o)
		}
		m, ok, err := org.OfIn(tx, account)
		switch {
		case err != nil:
			return "", err
		case !ok || m.Organization.ID != o.ID:
			return "", org.ErrNoMember
		}
		return account, nil
	})
	if fault.Is(err, fault.State) { // in no organization: the account is missing there
		err = org.ErrNoMember
	}
	return impact, err
}

func (s *Service) organizationImpact(ctx context.Context, caller iam.Caller, action iam.Action,
	who func(*iam.Tx, org.Organization) (iam.AccountID, error)) (OrganizationImpact, error) {
	var impact OrganizationImpact
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(action, iam.URN{Service: "organizations", Account: tx.Caller.Account, Type: "organization", ID: "*"}); err != nil {
			return err
		}
		m, ok, err := org.OfIn(tx, tx.Caller.Account)
		if err != nil {
			return err
		}
		if !ok {
			return org.ErrNoOrganization
		}
		impact.Organization = m.Organization
		if impact.Member, err = who(tx, m.Organization); err != nil {
			return err
		}
		if err := impact.readParts(tx); err != nil {
			return err
		}
		if impact.Impact, err = keyuse.LosesOrganizationIn(tx, string(m.Organization.ID), impact.Member); err != nil {
			return err
		}
		ids := []iam.AccountID{impact.Member}
		for _, other := range impact.Others {
			ids = append(ids, other.Account)
		}
		if impact.Accounts, err = iam.AccountNames(tx.DB(), ids); err != nil {
			return err
		}
		impact.MemberName = impact.Accounts[impact.Member]
		return impact.readKeys(tx)
	})
	return impact, err
}

// readParts reads what the organization carries now: all of it, or from and to the
// member, by name and by the units above it.
func (i *OrganizationImpact) readParts(tx *iam.Tx) error {
	now := store.At(tx.Now)
	query := `SELECT sp.share_id, s.name AS share_name, s.account_id, o.name AS owner_name, sp.kind, sp.principal,
	COALESCE(a.name, u.name, g.name, '') AS name, count(*) OVER () AS total
FROM share_principals sp
JOIN shares s ON s.id = sp.share_id AND s.status = 'active'
JOIN account_names o ON o.id = s.account_id
JOIN sharing_switches w ON w.id = sp.organization_id AND w.sharing_enabled AND w.sharing_epoch = sp.sharing_epoch
LEFT JOIN account_names a ON sp.kind = 'account' AND a.id = sp.principal
LEFT JOIN unit_names u ON sp.kind = 'ou' AND u.urn = sp.principal
LEFT JOIN organization_names g ON sp.kind = 'organization' AND g.urn = sp.principal
WHERE sp.organization_id = ? AND sp.ended_at IS NULL AND (sp.ends_at IS NULL OR sp.ends_at > ?) AND (s.ends_at IS NULL OR s.ends_at > ?)`
	args := []any{string(i.Organization.ID), now, now}
	if i.Member != "" {
		query += ` AND (sp.account_id = ? OR EXISTS (SELECT 1 FROM account_reach r WHERE r.account_id = ? AND r.kind = sp.kind AND r.principal = sp.principal))`
		args = append(args, string(i.Member), string(i.Member))
	}
	var rows []struct {
		ShareID   string `gorm:"column:share_id"`
		ShareName string `gorm:"column:share_name"`
		AccountID string `gorm:"column:account_id"`
		OwnerName string `gorm:"column:owner_name"`
		Kind      string `gorm:"column:kind"`
		Principal string `gorm:"column:principal"`
		Name      string `gorm:"column:name"`
		Total     int    `gorm:"column:total"`
	}
	if err := tx.DB().Raw(query+" ORDER BY s.name_lower, sp.share_id, sp.id LIMIT ?", append(args, lostShown)...).Scan(&rows).Error; err != nil {
		return fmt.Errorf("read what the organization carries: %w", err)
	}
	for _, r := range rows {
		i.Total = r.Total
		i.Lost = append(i.Lost, LostPart{
			Share: ShareID(r.ShareID), ShareName: r.ShareName, Owner: iam.AccountID(r.AccountID), OwnerName: r.OwnerName,
			Kind: PrincipalKind(r.Kind), Principal: r.Principal, Name: r.Name,
		})
	}
	return nil
}

// readKeys names the keys that protect own things which stop.
func (i *OrganizationImpact) readKeys(tx *iam.Tx) error {
	var ids []string
	for _, g := range i.Own {
		for _, thing := range g.Things {
			ids = append(ids, thing.KeyID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var cards []keyCard
	if err := tx.DB().Where("id IN ?", ids).Find(&cards).Error; err != nil {
		return fmt.Errorf("read keys of what stops: %w", err)
	}
	for _, c := range cards {
		i.Keys = append(i.Keys, c.toKey())
	}
	return nil
}
