package ram

import (
	"fmt"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
)

// status is what became of an invitation at now: one that nobody answered in time has
// expired, whether the sweep came by or not.
func (r invitationRow) status(now time.Time) InvitationStatus {
	if r.Status == string(StatusPending) && !r.ExpiresAt.After(now) {
		return StatusExpired
	}
	return InvitationStatus(r.Status)
}

// findInvitation reads an invitation by id alone and decides action on it: only its
// receiver is related to it.
func findInvitation(tx *iam.Tx, action iam.Action, id InvitationID) (invitationRow, error) {
	var row invitationRow
	err := tx.DB().Where("id = ?", store.QueryID(id)).Take(&row).Error
	if err != nil && !store.NotFound(err) {
		return row, fmt.Errorf("read invitation %s: %w", id, err)
	}
	urn := invitationURN("", string(id))
	if row.Receiver == string(tx.Caller.Account) {
		urn = invitationURN(tx.Caller.Account, string(id))
	}
	return row, tx.Allow(action, urn)
}

// answered says why an invitation cannot be answered any more.
func answered(r invitationRow, now time.Time) error {
	at := func(t *store.Time) string {
		if t == nil {
			return ""
		}
		return " on " + t.Format("2006-01-02 15:04 UTC")
	}
	switch r.status(now) {
	case StatusPending:
		return nil
	case StatusAccepted:
		if r.byOrganization() {
			return fault.New(fault.State, codeOrgAccepted, "Your organization accepted this invitation for your account"+at(r.AnsweredAt)+", when your account or the owner's joined it. You find the share under Accepted Resource Shares while it lasts.")
		}
		return fault.New(fault.State, codeAlreadyAccepted, "This invitation was accepted already"+at(r.AnsweredAt)+". You find the share under Accepted Resource Shares while it lasts.")
	case StatusRejected:
		return fault.New(fault.State, codeAlreadyRejected, "This invitation was rejected already"+at(r.AnsweredAt)+". The owner can send another one.")
	case StatusExpired:
		if r.ExpiresAt.Before(r.CreatedAt.Add(InvitationLifetime)) {
			return fault.New(fault.State, codeTimeEnded, "What this invitation offers ended"+at(&r.ExpiresAt)+", the time its owner had set. Ask the owner to set a later end and send another one.")
		}
		return fault.New(fault.State, codeExpired, "This invitation expired"+at(&r.ExpiresAt)+". The owner can send another one.")
	}
	return fault.New(fault.State, codeCancelled, "The owner withdrew this invitation"+at(r.AnsweredAt)+". If you still need the keys, ask the owner for another one.")
}

// byOrganization reports whether nobody of the receiver's account accepted the invitation,
// but the organization did (MemberJoinedIn).
func (r invitationRow) byOrganization() bool { return r.Note == acceptedByOrganization }

// errOutside is the answer to an account that left the organization, or whose owner did,
// after a share for the organization alone had invited it.
var errOutside = fault.New(fault.State, codeExternalRefused, "This share is for accounts of its owner's organization, and your account is not one of them any more. Ask the owner to share with any account.")

// sameOrganization reports whether both accounts are in one organization, which then
// stands still.
func sameOrganization(tx *iam.Tx, one, other iam.AccountID) (bool, error) {
	o, ok, err := org.LockOfIn(tx, one, []iam.AccountID{other})
	if err != nil || !ok {
		return false, err
	}
	m, ok, err := org.OfIn(tx, other)
	return ok && m.Organization.ID == o.ID, err
}

// answer is what accept and reject have in common: find, decide, lock in order, look
// again, change.
func answer(tx *iam.Tx, id InvitationID, action iam.Action, change func(share shareRow, invitation invitationRow) error) error {
	row, err := findInvitation(tx, action, id)
	if err != nil {
		return err
	}
	if err := answered(row, tx.Now); err != nil {
		return err
	}
	if err := lockPending(tx, row.Sender); err != nil {
		return err
	}
	inside, err := sameOrganization(tx, iam.AccountID(row.Sender), iam.AccountID(row.Receiver))
	if err != nil {
		return err
	}
	share, err := lockShare(tx, row.ShareID)
	if err != nil {
		return err
	}
	if action == ActionAccept && !share.AllowExternal && !inside {
		return errOutside
	}
	if err := lockKeysOf(tx, []string{share.ID}); err != nil {
		return err
	}
	var locked invitationRow
	if err := store.ForUpdate(tx.DB()).Where("id = ?", row.ID).Take(&locked).Error; err != nil {
		return fmt.Errorf("lock invitation: %w", err)
	}
	if over(share.EndsAt, tx.Now) && locked.ExpiresAt.After(share.EndsAt.Time) {
		locked.ExpiresAt = *share.EndsAt
	}
	if err := answered(locked, tx.Now); err != nil {
		return err
	}
	tx.CopyTo(iam.AccountID(locked.Sender))
	tx.Detail("share", share.ID)
	tx.Detail("share_name", share.Name)
	return change(share, locked)
}
