package ram

import (
	"strconv"

	"sharedkms/internal/ram"
	"sharedkms/views/components/form"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Settings is the page of the switch and of the quotas.
type Settings struct {
	In           bool   // of the account in an organization
	Organization string // its name
	On           bool
	Management   Party
	MayEnable    bool   // the reader's account and policies
	Why          string // why the reader cannot switch, a sentence; empty when it can
	Disable      Act
	Quotas       []Quota
	Problems     []form.Problem
}

// Quota is one line of the card of quotas.
type Quota struct {
	Name string
	Used string // "3 of 100"
	Note string
}

// SettingsRights are what the reader's policies allow.
type SettingsRights struct{ Management, Enable, Disable bool }

// NewSettings makes the page.
func NewSettings(v ram.Settings, may SettingsRights, problems []form.Problem) Settings {
	m := Settings{
		In: v.In, Organization: v.Organization.Name, On: v.Organization.SharingEnabled, Problems: problems,
		Quotas: []Quota{
			use("Resource shares", v.Shares, ""),
			use("Invitations waiting for an answer", v.Invitations, ""),
			use("Own permissions for kms:KeyId", v.Permissions, "at most "+strconv.Itoa(ram.MaxVersions)+" versions each"),
			use("Keys in a share", v.Resources, "the most in one share"),
			use("Principals of a share", v.Principals, "the most in one share"),
			{Name: "Managed permissions of a share", Used: "1 per resource type"},
			{Name: "Tags of a share", Used: "at most " + strconv.Itoa(ram.MaxTags)},
			{Name: "Keys or principals added at a time", Used: "at most " + strconv.Itoa(ram.MaxKeys)},
		},
	}
	if !v.In {
		return m
	}
	m.Management = owner(v.Organization.Management, v.ManagementName)
	switch {
	case !may.Management:
		m.Why = "Only the management account of the organization, " + v.ManagementName + ", can change this."
	case m.On && !may.Disable, !m.On && !may.Enable:
		m.Why = "Your policies do not allow you to change this. The root user of this account can attach RAM FullAccess."
	case m.On:
		m.Disable = Act{Text: "Turn off…", Label: "Turn off sharing with " + v.Organization.Name, Href: to.SettingsSharing("disable")}
	default:
		m.MayEnable = true
	}
	return m
}

func use(name string, u ram.Use, note string) Quota {
	return Quota{Name: name, Used: strconv.FormatInt(u.Used, 10) + " of " + strconv.FormatInt(u.Limit, 10), Note: note}
}

func settings(last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{
		{Text: "Resource Access Manager", Href: to.Shares()},
		{Text: "Settings", Href: to.Settings()},
	}, last...)
}
