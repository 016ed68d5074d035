package web_test

import (
	"context"
	"net/url"

	"sharedkms/internal/org"
	"sharedkms/views/to"
)

func init() {
	ctx := context.Background()
	// A unit of the organization that the owner manages.
	unit := func(w *walkWorld) string {
		return w.Once("unit", func() string {
			_, err := w.Services.Org.CreateOrganization(ctx, w.Owner, "Walkers")
			must(err)
			made, err := w.Services.Org.CreateUnit(ctx, w.Owner, "", "Walk")
			must(err)
			return string(made.ID)
		})
	}
	member := func(w *walkWorld) string {
		return w.Once("member", func() string {
			in := org.UnitID(unit(w))
			account := w.Account("Member").Account
			must(w.Services.Org.AddMember(ctx, w.Owner, account, in))
			return string(account)
		})
	}
	received := func(w *walkWorld) string {
		return w.Once("handshake", func() string {
			host := w.Account("Host")
			_, err := w.Services.Org.CreateOrganization(ctx, host, "Hosts")
			must(err)
			sent, err := w.Services.Org.Invite(ctx, host, string(w.Owner.Account), "")
			must(err)
			return string(sent.ID)
		})
	}
	sent := func(w *walkWorld) string {
		return w.Once("handshake sent", func() string {
			unit(w)
			made, err := w.Services.Org.Invite(ctx, w.Owner, string(w.Stranger.Account), "")
			must(err)
			return string(made.ID)
		})
	}
	add := func(name string, values url.Values, path func(w *walkWorld) string) {
		walkFixtures[name] = func(w *walkWorld) walkCase { return walkCase{Path: path(w), Values: values} }
	}
	add("unit.detail", nil, func(w *walkWorld) string { return to.Unit(unit(w)) })
	add("unit.rename", url.Values{"name": {"Stroll"}}, func(w *walkWorld) string { return to.UnitAct(unit(w), "rename") })
	add("unit.move", url.Values{"parent": {""}}, func(w *walkWorld) string { return to.UnitAct(unit(w), "move") })
	add("unit.delete.ask", nil, func(w *walkWorld) string { return to.UnitAct(unit(w), "delete") })
	add("unit.delete", nil, func(w *walkWorld) string { return to.UnitAct(unit(w), "delete") })
	add("member.detail", nil, func(w *walkWorld) string { return to.Member(member(w)) })
	add("member.move", url.Values{"unit": {""}}, func(w *walkWorld) string { return to.MemberAct(member(w), "move") })
	add("member.remove.ask", nil, func(w *walkWorld) string { return to.MemberAct(member(w), "remove") })
	add("member.remove", nil, func(w *walkWorld) string { return to.MemberAct(member(w), "remove") })
	for _, act := range []string{"accept", "decline"} {
		add("organization.invitation."+act, nil, func(w *walkWorld) string { return to.OrganizationInvitationAct(received(w), act) })
	}
	add("organization.invitation.cancel", nil, func(w *walkWorld) string { return to.OrganizationInvitationAct(sent(w), "cancel") })
}
