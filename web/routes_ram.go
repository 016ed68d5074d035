package web

import (
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
	ramweb "sharedkms/web/ram"
)

// ramRoutes are the pages of the Resource Access Manager.
func (s *server) ramRoutes() []handle.Route {
	h := ramweb.New(s.services.RAM)
	return []handle.Route{
		handle.Get(to.Shares(), "share.list", h.ShareList),
		handle.Get(to.SharesExport(), "share.export", h.ShareExport),
		handle.Post(to.ShareDrafts(), "draft.create", h.DraftCreate),
		handle.Get(to.ShareDrafts()+"/:id/details", "draft.details", h.DraftDetails),
		handle.Post(to.ShareDrafts()+"/:id/details", "draft.details.save", h.DraftDetailsSave),
		handle.Get(to.ShareDrafts()+"/:id/permissions", "draft.permissions", h.DraftPermissions),
		handle.Post(to.ShareDrafts()+"/:id/permissions", "draft.permissions.save", h.DraftPermissionsSave),
		handle.Get(to.ShareDrafts()+"/:id/principals", "draft.principals", h.DraftPrincipals),
		handle.Post(to.ShareDrafts()+"/:id/principals", "draft.principals.save", h.DraftPrincipalsSave),
		handle.Get(to.ShareDrafts()+"/:id/confirm", "draft.confirm", h.DraftConfirm),
		handle.Post(to.ShareDrafts()+"/:id/confirm", "draft.submit", h.DraftSubmit),
		handle.Post(to.ShareDrafts()+"/:id/discard", "draft.discard", h.DraftDiscard),
		handle.Get(to.Shares()+"/:id", "share.detail", h.ShareDetail),
		handle.Post(to.Shares()+"/:id/edit", "share.edit", h.ShareEdit),
		handle.Post(to.Shares()+"/:id/copy", "share.copy", h.ShareCopy),
		handle.Get(to.Shares()+"/:id/rename", "share.rename.form", h.ShareForm(page.FormRename)),
		handle.Post(to.Shares()+"/:id/rename", "share.rename", h.ShareRename),
		handle.Get(to.Shares()+"/:id/tag", "share.tag.form", h.ShareForm(page.FormTag)),
		handle.Post(to.Shares()+"/:id/tag", "share.tag", h.ShareTag),
		handle.Get(to.Shares()+"/:id/untag", "share.untag.ask", h.ShareUntagAsk),
		handle.Post(to.Shares()+"/:id/untag", "share.untag", h.ShareUntag),
		handle.Get(to.Shares()+"/:id/delete", "share.delete.ask", h.ShareDeleteAsk),
		handle.Post(to.Shares()+"/:id/delete", "share.delete", h.ShareDelete),
		handle.Get(to.Shares()+"/:id/end", "share.end.form", h.EndForm),
		handle.Post(to.Shares()+"/:id/end", "share.end", h.EndSet),
		handle.Get(to.Shares()+"/:id/principals/:association/end", "share.principal.end.form", h.EndForm),
		handle.Post(to.Shares()+"/:id/principals/:association/end", "share.principal.end", h.EndSet),
		handle.Post(to.Shares()+"/:id/principals", "share.principal.add", h.PrincipalAdd),
		handle.Post(to.Shares()+"/:id/principals/:association/resend", "share.invitation.resend", h.InvitationResend),
		handle.Get(to.Shares()+"/:id/principals/:association/remove", "share.principal.remove.ask", h.PrincipalRemoveAsk),
		handle.Post(to.Shares()+"/:id/principals/:association/remove", "share.principal.remove", h.PrincipalRemove),
		handle.Get(to.Shares()+"/:id/resources/:association/remove", "share.resource.remove.ask", h.ResourceRemoveAsk),
		handle.Post(to.Shares()+"/:id/resources/:association/remove", "share.resource.remove", h.ResourceRemove),
		handle.Get(to.Shares()+"/:id/remove", "share.remove.ask", h.ShareRemoveAsk),
		handle.Post(to.Shares()+"/:id/remove", "share.remove", h.ShareRemove),

		handle.Get(to.SharedPrincipals()+"/remove", "principal.withdraw.ask", h.PrincipalWithdrawAsk),
		handle.Post(to.SharedPrincipals()+"/remove", "principal.withdraw", h.PrincipalWithdraw),
		handle.Get(to.SharedResources(), "resource.list", h.SharedResourceList),
		handle.Get(to.Export(to.SharedResources()), "resource.export", h.SharedResourceExport),
		handle.Get(to.SharedPrincipals(), "principal.list", h.SharedPrincipalList),
		handle.Get(to.Export(to.SharedPrincipals()), "principal.export", h.SharedPrincipalExport),

		handle.Get(to.ReceivedResources(), "received.resource.list", h.ReceivedResourceList),
		handle.Get(to.Export(to.ReceivedResources()), "received.resource.export", h.ReceivedResourceExport),
		handle.Get(to.Owners(), "owner.list", h.OwnerList),
		handle.Get(to.Export(to.Owners()), "owner.export", h.OwnerExport),
		handle.Get(to.SharesReceived(), "received.list", h.ReceivedList),
		handle.Get(to.SharesReceivedExport(), "received.export", h.ReceivedExport),
		handle.Get(to.SharesReceived()+"/:id", "received.detail", h.ReceivedDetail),
		handle.Get(to.SharesReceived()+"/:id/leave", "received.leave.ask", h.ShareLeaveAsk),
		handle.Post(to.SharesReceived()+"/:id/leave", "received.leave", h.ShareLeave),
		handle.Get(to.InvitationsAnswer(), "invitation.answer.ask", h.InvitationsAnswerAsk),
		handle.Post(to.InvitationsAnswer(), "invitation.answer", h.InvitationsAnswer),
		handle.Get(to.InvitationAct(":id", "accept"), "invitation.accept.ask", h.InvitationAcceptAsk),
		handle.Post(to.InvitationAct(":id", "accept"), "invitation.accept", h.InvitationAccept),
		handle.Get(to.InvitationAct(":id", "reject"), "invitation.reject.ask", h.InvitationRejectAsk),
		handle.Post(to.InvitationAct(":id", "reject"), "invitation.reject", h.InvitationReject),
	}
}
