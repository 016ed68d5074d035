package ram

import (
	"sharedkms/internal/ram"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// NewDisableSharing asks before sharing with the organization is turned off. The organization's name must
// be typed when shares lose principals.
func NewDisableSharing(i ram.OrganizationImpact) Question {
	q := Question{
		ID: "disable-sharing", Title: "Turn off sharing with " + i.Organization.Name + "?", Verb: "Turn off", Stay: "Keep it on",
		Action: to.SettingsSharing("disable"), Back: to.Settings(), NotDone: "Sharing was not turned off",
		Crumbs: settings(layout.Crumb{Text: "Turn off sharing"}),
		Before: "Access through the organization ends ", Strong: "at once",
		After: ", for all accounts in it. What an account accepted by invitation stays. Turning sharing on again brings nothing back: shares must name their principals again.",
		Stops: organizationStops(i),
		Keeps: organizationLoses(i, "No share names the organization, its units or its accounts now."),
	}
	if i.Total > 0 {
		q.Confirm = i.Organization.Name
	}
	return q
}

// NewLeaveOrganization asks before an account leaves its organization.
func NewLeaveOrganization(i ram.OrganizationImpact) Question {
	q := Question{
		ID: "leave-organization", Title: "Leave " + i.Organization.Name + "?", Verb: "Leave", Stay: "Stay in the organization",
		Action: to.OrganizationAct("leave"), Back: to.Organization(), NotDone: "The organization was not left",
		Crumbs: organization(layout.Crumb{Text: "Leave"}),
		Before: i.MemberName + " loses what reaches it through the organization, and its own shares lose their principals in the organization, ", Strong: "at once",
		After: ". To come back, the management account must invite it again, and shares must name their principals again.",
	}
	return q.about(i, i.Organization.Name)
}

// NewRemoveMember asks before an account is removed from the organization.
func NewRemoveMember(i ram.OrganizationImpact) Question {
	id := string(i.Member)
	q := Question{
		ID: "remove-account", Title: "Remove " + i.MemberName + " from " + i.Organization.Name + "?", Verb: "Remove", Stay: "Keep the account",
		Action: to.MemberAct(id, "remove"), Back: to.Member(id), NotDone: "The account was not removed",
		Crumbs: organization(layout.Crumb{Text: i.MemberName, Href: to.Member(id)}, layout.Crumb{Text: "Remove"}),
		Before: i.MemberName + " loses what reaches it through the organization, and its own shares lose their principals in the organization, ", Strong: "at once",
		After: ". The account itself, its keys and what it accepted by invitation stay.",
	}
	return q.about(i, i.MemberName)
}

// about says what ends; the name must be typed when something does.
func (q Question) about(i ram.OrganizationImpact, name string) Question {
	q.Stops, q.Keeps = organizationStops(i), organizationLoses(i, "No share comes or goes through the organization here.")
	if i.Total > 0 {
		q.Confirm = name
	}
	return q
}

// organizationStops tells own things by name and those of others by count, in one list.
func organizationStops(i ram.OrganizationImpact) Stops {
	as := ram.Impact{Impact: i.Impact, Accounts: i.Accounts, Lost: i.Keys}
	own, others := ownStops(as), othersStop(as)
	if own.Title == "" {
		return others
	}
	if others.Title != "" {
		own.Title += ", and " + count(i.OtherCount(), "thing", "things") + " of other accounts"
		own.Lines = append(own.Lines, others.Lines...)
	}
	return own
}

// organizationLoses lists the parts of shares that end.
func organizationLoses(i ram.OrganizationImpact, none string) Keeps {
	if i.Total == 0 {
		return Keeps{Title: none}
	}
	k := Keeps{Title: count(i.Total, "part of a share ends", "parts of shares end")}
	for _, l := range i.Lost {
		k.Lines = append(k.Lines, l.ShareName+" of "+l.OwnerName+" loses "+lostName(i, l)+".")
	}
	if more := i.Total - len(i.Lost); more > 0 {
		k.Lines = append(k.Lines, "And "+count(more, "more", "more")+".")
	}
	return k
}

// lostName names the principal of a share, or the member where a unit's share loses only that.
func lostName(i ram.OrganizationImpact, l ram.LostPart) string {
	name := newParty(l.Kind, l.Principal, l.Name).Name
	switch {
	case l.Kind == ram.KindAccount:
		return name
	case i.Member != "" && l.Owner != i.Member:
		return i.MemberName + ", reached through " + name
	case l.Kind == ram.KindUnit:
		return "the unit " + name
	default:
		return "the organization " + name
	}
}

func organization(last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{{Text: "Organizations", Href: to.Organization()}}, last...)
}
