package layout

import (
	"sharedkms/views/components/menu"
	"sharedkms/views/to"
)

// services is the menu of everything the console offers.
func (f *Frame) services() []menu.Group {
	region := f.region()
	return []menu.Group{
		{Title: "Security", Items: []menu.Item{
			{Text: "Key Management Service", Href: to.Keys(region), Description: "Keys of this account and keys shared with it"},
			{Text: "Cloud Secret Management Service", Href: to.Secrets(region), Description: "Secrets sealed by a key"},
		}},
		{Title: "Management & Governance", Items: []menu.Item{
			{Text: "Resource Access Manager", Href: to.Shares(), Description: "Share keys, answer invitations"},
			{Text: "Organizations", Href: to.Organization(), Description: "Units and accounts that share at once"},
			{Text: "Cloud Trace Service", Href: to.Traces(), Description: "Who did what, and when"},
		}},
	}
}

// regions is empty on global pages, where the menu says why.
func (f *Frame) regions() []menu.Group {
	if f.Region == "" {
		return nil
	}
	items := make([]menu.Item, len(f.Regions))
	for i, r := range f.Regions {
		items[i] = menu.Item{Text: r.Name, Href: r.Href, Description: "default project", Selected: r.Name == f.Region}
	}
	return []menu.Group{{Title: "Region", Items: items}}
}

func (f *Frame) appearances() []menu.Group {
	choice := func(a Appearance, text string) menu.Item {
		return menu.Item{Text: text, Value: string(a), Selected: f.Appearance == a || f.Appearance == "" && a == System}
	}
	return []menu.Group{{
		Title: "Appearance", Action: to.Appearance(), Token: f.FormToken, Name: "appearance", Fields: []menu.Field{{Name: "back", Value: f.Path}},
		Items: []menu.Item{choice(Light, "Light"), choice(Dark, "Dark"), choice(System, "As the system")},
	}}
}

// account has the entries below the account's name and ID.
func (f *Frame) account() []menu.Group {
	groups := []menu.Group{{Action: to.SignOut(), Token: f.FormToken, Items: []menu.Item{
		{Text: "My sign-ins, password, appearance", Href: to.Me()},
		{Text: "Sign out"},
	}}}
	if len(f.Identities) == 0 {
		return groups
	}
	items := make([]menu.Item, len(f.Identities))
	for i, id := range f.Identities {
		items[i] = menu.Item{Text: id.User, Description: id.Account, Selected: id.Current, Value: id.ID}
	}
	return append(groups, menu.Group{Title: "Switch identity, demo world only", Action: to.SignInDemo(), Token: f.FormToken, Name: "as", Items: items})
}
