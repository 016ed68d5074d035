package ram_test

import (
	"strings"
	"testing"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

func TestThroughTheOrganization(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, w.commerce.URN)
		reach := func(when string, mate, far, boss bool) {
			t.Helper()
			for _, c := range []struct {
				name   string
				caller iam.Caller
				want   bool
			}{{"mate", w.mate, mate}, {"far", w.far, far}, {"boss", w.boss, boss}, {"partner", w.partner, false}} {
				if got := w.may(c.caller, decrypt, key); got != c.want {
					t.Errorf("%s: access of %s: %v, want %v", when, c.name, got, c.want)
				}
			}
		}
		reach("shared with the unit", true, false, false)
		invitations, err := w.ram.ListInvitations(ctx(), w.mate, ram.InvitationFilter{}, store.Slice{Size: 10})
		w.must(err)
		received, err := w.ram.ListReceived(ctx(), w.mate, ram.ReceivedFilter{}, store.Slice{Size: 10})
		w.must(err)
		if len(invitations.Invitations) != 0 || len(received.Shares) != 1 || received.Shares[0].CanLeave || !strings.Contains(received.Shares[0].WhyNot, "Retail") {
			t.Errorf("received through the unit: invitations %+v, shares %+v", invitations.Invitations, received.Shares)
		}
		if _, err := w.ram.LeaveShare(ctx(), w.mate, share); code(err) != "RAM.1908" || !strings.Contains(err.Error(), "Retail") {
			t.Errorf("leave: got %v, want RAM.1908 that names the owner", err)
		}
		if _, err := w.ram.LeaveImpact(ctx(), w.mate, share); code(err) != "RAM.1908" {
			t.Errorf("leave dialog: got %v, want RAM.1908", err)
		}

		w.must(w.orgs.MoveMember(ctx(), w.boss, w.mate.Account, w.services.ID))
		reach("after the move", false, false, false)
		w.must(w.orgs.MoveMember(ctx(), w.boss, w.mate.Account, w.commerce.ID))
		reach("moved back", true, false, false)

		whole := w.share([]string{key}, w.group.URN)
		reach("shared with all", true, true, true)
		auto := w.share([]string{key}, string(w.far.Account))
		if p := w.principal(auto, string(w.far.Account)); p.State != ram.AccessAtOnce || p.External || p.Invitation != "" {
			t.Errorf("member named by its account: %+v, want access at once", p)
		}
		if _, err := w.ram.LeaveShare(ctx(), w.far, auto); code(err) != "RAM.1908" {
			t.Errorf("leave what the organization accepted: got %v, want RAM.1908", err)
		}
		if got, err := w.ram.GetReceivedShare(ctx(), w.far, whole); err != nil || got.Path != ram.KindOrganization || got.CanLeave {
			t.Errorf("share with all, as a member sees it: %+v, %v", got, err)
		}

		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		reach("sharing off", false, false, false)
		if p := w.principal(share, w.commerce.URN); p.State != ram.Ineffective {
			t.Errorf("unit while sharing is off: %+v, want ineffective", p)
		}
		if _, err := w.ram.GetReceivedShare(ctx(), w.mate, share); !fault.Is(err, fault.NotFound) {
			t.Errorf("share while sharing is off: got %v, want not found", err)
		}
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		reach("sharing on again, in another epoch", false, false, false)
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		if p := w.principal(share, w.commerce.URN); p.State != ram.SharingDisabled {
			t.Errorf("unit after the sweep: %+v, want ended with the switch", p)
		}
		_, err = w.ram.AddPrincipal(ctx(), w.owner, share, w.commerce.URN)
		w.must(err)
		reach("named again", true, false, false)
		w.consistent()
	})
}

func TestAnInvitationAcceptedInsideSurvivesTheSwitch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		share := w.share([]string{key}, string(w.mate.Account))
		if w.may(w.mate, decrypt, key) {
			t.Error("a member has access without accepting while sharing is off")
		}
		w.accept(w.mate, share)
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		if !w.may(w.mate, decrypt, key) {
			t.Error("what was accepted by invitation ended with the switch")
		}
		w.consistent()
	})
}

