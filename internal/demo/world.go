// Package demo makes the demo world: an organization with a management account, two
// units and four member accounts, and a partner outside, with keys, shares and
// secrets in every state that the pages show.
//
// It goes through the services as the people of that world, with a clock that
// begins 62 days ago, so that traces, invitations and deadlines tell a story. Ids of
// accounts and users are fixed, so that links and screenshots stay the same.
//
// The world exists only in databases that hold nothing else.
package demo

import "sharedkms/internal/iam"

const organization = "Harbor Group"

const (
	management iam.AccountID = "3f1c0a7be5d84e0c9a1b6d2f70c4e815"
	retail     iam.AccountID = "7c9e41d2b60f4a33a8d5c1e29b7f0364"
	payments   iam.AccountID = "b14f8a06d93c4e7795e2a0d8f6c31b59"
	platform   iam.AccountID = "05d7b3e9c81f4d62b7a49e0c5f2d8a16"
	security   iam.AccountID = "e82a60f417cb4b1f8d03a5c96e7d4f20"
	lumen      iam.AccountID = "9ad06f3158e24c7bb0f4d7a1c3e8650f"
)

const (
	rootOfManagement iam.UserID = "3f1c0a7be5d84e0c9a1b6d2f70c40001"
	petra            iam.UserID = "3f1c0a7be5d84e0c9a1b6d2f70c40002"
	rootOfRetail     iam.UserID = "7c9e41d2b60f4a33a8d5c1e29b7f0001"
	mara             iam.UserID = "7c9e41d2b60f4a33a8d5c1e29b7f0002"
	rootOfPayments   iam.UserID = "b14f8a06d93c4e7795e2a0d8f6c30001"
	jonas            iam.UserID = "b14f8a06d93c4e7795e2a0d8f6c30002"
	rootOfPlatform   iam.UserID = "05d7b3e9c81f4d62b7a49e0c5f2d0001"
	ines             iam.UserID = "05d7b3e9c81f4d62b7a49e0c5f2d0002"
	rootOfSecurity   iam.UserID = "e82a60f417cb4b1f8d03a5c96e7d0001"
	tomasz           iam.UserID = "e82a60f417cb4b1f8d03a5c96e7d0002"
	rootOfLumen      iam.UserID = "9ad06f3158e24c7bb0f4d7a1c3e80001"
	aiko             iam.UserID = "9ad06f3158e24c7bb0f4d7a1c3e80002"
)

// account is an account of the world with its root user and one of narrower policies.
type account struct {
	id     iam.AccountID
	name   string
	unit   string // organizational unit; empty: the root, or outside
	inside bool   // in the organization
	root   iam.UserID
	user   iam.NewUser
}

func accounts() []account {
	user := func(id iam.UserID, name string, policies ...string) iam.NewUser {
		return iam.NewUser{ID: id, Name: name, Kind: iam.IAMUser, Policies: policies}
	}
	return []account{
		{management, "Harbor Group Management", "", true, rootOfManagement, user(petra, "petra.sommer", "RAM ReadOnlyAccess", "Organizations ReadOnlyAccess", "CTS ReadOnlyAccess")},
		{retail, "Harbor Retail", "Commerce", true, rootOfRetail, user(mara, "mara.lindqvist", "KMS CMKFullAccess", "RAM FullAccess", "CSMS FullAccess", "CTS ReadOnlyAccess")},
		{payments, "Harbor Payments", "Commerce", true, rootOfPayments, user(jonas, "jonas.weber", "CSMS FullAccess")},
		{platform, "Harbor Data Platform", "Shared Services", true, rootOfPlatform, user(ines, "ines.duarte", "KMS CMKReadOnlyAccess", "CSMS FullAccess")},
		{security, "Harbor Security", "Shared Services", true, rootOfSecurity, user(tomasz, "tomasz.nowak", "CTS ReadOnlyAccess")},
		{lumen, "Lumen Logistics", "", false, rootOfLumen, user(aiko, "aiko.tanaka", "KMS CMKFullAccess", "RAM ResourceShareParticipantAccess")},
	}
}
