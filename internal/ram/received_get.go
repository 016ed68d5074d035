package ram

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// GetReceivedShare gives a share that reaches or invites the caller's account.
//
// Errors: NotFound when neither, also after the end, and for the owner; Forbidden.
func (s *Service) GetReceivedShare(ctx context.Context, caller iam.Caller, id ShareID) (ReceivedShare, error) {
	var share ReceivedShare
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, err := findShare(tx, ActionSearch, id)
		if err != nil {
			return err
		}
		if iam.AccountID(row.AccountID) == tx.Caller.Account {
			return tx.Allow(ActionSearch, shareURN("", string(id)))
		}
		if share, err = readReceived(tx, row); err != nil {
			return err
		}
		keys, err := liveKeys(tx, []string{row.ID})
		if err != nil {
			return err
		}
		share.KeyList = keys[row.ID]
		share.Permissions, err = pinnedPermissions(tx, row)
		return err
	})
	return share, err
}

// readReceived reads by which paths a share reaches the caller's account, and the
// newest invitation to it.
func readReceived(tx *iam.Tx, row shareRow) (ReceivedShare, error) {
	share := ReceivedShare{Description: row.Description, CreatedAt: row.CreatedAt.Time}
	var invitations []invitationCard
	err := tx.DB().Table("invitations AS i").Joins(invitationTables).
		Select(invitationColumns).Where("i.share_id = ? AND i.receiver = ?", row.ID, string(tx.Caller.Account)).
		Order("i.created_at DESC, i.id DESC").Limit(1).Scan(&invitations).Error
	if err != nil {
		return share, fmt.Errorf("read invitation to share %s: %w", row.ID, err)
	}
	if len(invitations) == 1 {
		inv := invitations[0].toInvitation(tx)
		share.Invitation, share.Status = inv.ID, inv.Status
		share.ByOrganization = invitationRow{Note: invitations[0].Note}.byOrganization()
		share.ReceivedRow = ReceivedRow{
			ID: inv.Share, Name: row.Name, Owner: inv.Owner, OwnerName: inv.OwnerName, State: InvitationPending, Path: KindAccount,
			Keys: int(row.ResourceCount), Since: inv.SentAt, EndsAt: inv.EndsAt,
		}
		if inv.Status == StatusPending {
			share.ExpiresAt = &inv.ExpiresAt
		}
	}
	var paths []receivedCard
	err = tx.DB().Table("live_principals AS lp").Joins("JOIN account_names a ON a.id = lp.owner_id").
		Select("lp.share_id, lp.since, lp.organization_id IS NULL AS invited, lp.path, lp.ends_at, lp.owner_id AS account_id, a.name AS owner_name").
		Where("lp.share_id = ? AND lp.account_id = ? AND (lp.ends_at IS NULL OR lp.ends_at > ?)", row.ID, string(tx.Caller.Account), store.At(tx.Now)).
		Order(fmt.Sprintf(rank, "lp", "path") + ", lp.association_id").Scan(&paths).Error
	if err != nil {
		return share, fmt.Errorf("read paths of share %s: %w", row.ID, err)
	}
	for i, p := range paths {
		if i == 0 {
			p.EndsAt = last(paths)
			p.Name, p.Keys = row.Name, int(row.ResourceCount)
			share.ReceivedRow = p.toRow()
		}
		share.Paths = append(share.Paths, PrincipalKind(p.Path))
	}
	return share, nil
}
