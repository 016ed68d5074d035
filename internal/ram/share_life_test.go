package ram_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

func TestShareWithAPartner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		if w.may(w.partner, decrypt, key) {
			t.Error("an invitation gives access before it is accepted")
		}
		if p := w.principal(share, string(w.partner.Account)); p.State != ram.InvitationPending || !p.External || p.ExpiresAt == nil || !p.ExpiresAt.Equal(w.Now().Add(7*24*time.Hour)) {
			t.Errorf("principal after Submit: %+v, want a pending invitation for 7 days", p)
		}
		page, err := w.ram.ListInvitations(ctx(), w.partner, ram.InvitationFilter{}, store.Slice{Size: 10})
		w.must(err)
		if len(page.Invitations) != 1 || page.Invitations[0].OwnerName != "Retail" || len(page.Invitations[0].Keys) != 1 || page.Invitations[0].Keys[0].Name != "orders" {
			t.Fatalf("invitations: %+v, want one from Retail with the key orders", page.Invitations)
		}
		seen, err := w.ram.GetReceivedShare(ctx(), w.partner, share)
		w.must(err)
		if seen.Status != ram.StatusPending || len(seen.KeyList) != 1 || len(seen.Permissions) != 1 {
			t.Errorf("share before accepting: %+v", seen)
		}
		w.accept(w.partner, share)
		if !w.may(w.partner, decrypt, key) || w.may(w.partner, "kms:cmk:sign", key) || w.may(w.stranger, decrypt, key) {
			t.Error("after accepting: the partner has what the permission holds and nobody else has anything")
		}
		if p := w.principal(share, string(w.partner.Account)); p.State != ram.Accepted || p.Name != "Lumen Logistics" {
			t.Errorf("principal after accepting: %+v", p)
		}
		received, err := w.ram.ListReceived(ctx(), w.partner, ram.ReceivedFilter{}, store.Slice{Size: 10})
		w.must(err)
		if len(received.Shares) != 1 || !received.Shares[0].CanLeave || received.Shares[0].Keys != 1 {
			t.Fatalf("accepted shares: %+v", received.Shares)
		}
		w.uses(w.partner, key, "gateway-token")
		impact, err := w.ram.LeaveImpact(ctx(), w.partner, share)
		w.must(err)
		if len(impact.Own) != 1 || impact.Own[0].Things[0].Name != "gateway-token" || len(impact.Lost) != 1 {
			t.Errorf("impact of leaving: %+v", impact)
		}
		ended, err := w.ram.LeaveShare(ctx(), w.partner, share)
		w.must(err)
		if ended.Already || w.may(w.partner, decrypt, key) {
			t.Errorf("leaving: %+v, access %v", ended, w.may(w.partner, decrypt, key))
		}
		if again, err := w.ram.LeaveShare(ctx(), w.partner, share); err != nil || !again.Already || again.State != ram.Left {
			t.Errorf("leaving again: %+v, %v; want told as left already", again, err)
		}
		if p := w.principal(share, string(w.partner.Account)); p.State != ram.Left {
			t.Errorf("principal after leaving: %+v", p)
		}
		if removed, err := w.ram.RemovePrincipal(ctx(), w.owner, share, w.principal(share, string(w.partner.Account)).ID); err != nil || !removed.Already || removed.State != ram.Left {
			t.Errorf("removing one that left: %+v, %v; want told as left already", removed, err)
		}

		_, err = w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account))
		w.must(err)
		if w.may(w.partner, decrypt, key) {
			t.Error("inviting again revives access before it is accepted")
		}
		w.accept(w.partner, share)
		if !w.may(w.partner, decrypt, key) {
			t.Error("no access after accepting again")
		}
		w.consistent()
	})
}

func TestTracesInBothTrails(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		w.Advance(time.Second)
		w.accept(w.partner, share)
		w.Advance(time.Second)
		_, err := w.ram.LeaveShare(ctx(), w.partner, share)
		w.must(err)
		want := []string{"createResourceShare succeeded", "acceptResourceShareInvitation succeeded", "leaveResourceShare succeeded"}
		for name, c := range map[string]iam.Caller{"owner": w.owner, "partner": w.partner} {
			if diff := cmp.Diff(want, w.events(c)); diff != "" {
				t.Errorf("events of the %s (-want +got):\n%s", name, diff)
			}
		}
		for _, trace := range w.Traces(w.partner.Account) {
			if trace.Caller == string(w.owner.Account) && (trace.User != "" || strings.Contains(trace.Body, "principals")) {
				t.Errorf("the partner's copy tells what only the owner may know: %s", trace.Body)
			}
		}
		for _, trace := range w.Traces(w.owner.Account) {
			if trace.Caller == string(w.partner.Account) && (trace.User != "" || trace.Field("address") != "") {
				t.Errorf("the owner's copy names the partner's user: %s", trace.Body)
			}
		}
	})
}

func TestRejectAndInviteAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		first := w.invited(w.partner, share)
		_, err := w.ram.RejectInvitation(ctx(), w.partner, first, "We settle\r\nby ourselves now.")
		w.must(err)
		if _, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account)); err != nil {
			t.Fatalf("invite again after reject: %v", err)
		}
		if _, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account)); code(err) != "RAM.1006" {
			t.Errorf("invite one that is invited: got %v, want RAM.1006", err)
		}
		if _, err := w.ram.AcceptInvitation(ctx(), w.partner, first); code(err) != "RAM.1905" {
			t.Errorf("accept the rejected one: got %v, want RAM.1905", err)
		}
		w.accept(w.partner, share)
		if got := w.principal(share, string(w.partner.Account)).State; got != ram.Accepted {
			t.Errorf("newest live row: got %s, want accepted", got)
		}
		if !w.may(w.partner, decrypt, key) {
			t.Error("no access after accepting the second invitation")
		}
		w.consistent()
	})
}

func TestEachEndOfAnInvitationHasItsWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		partner := string(w.partner.Account)
		accepted := w.share([]string{key}, partner)
		acceptedID := w.invited(w.partner, accepted)
		w.accept(w.partner, accepted)

		withdrawn := w.share([]string{key}, partner)
		withdrawnID := w.invited(w.partner, withdrawn)
		_, err := w.ram.RemovePrincipal(ctx(), w.owner, withdrawn, w.principal(withdrawn, partner).ID)
		w.must(err)

		deleted := w.share([]string{key}, partner)
		deletedID := w.invited(w.partner, deleted)
		_, err = w.ram.DeleteShare(ctx(), w.owner, deleted)
		w.must(err)

		expired := w.share([]string{key}, partner)
		expiredID := w.invited(w.partner, expired)
		w.later(7 * 24 * time.Hour)

		for id, want := range map[ram.InvitationID]string{acceptedID: "RAM.1904", withdrawnID: "RAM.1907", deletedID: "RAM.1907", expiredID: "RAM.1906"} {
			_, err := w.ram.AcceptInvitation(ctx(), w.partner, id)
			if !fault.Is(err, fault.State) || code(err) != want {
				t.Errorf("accept: got %v, want state %s", err, want)
			}
			if _, err := w.ram.RejectInvitation(ctx(), w.partner, id, ""); code(err) != want {
				t.Errorf("reject: got %v, want %s", err, want)
			}
		}
		if got := w.principal(expired, partner); got.State != ram.Expired {
			t.Errorf("before the sweep: %+v, want expired", got)
		}
		list, err := w.ram.ListShares(ctx(), w.owner, ram.ShareFilter{Name: string(expired)}, store.Slice{Size: 10})
		w.must(err)
		if len(list.Shares) != 1 || list.Shares[0].Waiting != 0 || list.Shares[0].Expired != 1 {
			t.Errorf("list before the sweep: %+v", list.Shares)
		}
		w.Advance(time.Second)
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		if n := w.used(w.owner, "pending_invitation"); n != 0 {
			t.Errorf("waiting invitations after the sweep: %d, want 0", n)
		}
		events := w.events(w.partner)
		if events[len(events)-1] != "expireResourceShareInvitation succeeded" {
			t.Errorf("last event of the partner: %s", events[len(events)-1])
		}
		w.consistent()
		if _, err := w.ram.AddPrincipal(ctx(), w.owner, expired, partner); err != nil {
			t.Errorf("invite again after expiry: %v", err)
		}
	})
}

func TestInviteAgainBeforeTheSweepMarkedTheExpiry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		w.later(8 * 24 * time.Hour)
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account))
		w.must(err)
		w.accept(w.partner, share)
		if !w.may(w.partner, decrypt, key) {
			t.Error("no access after accepting the second invitation")
		}
		w.consistent()
	})
}

