package ram

import (
	"context"
	"fmt"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// GetShare gives one own share with all its parts.
//
// Errors: NotFound, also 48 h after its deletion; Forbidden for a recipient, who uses
// GetReceivedShare.
func (s *Service) GetShare(ctx context.Context, caller iam.Caller, id ShareID) (Share, error) {
	var share Share
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, err := ownShare(tx, id)
		if err != nil {
			return err
		}
		share = row.toShare()
		if share.Resources, err = resourcesOf(tx, row.ID); err != nil {
			return err
		}
		if share.Permissions, err = pinnedPermissions(tx, row); err != nil {
			return err
		}
		if share.Principals, err = principalsOf(tx, row.ID); err != nil {
			return err
		}
		tags, err := tagsOf(tx, []string{row.ID})
		share.Tags = tags[row.ID]
		return err
	})
	return share, err
}

// ownShare reads a share for its owner's eyes. Recipients search shares too, so the
// owner's page asks for more than they have.
func ownShare(tx *iam.Tx, id ShareID) (shareRow, error) {
	row, err := findShare(tx, ActionSearch, id)
	if err != nil {
		return row, err
	}
	owner := iam.AccountID(row.AccountID)
	if owner != tx.Caller.Account {
		return row, tx.Allow(actionOwn, shareURN(owner, string(id)))
	}
	if row.DeletedAt != nil && !row.DeletedAt.After(tx.Now.Add(-EndedShown)) {
		return row, tx.Allow(ActionSearch, shareURN("", string(id)))
	}
	return row, nil
}

// actionOwn is what a recipient never has: seeing tags and other principals.
const actionOwn iam.Action = "ram:resourceShares:searchResourceShareAssociations"

func (r shareRow) toShare() Share {
	return Share{
		ID: ShareID(r.ID), Name: r.Name, Description: r.Description, AllowExternal: r.AllowExternal, Status: ShareStatus(r.Status),
		Version: r.Version, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, DeletedAt: r.DeletedAt.TimePtr(), HiddenAt: hiddenAt(r.DeletedAt),
		EndsAt: r.EndsAt.TimePtr(), Retain: r.Retain,
	}
}

// resourcesOf reads the keys of a share: live ones, and those ended in the last 48 h.
func resourcesOf(tx *iam.Tx, share string) ([]Resource, error) {
	var rows []struct {
		ID            string      `gorm:"column:id"`
		KeyID         string      `gorm:"column:key_id"`
		Region        string      `gorm:"column:region"`
		Name          string      `gorm:"column:name"`
		Spec          string      `gorm:"column:spec"`
		Usage         string      `gorm:"column:usage"`
		State         string      `gorm:"column:state"`
		StatusMessage string      `gorm:"column:status_message"`
		CreatedAt     store.Time  `gorm:"column:created_at"`
		EndedAt       *store.Time `gorm:"column:ended_at"`
	}
	err := tx.DB().Raw(`SELECT sr.id, sr.key_id, sr.region, k.name, k.spec, k.usage, k.state, sr.status_message, sr.created_at, sr.ended_at
FROM share_resources sr JOIN key_cards k ON k.id = sr.key_id
WHERE sr.share_id = ? AND (sr.ended_at IS NULL OR sr.ended_at > ?)
ORDER BY sr.ended_at IS NOT NULL, k.name_lower, sr.id`, share, store.At(tx.Now.Add(-EndedShown))).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read keys of share %s: %w", share, err)
	}
	list := make([]Resource, 0, len(rows))
	for _, r := range rows {
		list = append(list, Resource{
			ID: AssociationID(r.ID), Key: Key{ID: r.KeyID, Region: r.Region, Name: r.Name, Spec: r.Spec, Usage: r.Usage, State: r.State},
			Since: r.CreatedAt.Time, EndedAt: r.EndedAt.TimePtr(), EndReason: r.StatusMessage,
		})
	}
	return list, nil
}

type principalCard struct {
	principalRow
	AccountName      *string
	UnitName         *string
	OrganizationName *string
	InvitationID     *string
	InvitationStatus *string
	ExpiresAt        *store.Time
	Reason           *string
	Note             *string
	SwitchID         *string
	ShareEnds        *store.Time
}

// principalsOf reads the principals of a share: live ones first, then those ended in the
// last 48 h, newest first.
func principalsOf(tx *iam.Tx, share string) ([]Principal, error) {
	return readPrincipals(tx, share, "AND (sp.ended_at IS NULL OR sp.ended_at > ?) ORDER BY sp.ended_at IS NOT NULL, sp.ended_at DESC, sp.created_at, sp.id",
		store.At(tx.Now.Add(-EndedShown)))
}

// principalOf reads one principal of a share, however long ago it ended.
//
// Errors: NotFound, also for an empty ID.
func principalOf(tx *iam.Tx, share string, one AssociationID) (Principal, error) {
	list, err := readPrincipals(tx, share, "AND sp.id = ?", store.QueryID(one))
	if err != nil {
		return Principal{}, err
	}
	if len(list) == 0 {
		return Principal{}, ErrNoPrincipal
	}
	return list[0], nil
}

