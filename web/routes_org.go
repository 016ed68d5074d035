package web

import (
	"sharedkms/views/to"
	"sharedkms/web/handle"
	orgweb "sharedkms/web/org"
	ramweb "sharedkms/web/ram"
)

// orgRoutes are the pages of Organizations, and the switch that lets accounts share within one.
func (s *server) orgRoutes() []handle.Route {
	h := orgweb.New(s.services.Org, s.services.RAM)
	settings := ramweb.NewSettings(ramweb.New(s.services.RAM), s.services.Org)
	return []handle.Route{
		handle.Get(to.Settings(), "settings.show", settings.Settings),
		handle.Post(to.SettingsSharing("enable"), "sharing.enable", settings.SharingEnable),
		handle.Get(to.SettingsSharing("disable"), "sharing.disable.ask", settings.SharingDisableAsk),
		handle.Post(to.SettingsSharing("disable"), "sharing.disable", settings.SharingDisable),

		handle.Get(to.Organization(), "organization.show", h.Show),
		handle.Post(to.Organization(), "organization.create", h.Create),
		handle.Get(to.OrganizationAct("delete"), "organization.delete.ask", h.DeleteAsk),
		handle.Post(to.OrganizationAct("delete"), "organization.delete", h.Delete),
		handle.Get(to.OrganizationAct("leave"), "organization.leave.ask", h.LeaveAsk),
		handle.Post(to.OrganizationAct("leave"), "organization.leave", h.Leave),
		handle.Get(to.OrganizationInvitations(), "organization.invitations", h.Invitations),
		handle.Get(to.OrganizationInvitationsExport(), "organization.invitations.export", h.InvitationsExport),
		handle.Post(to.OrganizationInvitations(), "organization.invite", h.Invite),
		handle.Post(to.OrganizationInvitations()+"/:id/accept", "organization.invitation.accept", h.Accept),
		handle.Post(to.OrganizationInvitations()+"/:id/decline", "organization.invitation.decline", h.Decline),
		handle.Post(to.OrganizationInvitations()+"/:id/cancel", "organization.invitation.cancel", h.Cancel),
		handle.Post(to.Units(), "unit.create", h.UnitCreate),
		handle.Get(to.Units()+"/:id", "unit.detail", h.Unit),
		handle.Post(to.Units()+"/:id/rename", "unit.rename", h.UnitRename),
		handle.Post(to.Units()+"/:id/move", "unit.move", h.UnitMove),
		handle.Get(to.Units()+"/:id/delete", "unit.delete.ask", h.UnitDeleteAsk),
		handle.Post(to.Units()+"/:id/delete", "unit.delete", h.UnitDelete),
		handle.Get(to.Members(), "members", h.Members),
		handle.Get(to.MembersExport(), "members.export", h.MembersExport),
		handle.Get(to.Organization()+"/accounts/:id", "member.detail", h.Member),
		handle.Post(to.Organization()+"/accounts/:id/move", "member.move", h.MemberMove),
		handle.Get(to.Organization()+"/accounts/:id/remove", "member.remove.ask", h.MemberRemoveAsk),
		handle.Post(to.Organization()+"/accounts/:id/remove", "member.remove", h.MemberRemove),
	}
}
