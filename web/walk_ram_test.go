package web_test

import (
	"context"
	"net/url"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

// walkDraft makes a draft of account with one key, ready to be confirmed when principals are given.
func walkDraft(w *walkWorld, account iam.Caller, name string, principals ...string) (ram.DraftID, int64) {
	return walkDraftWith(w, account, name, "", principals...)
}

// walkDraftWith is walkDraft with the permission of a name, the default one when it is empty.
func walkDraftWith(w *walkWorld, account iam.Caller, name string, permission string, principals ...string) (ram.DraftID, int64) {
	ctx := context.Background()
	key, err := w.Services.KMS.CreateKey(ctx, account, kms.CreateKeyInput{Region: walkRegion, Name: name, Spec: kms.AES256, Once: name})
	must(err)
	id, err := w.Services.RAM.CreateDraft(ctx, account, ram.NewDraft{Keys: []string{string(key)}})
	must(err)
	d, err := w.Services.RAM.GetDraft(ctx, account, id)
	must(err)
	if len(principals) == 0 {
		return id, d.Version
	}
	d, err = w.Services.RAM.SaveDetails(ctx, account, id, ram.DetailsInput{Version: d.Version, Name: name, Finish: true})
	must(err)
	choices, err := w.Services.RAM.PermissionsPage(ctx, account, id)
	must(err)
	chosen := choices.Choices[0].Chosen
	for _, p := range choices.Choices[0].Permissions {
		if p.Name == permission {
			chosen = p.ID
		}
	}
	d, err = w.Services.RAM.SavePermissions(ctx, account, id, ram.PermissionsInput{
		Version: d.Version, Finish: true, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: chosen},
	})
	must(err)
	d, err = w.Services.RAM.SavePrincipals(ctx, account, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: principals, Finish: true})
	must(err)
	return id, d.Version
}

// walkShare makes a share of from with to, who has not answered.
func walkShare(w *walkWorld, from, to iam.Caller, name string) ram.ShareID {
	return walkShareWith(w, from, to, name, "")
}

// walkShareWith is walkShare with the permission of a name.
func walkShareWith(w *walkWorld, from, to iam.Caller, name string, permission string) ram.ShareID {
	draft, version := walkDraftWith(w, from, name, permission, string(to.Account))
	id, err := w.Services.RAM.ConfirmDraft(context.Background(), from, draft, version)
	must(err)
	return id
}

