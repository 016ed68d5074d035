package org

import "sharedkms/internal/iam"

// Sharing is what follows in resource shares when an organization changes. It runs in the
// transaction of the change, with the organization locked; ram implements it.
type Sharing interface {
	// MemberJoinsIn comes before the organization is locked, for the locks that precede
	// it: what MemberJoinedIn will count back.
	MemberJoinsIn(tx *iam.Tx, o OrganizationID, account iam.AccountID) error
	// MemberJoinedIn comes when account is a member.
	MemberJoinedIn(tx *iam.Tx, o Organization, account iam.AccountID) error
	// MemberLeftIn comes when account is none any more, by its own will or not.
	MemberLeftIn(tx *iam.Tx, o OrganizationID, account iam.AccountID) error
	// UnitDeletedIn comes when the unit with this URN is gone.
	UnitDeletedIn(tx *iam.Tx, o OrganizationID, unit string) error
	// OrganizationDeletedIn comes when the organization is gone.
	OrganizationDeletedIn(tx *iam.Tx, o OrganizationID) error
}