func TestLeavingKeepsWhatAnotherPathGives(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		both, only := w.key("both"), w.key("only")
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		d := w.draftOf(w.owner, allActions, []string{both, only}, string(w.mate.Account))
		named := w.confirm(d)
		w.accept(w.mate, named)
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		group := w.confirm(w.draftOf(w.owner, readOnly, []string{both}, w.commerce.URN))
		w.uses(w.mate, both, "stays")
		w.uses(w.mate, only, "stops")

		impact, err := w.ram.LeaveImpact(ctx(), w.mate, named)
		w.must(err)
		if len(impact.Lost) != 1 || impact.Lost[0].Name != "only" || len(impact.Kept) != 1 || impact.Kept[0].Share != group ||
			impact.Kept[0].Path != ram.KindUnit || len(impact.Kept[0].Lost) != 10 {
			t.Errorf("impact: lost %+v, kept %+v; want only lost, both kept by the unit's share less 10 actions", impact.Lost, impact.Kept)
		}
		if len(impact.Own) != 1 || impact.Own[0].Count != 1 || impact.Own[0].Things[0].Name != "stops" {
			t.Errorf("impact: stops %+v, want the one secret", impact.Own)
		}
		_, err = w.ram.LeaveShare(ctx(), w.mate, named)
		w.must(err)
		if !w.may(w.mate, "kms:cmk:get", both) || w.may(w.mate, decrypt, both) || w.may(w.mate, "kms:cmk:get", only) {
			t.Error("access after leaving does not follow the other path")
		}
		if _, err := w.ram.LeaveShare(ctx(), w.mate, group); code(err) != "RAM.1908" {
			t.Errorf("leave the unit's share: got %v, want RAM.1908", err)
		}
		w.consistent()
	})
}

// An invitation that waits is no part to leave, also where the organization reaches the account.
func TestAWaitingInvitationIsNotLeft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		share := w.share([]string{w.key("orders")}, string(w.mate.Account))
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, w.commerce.URN)
		w.must(err)
		if _, err := w.ram.LeaveShare(ctx(), w.mate, share); code(err) != "RAM.1908" {
			t.Errorf("leave: got %v, want RAM.1908", err)
		}
		if p := w.principal(share, string(w.mate.Account)); p.State != ram.InvitationPending {
			t.Errorf("the invitation is %s after leaving", p.State)
		}
		w.accept(w.mate, share)
		if ended, err := w.ram.LeaveShare(ctx(), w.mate, share); err != nil || ended.Already {
			t.Errorf("leave after accepting: %+v, %v", ended, err)
		}
		w.consistent()
	})
}

// TestSharingTurnedOff ends what came through the organization, whatever was named: a unit,
// the organization, an account that was in without asking. What somebody accepted by
// invitation stays.
func TestSharingTurnedOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		invited := w.key("invited")
		byInvitation := w.share([]string{invited}, string(w.mate.Account))
		w.accept(w.mate, byInvitation)
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		parts := map[string]struct {
			principal string
			reaches   map[string]bool
		}{
			"unit":         {w.commerce.URN, map[string]bool{"mate": true}},
			"organization": {w.group.URN, map[string]bool{"boss": true, "mate": true, "far": true}},
			"account":      {string(w.far.Account), map[string]bool{"far": true}},
		}
		keys, shares := map[string]string{}, map[string]ram.ShareID{}
		for what, p := range parts {
			keys[what] = w.key(what)
			shares[what] = w.share([]string{keys[what]}, p.principal)
			w.reach(what+", before", keys[what], p.reaches)
		}
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		for what := range parts {
			w.reach(what+", off", keys[what], nil)
		}
		w.must(w.ram.RunOnce(ctx(), w.Now()))
		for what, p := range parts {
			if got := w.principal(shares[what], p.principal); got.State != ram.SharingDisabled || got.EndedAt == nil {
				t.Errorf("the %s is %+v, want disassociated with sharing turned off", what, got)
			}
		}
		w.reach("by invitation", invited, map[string]bool{"mate": true})
		if got := w.principal(byInvitation, string(w.mate.Account)); got.State != ram.Accepted {
			t.Errorf("what was accepted by invitation is %s", got.State)
		}
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		for what := range parts {
			w.reach(what+", on again", keys[what], nil)
		}
		w.consistent()
	})
}
