package to

import "net/url"

// Organization shows the organization of this account; POST creates one.
func Organization() string { return "/organizations" }

// OrganizationAct is delete or leave: GET asks, POST does.
func OrganizationAct(act string) string { return Organization() + "/" + url.PathEscape(act) }

// OrganizationInvitations lists the invitations sent; POST sends one.
func OrganizationInvitations() string { return Organization() + "/invitations" }

// OrganizationInvitationAct is accept, decline or cancel; POST.
func OrganizationInvitationAct(id, act string) string {
	return OrganizationInvitations() + "/" + url.PathEscape(id) + "/" + url.PathEscape(act)
}

// OrganizationInvitationsExport is the list of sent invitations as CSV; it takes its filters.
func OrganizationInvitationsExport() string { return Organization() + "/invitations.csv" }

// Members lists the accounts of the organization.
func Members() string { return Organization() + "/accounts" }

// MembersExport is the list of accounts as CSV; it takes its filters.
func MembersExport() string { return Organization() + "/accounts.csv" }

// Units makes a unit; POST.
func Units() string { return Organization() + "/units" }

// Unit is the page of an organizational unit.
func Unit(id string) string { return Units() + "/" + url.PathEscape(id) }

// UnitAct is rename, move or delete; of delete, GET asks.
func UnitAct(id, act string) string { return Unit(id) + "/" + url.PathEscape(act) }

// Member is the page of an account in the organization.
func Member(id string) string { return Members() + "/" + url.PathEscape(id) }

// MemberAct is move or remove; of remove, GET asks.
func MemberAct(id, act string) string { return Member(id) + "/" + url.PathEscape(act) }

// Settings are those of the Resource Access Manager: its switch and its quotas.
func Settings() string { return "/ram/settings" }

// SettingsSharing is enable or disable; of disable, GET asks.
func SettingsSharing(act string) string { return Settings() + "/sharing/" + url.PathEscape(act) }