// readPrincipals reads those principals of a share that which selects and orders.
func readPrincipals(tx *iam.Tx, share, which string, args ...any) ([]Principal, error) {
	query := `SELECT sp.id, sp.kind, sp.principal, sp.external, sp.status, sp.organization_id, sp.created_at, sp.associated_at, sp.ends_at, s.ends_at, sp.ended_at, sp.ended_by,
	CASE WHEN ` + knownTo("a.id") + ` THEN a.name ELSE a.id END, u.name, g.name, i.id, i.status, i.expires_at, i.reason, i.note, o.id
FROM share_principals sp
JOIN shares s ON s.id = sp.share_id
LEFT JOIN account_names a ON sp.kind = 'account' AND a.id = sp.principal
LEFT JOIN unit_names u ON sp.kind = 'ou' AND u.urn = sp.principal AND u.organization_id = ` + ownOrganization + `
LEFT JOIN organization_names g ON sp.kind = 'organization' AND g.urn = sp.principal AND g.organization_id = ` + ownOrganization + `
LEFT JOIN invitations i ON i.association_id = sp.id
LEFT JOIN sharing_switches o ON o.id = sp.organization_id AND o.sharing_enabled AND o.sharing_epoch = sp.sharing_epoch
WHERE sp.share_id = ? `
	caller := string(tx.Caller.Account)
	rows, err := tx.DB().Raw(query+which, append([]any{caller, caller, caller, caller, caller, share}, args...)...).Rows()
	if err != nil {
		return nil, fmt.Errorf("read principals of share %s: %w", share, err)
	}
	defer func() { _ = rows.Close() }() // its error is rows.Err
	var list []Principal
	for rows.Next() {
		var c principalCard
		err := rows.Scan(&c.ID, &c.Kind, &c.Principal, &c.External, &c.Status, &c.OrganizationID, &c.CreatedAt, &c.AssociatedAt, &c.EndsAt, &c.ShareEnds, &c.EndedAt, &c.EndedBy,
			&c.AccountName, &c.UnitName, &c.OrganizationName, &c.InvitationID, &c.InvitationStatus, &c.ExpiresAt, &c.Reason, &c.Note, &c.SwitchID)
		if err != nil {
			return nil, fmt.Errorf("read principal of share %s: %w", share, err)
		}
		list = append(list, c.toPrincipal(tx.Now))
	}
	return list, rows.Err()
}

func (c principalCard) toPrincipal(now time.Time) Principal {
	p := Principal{
		ID: AssociationID(c.ID), Kind: PrincipalKind(c.Kind), Principal: c.Principal, External: c.External,
		Since: c.CreatedAt.Time, EndedAt: c.EndedAt.TimePtr(), EndsAt: c.EndsAt.TimePtr(),
	}
	for _, name := range []*string{c.AccountName, c.UnitName, c.OrganizationName} {
		if name != nil {
			p.Name = *name
		}
	}
	if c.InvitationID != nil {
		p.Invitation = InvitationID(*c.InvitationID)
	}
	if c.Reason != nil {
		p.Reason = *c.Reason
	}
	if c.Note != nil {
		p.ByOrganization = invitationRow{Note: *c.Note}.byOrganization()
	}
	if p.Kind == KindAccount {
		p.Account = iam.AccountID(c.Principal)
	}
	ends := earlier(c.EndsAt, c.ShareEnds)
	switch {
	case c.EndedAt != nil:
		p.State, p.Since = endState(c.EndedBy, c.AssociatedAt), c.EndedAt.Time
	case c.Status == associated && over(ends, now):
		p.State, p.Since, p.EndedAt = TimeEnded, ends.Time, ends.TimePtr()
	case c.Status == associating && c.ExpiresAt != nil && over(earlier(c.ExpiresAt, ends), now):
		until := earlier(c.ExpiresAt, ends)
		p.State, p.Since, p.EndedAt = Expired, until.Time, until.TimePtr()
	case c.Status == associating:
		p.State, p.ExpiresAt = InvitationPending, c.ExpiresAt.TimePtr()
	case c.OrganizationID == nil:
		p.State, p.Since = Accepted, c.AssociatedAt.Time
	case c.SwitchID != nil:
		p.State, p.Since = AccessAtOnce, c.AssociatedAt.Time
	default:
		p.State, p.Since = Ineffective, c.AssociatedAt.Time
	}
	return p
}

// endState tells people how an association ended.
func endState(endedBy string, associated *store.Time) PrincipalState {
	switch endedBy {
	case "expired":
		if associated != nil { // so it was no invitation that ran out
			return TimeEnded
		}
		return Expired
	case "rejected", "left", "share_deleted", "sharing_disabled", "organization_left", "unit_deleted":
		return PrincipalState(endedBy)
	}
	return Removed
}