func TestDeleteEndsAllAtOnceAndHidesAfter48Hours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account), string(w.mate.Account), string(w.stranger.Account))
		w.accept(w.partner, share)
		w.uses(w.partner, key, "secret-1")
		w.uses(w.mate, key, "secret-2")
		impact, err := w.ram.DeleteImpact(ctx(), w.owner, share)
		w.must(err)
		if impact.Stops() != 2 || impact.OtherAccounts() != 2 || len(impact.Own) != 0 || len(impact.Reached) != 3 || impact.Accounts[w.mate.Account] != "Payments" {
			t.Errorf("impact of deleting: %+v", impact)
		}
		_, err = w.ram.DeleteShare(ctx(), w.owner, share)
		w.must(err)
		if w.may(w.partner, decrypt, key) || w.may(w.mate, decrypt, key) {
			t.Error("access after the share was deleted")
		}
		w.consistent()
		if again, err := w.ram.DeleteShare(ctx(), w.owner, share); err != nil || !again.Already {
			t.Errorf("deleting again: %+v, %v", again, err)
		}
		if ended, err := w.ram.LeaveShare(ctx(), w.partner, share); err != nil || !ended.Already || ended.State != ram.ShareEnded {
			t.Errorf("leaving a deleted share: %+v, %v; want told as ended", ended, err)
		}
		if _, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.far.Account)); code(err) != "RAM.1902" {
			t.Errorf("naming a principal in a deleted share: got %v, want RAM.1902", err)
		}
		got, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if got.Status != ram.ShareDeleted || len(got.Principals) != 3 || len(got.Resources) != 1 || len(got.Permissions) != 1 || got.HiddenAt == nil {
			t.Errorf("deleted share: %+v", got)
		}
		count := func(f ram.ShareFilter) int {
			page, err := w.ram.ListShares(ctx(), w.owner, f, store.Slice{Size: 10})
			w.must(err)
			return len(page.Shares)
		}
		if all, deleted := count(ram.ShareFilter{}), count(ram.ShareFilter{Status: ram.ShareDeleted}); all != 0 || deleted != 1 {
			t.Errorf("lists: %d without and %d with the filter, want 0 and 1", all, deleted)
		}
		w.later(48 * time.Hour)
		if n := count(ram.ShareFilter{Status: ram.ShareDeleted}); n != 0 {
			t.Errorf("deleted shares after 48 hours: %d, want 0", n)
		}
		if _, err := w.ram.GetShare(ctx(), w.owner, share); !fault.Is(err, fault.NotFound) {
			t.Errorf("deleted share after 48 hours: got %v, want not found", err)
		}
		w.later(400 * 24 * time.Hour)
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		var rows int
		w.must(w.Store.Read(ctx()).Raw("SELECT (SELECT count(*) FROM shares) + (SELECT count(*) FROM share_principals) + (SELECT count(*) FROM invitations) + (SELECT count(*) FROM share_tags)").Scan(&rows).Error)
		if rows != 0 {
			t.Errorf("rows after 400 days: %d, want 0", rows)
		}
	})
}

func TestRemoveKeyAndPrincipal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		orders, pii := w.key("orders"), w.key("pii")
		share := w.share([]string{orders, pii}, string(w.partner.Account))
		w.accept(w.partner, share)
		w.uses(w.partner, pii, "secret")
		got, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		var resource ram.AssociationID
		for _, r := range got.Resources {
			if r.Key.ID == pii {
				resource = r.ID
			}
		}
		impact, err := w.ram.RemoveResourceImpact(ctx(), w.owner, share, resource)
		w.must(err)
		if impact.Name != "pii" || impact.Stops() != 1 {
			t.Errorf("impact of removing the key: %+v", impact)
		}
		_, err = w.ram.RemoveResource(ctx(), w.owner, share, resource)
		w.must(err)
		if w.may(w.partner, decrypt, pii) || !w.may(w.partner, decrypt, orders) {
			t.Error("removing a key must end access to it and to nothing else")
		}
		if again, err := w.ram.RemoveResource(ctx(), w.owner, share, resource); err != nil || !again.Already {
			t.Errorf("removing again: %+v, %v", again, err)
		}
		p := w.principal(share, string(w.partner.Account))
		reached, err := w.ram.RemovePrincipalImpact(ctx(), w.owner, share, p.ID)
		w.must(err)
		if reached.Name != "Lumen Logistics" || len(reached.Reached) != 1 || reached.Stops() != 0 {
			t.Errorf("impact of removing the principal: %+v", reached)
		}
		_, err = w.ram.RemovePrincipal(ctx(), w.owner, share, p.ID)
		w.must(err)
		if w.may(w.partner, decrypt, orders) {
			t.Error("access after the principal was removed")
		}
		if ended, err := w.ram.LeaveShare(ctx(), w.partner, share); err != nil || !ended.Already || ended.State != ram.Removed {
			t.Errorf("leaving when the owner was faster: %+v, %v", ended, err)
		}
		w.consistent()
	})
}

