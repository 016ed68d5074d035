package layout

import "sharedkms/views/to"

// Area is a service area; each has a side menu of its own.
type Area int

const (
	AreaHome          Area = iota
	AreaWorkshop           // Data Encryption Workshop: KMS and CSMS
	AreaSharing            // Resource Access Manager
	AreaOrganizations      // Organizations
	AreaTraces             // Cloud Trace Service
)

// Item is an entry of a side menu.
type Item int

const (
	ItemNone Item = iota
	ItemOverview
	ItemMe
	ItemKeys
	ItemSecrets
	ItemSharesByMe
	ItemSharesWithMe
	ItemResourcesByMe
	ItemPrincipalsByMe
	ItemResourcesWithMe
	ItemOwnersWithMe
	ItemSharing
	ItemPermissions
	ItemSettings
	ItemOrganization
	ItemTraces
)

// section is a titled part of a side menu.
type section struct {
	title string
	links []link
}

type link struct {
	item Item
	text string
	href string
}

// sideMenu is the side menu of the frame's area.
func (f *Frame) sideMenu() []section {
	region := f.region()
	keys := link{ItemKeys, "Key Management Service", to.Keys(region)}
	secrets := link{ItemSecrets, "Cloud Secret Management Service", to.Secrets(region)}
	sharing := link{ItemSharing, "Resource Access Manager", to.Shares()}
	organization := link{ItemOrganization, "Organization", to.Organization()}
	settings := link{ItemSettings, "Settings", to.Settings()}
	traces := link{ItemTraces, "Audit trail", to.Traces()}
	switch f.Area {
	case AreaWorkshop:
		return []section{
			{"Data Encryption Workshop", []link{keys, secrets}},
			{"Elsewhere", []link{{ItemSharesWithMe, "Shared with Me", to.SharesReceived()}, traces}},
		}
	case AreaSharing:
		return []section{
			{"Shared by Me", []link{
				{ItemSharesByMe, "Resource Shares", to.Shares()}, {ItemResourcesByMe, "Shared Resources", to.SharedResources()}, {ItemPrincipalsByMe, "Principals", to.SharedPrincipals()},
			}},
			{"Shared with Me", []link{
				{ItemSharesWithMe, "Resource Shares", to.SharesReceived()}, {ItemResourcesWithMe, "Shared Resources", to.ReceivedResources()}, {ItemOwnersWithMe, "Owners", to.Owners()},
			}},
			{"Management", []link{{ItemPermissions, "Permissions Library", to.Permissions()}, settings}},
			{"Elsewhere", []link{{ItemKeys, "Shared Key", to.SharedKeys(region)}, organization, traces}},
		}
	case AreaOrganizations:
		return []section{
			{"Organizations", []link{organization}},
			{"Elsewhere", []link{sharing, {ItemSettings, "Sharing settings", to.Settings()}, traces}},
		}
	case AreaTraces:
		return []section{
			{"Management", []link{traces, sharing}},
			{"Security", []link{keys, secrets}},
		}
	default:
		return []section{
			{"Home", []link{{ItemOverview, "Overview", to.Overview()}, {ItemMe, "My sign-ins", to.Me()}}},
			{"Security", []link{keys, {ItemSecrets, "Secrets", to.Secrets(region)}}},
			{"Management", []link{sharing, traces}},
		}
	}
}