// walkInvitation is the pending invitation of a share to account.
func walkInvitation(w *walkWorld, account iam.Caller, share ram.ShareID) ram.InvitationID {
	list, err := w.Services.RAM.ListInvitations(context.Background(), account, ram.InvitationFilter{}, store.Slice{Size: 10})
	must(err)
	for _, i := range list.Invitations {
		if i.Share == share {
			return i.ID
		}
	}
	panic("no invitation of share " + string(share))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func init() {
	draft := func(w *walkWorld) string {
		return w.Once("draft", func() string { id, _ := walkDraft(w, w.Owner, "walk-draft"); return string(id) })
	}
	// A share of the owner that the recipient accepted.
	share := func(w *walkWorld) string {
		return w.Once("share", func() string {
			id := walkShare(w, w.Owner, w.Recipient, "walk-share")
			_, err := w.Services.RAM.AcceptInvitation(context.Background(), w.Recipient, walkInvitation(w, w.Recipient, id))
			must(err)
			return string(id)
		})
	}
	// Shares that the owner received: one accepted, one not answered.
	received := func(w *walkWorld) string {
		return w.Once("received", func() string {
			id := walkShare(w, w.Recipient, w.Owner, "walk-received")
			_, err := w.Services.RAM.AcceptInvitation(context.Background(), w.Owner, walkInvitation(w, w.Owner, id))
			must(err)
			return string(id)
		})
	}
	invitation := func(w *walkWorld) string {
		return w.Once("invitation", func() string {
			return string(walkInvitation(w, w.Owner, walkShare(w, w.Recipient, w.Owner, "walk-invitation")))
		})
	}
	parts := func(w *walkWorld) ram.Share {
		s, err := w.Services.RAM.GetShare(context.Background(), w.Owner, ram.ShareID(share(w)))
		must(err)
		return s
	}
	add := func(name string, path func(w *walkWorld) string, k walkCase) {
		walkFixtures[name] = func(w *walkWorld) walkCase {
			filled := k
			filled.Path = path(w)
			if k.Shared != "" {
				filled.Shared = filled.Path
			}
			return filled
		}
	}
	for _, step := range []string{"details", "permissions", "principals", "confirm"} {
		path := func(w *walkWorld) string { return to.ShareDraft(draft(w), step) }
		add("draft."+step, path, walkCase{})
		add("draft."+step+".save", path, walkCase{})
	}
	delete(walkFixtures, "draft.confirm.save")
	// Confirming decides after the draft is found, and a draft belongs to its user.
	add("draft.submit", func(w *walkWorld) string { return to.ShareDraft(draft(w), "confirm") }, walkCase{Powerless: 404})
	add("draft.discard", func(w *walkWorld) string { return to.ShareDraftDiscard(draft(w)) }, walkCase{})

	owners := walkCase{Shared: "same"}
	add("share.detail", func(w *walkWorld) string { return to.Share(share(w)) }, owners)
	add("share.delete.ask", func(w *walkWorld) string { return to.ShareAct(share(w), "delete") }, owners)
	add("share.delete", func(w *walkWorld) string { return to.ShareAct(share(w), "delete") }, walkCase{Shared: "same", Values: url.Values{"confirm": {"walk-share"}}})
	for _, act := range []string{"edit", "copy"} {
		add("share."+act, func(w *walkWorld) string { return to.ShareAct(share(w), act) }, owners)
	}
	add("share.rename.form", func(w *walkWorld) string { return to.ShareAct(share(w), "rename") }, owners)
	add("share.rename", func(w *walkWorld) string { return to.ShareAct(share(w), "rename") }, walkCase{Shared: "same", Values: url.Values{"version": {"1"}, "name": {"taken-over"}}})
	add("share.tag.form", func(w *walkWorld) string { return to.ShareAct(share(w), "tag") }, owners)
	add("share.tag", func(w *walkWorld) string { return to.ShareAct(share(w), "tag") }, walkCase{Shared: "same", Values: url.Values{"tag_key": {"taken"}, "tag_value": {"over"}}})
	add("share.untag.ask", func(w *walkWorld) string { return to.ShareUntag(share(w), "team") }, owners)
	add("share.untag", func(w *walkWorld) string { return to.ShareUntag(share(w), "team") }, owners)
	add("share.invitation.resend", func(w *walkWorld) string {
		return to.SharePrincipalResend(share(w), string(parts(w).Principals[0].ID))
	}, owners)
	add("share.principal.add", func(w *walkWorld) string { return to.SharePrincipals(share(w)) }, walkCase{Shared: "same", Values: url.Values{"principal": {"00000000000000000000000000000000"}}})
	ends := walkCase{Shared: "same", Values: url.Values{"ends_date": {"2031-01-31"}, "ends_time": {"18:30"}}}
	end := func(w *walkWorld) string { return to.ShareAct(share(w), "end") }
	add("share.end.form", end, owners)
	add("share.end", end, ends)
	part := func(w *walkWorld) string {
		return to.SharePrincipalEnd(share(w), string(parts(w).Principals[0].ID))
	}
	add("share.principal.end.form", part, owners)
	add("share.principal.end", part, ends)
	principal := func(w *walkWorld) string {
		return to.SharePrincipalRemove(share(w), string(parts(w).Principals[0].ID))
	}
	add("share.principal.remove.ask", principal, owners)
	add("share.principal.remove", principal, owners)
	remove := func(w *walkWorld) string {
		return to.Asking(to.ShareRemove(share(w)), "principal", []string{string(parts(w).Principals[0].ID)})
	}
	add("share.remove.ask", remove, owners)
	add("share.remove", remove, owners)
	resource := func(w *walkWorld) string {
		return to.ShareResourceRemove(share(w), string(parts(w).Resources[0].ID))
	}
	add("share.resource.remove.ask", resource, owners)
	add("share.resource.remove", resource, owners)

	add("received.detail", func(w *walkWorld) string { return to.ShareReceived(received(w)) }, walkCase{})
	add("received.leave.ask", func(w *walkWorld) string { return to.ShareReceivedAct(received(w), "leave") }, walkCase{})
	add("received.leave", func(w *walkWorld) string { return to.ShareReceivedAct(received(w), "leave") }, walkCase{})
	add("invitation.accept.ask", func(w *walkWorld) string { return to.InvitationAct(invitation(w), "accept") }, walkCase{})
	add("invitation.accept", func(w *walkWorld) string { return to.InvitationAct(invitation(w), "accept") }, walkCase{})
	add("invitation.reject.ask", func(w *walkWorld) string { return to.InvitationAct(invitation(w), "reject") }, walkCase{})
	add("invitation.reject", func(w *walkWorld) string { return to.InvitationAct(invitation(w), "reject") }, walkCase{})
}