func TestAKeyDeletedForGoodLeavesItsShares(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.mate.Account))
		w.must(w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kmsID(key), 7))
		w.later(7 * 24 * time.Hour)
		w.must(w.kms.RunOnce(ctx(), w.Now()))
		if w.may(w.mate, decrypt, key) {
			t.Error("access to a deleted key before the sweep")
		}
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		got, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if len(got.Resources) != 1 || got.Resources[0].EndedAt == nil || got.Resources[0].EndReason == "" || got.Status != ram.ShareActive {
			t.Errorf("share after the sweep: %+v", got)
		}
		w.consistent()
	})
}

// The owner reads why somebody rejected, on the principal's row and in the list.
func TestRejectWithAReason(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.partner.Account))
		id := w.invited(w.partner, share)
		for reason, want := range map[string]string{"<b>no</b>": "A reason cannot hold < or >.", strings.Repeat("ü", 257): "This reason has 257 characters, 256 are allowed.", "a\x00b": "A reason cannot hold control characters."} {
			_, err := w.ram.RejectInvitation(ctx(), w.partner, id, reason)
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Fields[0].Name != "reason" || f.Fields[0].Message != want {
				t.Errorf("reject with %q: %v, want %s", reason, err, want)
			}
		}
		_, err := w.ram.RejectInvitation(ctx(), w.partner, id, "  We settle\r\nby ourselves now. ")
		w.must(err)
		const want = "We settle by ourselves now."
		if got := w.principal(share, string(w.partner.Account)); got.State != ram.Rejected || got.Reason != want {
			t.Errorf("on the row: %+v", got)
		}
		list, err := w.ram.ListShares(ctx(), w.owner, ram.ShareFilter{Reach: ram.ReachRejected}, store.Slice{Size: 5})
		w.must(err)
		if len(list.Shares) != 1 || list.Shares[0].Reason != want {
			t.Errorf("in the list: %+v", list.Shares)
		}
	})
}

// An ID that names no principal is no principal's, and an empty one does not mean all.
func TestAnEmptyAssociationNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.partner.Account), string(w.mate.Account))
		for _, id := range []ram.AssociationID{"", "junk", "00000000-0000-4000-8000-000000000000"} {
			_, err := w.ram.RemovePrincipal(ctx(), w.owner, share, id)
			iamtest.WantFault(t, err, fault.NotFound, "RAM.1916")
			_, err = w.ram.RemovePrincipalImpact(ctx(), w.owner, share, id)
			iamtest.WantFault(t, err, fault.NotFound, "RAM.1916")
			_, err = w.ram.ResendInvitation(ctx(), w.owner, share, id)
			iamtest.WantFault(t, err, fault.NotFound, "RAM.1916")
			if _, err := w.ram.RemoveResource(ctx(), w.owner, share, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("remove key %q: got %v, want not found", id, err)
			}
		}
		if a, b := w.principal(share, string(w.partner.Account)), w.principal(share, string(w.mate.Account)); a.State != ram.InvitationPending || b.State != ram.AccessAtOnce {
			t.Errorf("after that: %s and %s", a.State, b.State)
		}
	})
}

// The last principal of a share may go though things depend on it: the question counts them,
// and the share stays, empty.
func TestTheLastPrincipalMayGo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		w.accept(w.partner, share)
		w.uses(w.partner, key, "secret-1")
		w.uses(w.partner, key, "secret-2")
		p := w.principal(share, string(w.partner.Account))
		impact, err := w.ram.RemovePrincipalImpact(ctx(), w.owner, share, p.ID)
		w.must(err)
		if impact.OtherCount() != 2 || impact.OtherAccounts() != 1 || len(impact.Reached) != 1 {
			t.Errorf("the question counts %+v, want two things of one account", impact)
		}
		_, err = w.ram.RemovePrincipal(ctx(), w.owner, share, p.ID)
		w.must(err)
		if w.may(w.partner, decrypt, key) {
			t.Error("access after the last principal was removed")
		}
		if s := w.get(share); s.Status != ram.ShareActive || len(livePrincipalIDs(s)) != 0 || len(liveKeyNames(s)) != 1 {
			t.Errorf("the share afterwards: %+v", s)
		}
		w.consistent()
	})
}
