package ram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

func (w *world) reach(when, key string, want map[string]bool) {
	w.t.Helper()
	for name, c := range map[string]iam.Caller{"boss": w.boss, "mate": w.mate, "far": w.far, "partner": w.partner} {
		if got := w.may(c, decrypt, key); got != want[name] {
			w.t.Errorf("%s: access of %s: %v, want %v", when, name, got, want[name])
		}
	}
}

// join invites an account into the group and accepts for it.
func (w *world) join(c iam.Caller) {
	w.t.Helper()
	i, err := w.orgs.Invite(ctx(), w.boss, string(c.Account), "")
	w.must(err)
	_, err = w.orgs.AcceptInvitation(ctx(), c, i.ID)
	w.must(err)
}

func (w *world) trail(c iam.Caller, event, share string) (found bool) {
	for _, t := range w.Traces(c.Account) {
		found = found || t.Event == event && (share == "" || strings.Contains(t.Body, share))
	}
	return found
}

// tellsOfEnd gives what the trail of an account holds of a membership's end and of parts of
// shares that ended with it.
func (w *world) tellsOfEnd(c iam.Caller) string {
	var told []string
	for _, t := range w.Traces(c.Account) {
		switch iam.Action(t.Action) {
		case org.ActionLeave, org.ActionRemove:
			told = append(told, t.Event+" "+t.Outcome)
		case "ram:resourceShares:disassociate":
			told = append(told, "part ended")
		}
	}
	slices.Sort(told)
	return strings.Join(told, ", ")
}

// tellsOf is what it is, by how a recipient goes that a share names beside far.
var tellsOf = map[string]map[string]string{
	"leaves":     {"boss": "leaveOrganization succeeded", "owner": "part ended", "mate": "leaveOrganization succeeded, part ended", "far": ""},
	"is removed": {"boss": "part ended, removeAccount succeeded", "owner": "part ended", "mate": "part ended, removeAccount succeeded", "far": ""},
}

// Names of units and of the organization are for its members: whoever left reads what it named
// by URN, not what that is called by now.
func TestNamesOfAnOrganizationAreForItsMembers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, w.commerce.URN, w.group.URN)
		names := func() string {
			return w.principal(share, w.commerce.URN).Name + "/" + w.principal(share, w.group.URN).Name
		}
		if got := names(); got != "Commerce/Harbor Group" {
			t.Errorf("a member reads %q", got)
		}
		list, err := w.ram.ListSharedPrincipals(ctx(), w.owner, ram.SharedPrincipalFilter{}, store.Slice{Size: 10})
		w.must(err)
		if len(list.Principals) != 2 || list.Principals[0].Name == "" || list.Principals[1].Name == "" {
			t.Errorf("the list names %+v", list.Principals)
		}
		w.must(w.orgs.LeaveOrganization(ctx(), w.owner))
		w.must(w.orgs.RenameUnit(ctx(), w.boss, w.commerce.ID, "Wholesale"))
		if got := names(); got != "/" {
			t.Errorf("who left reads %q, want URNs alone", got)
		}
		w.Exec("UPDATE share_principals SET ended_at = NULL, status = 'associated' WHERE share_id = ?", string(share))
		list, err = w.ram.ListSharedPrincipals(ctx(), w.owner, ram.SharedPrincipalFilter{}, store.Slice{Size: 10})
		w.must(err)
		if len(list.Principals) != 2 || list.Principals[0].Name != "" || list.Principals[1].Name != "" {
			t.Errorf("to who left the list names %+v", list.Principals)
		}
	})
}

// A removal that the quota refuses is told to the management account alone, as what it tried.
func TestRemovalBeyondTheQuotaEndsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		w.share([]string{key}, string(w.mate.Account))
		w.Exec("INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES (?, 'organization_removal', '', 0, 0)", string(w.boss.Account))
		if err := w.orgs.RemoveMember(ctx(), w.boss, w.mate.Account); !fault.Is(err, fault.Quota) {
			t.Fatalf("got %v, want quota", err)
		}
		if told := w.tellsOfEnd(w.boss); told != "removeAccount failed" {
			t.Errorf("the management account is told %q", told)
		}
		if told := w.tellsOfEnd(w.owner) + w.tellsOfEnd(w.mate); told != "" {
			t.Errorf("owner and member are told %q", told)
		}
		w.reach("after that", key, map[string]bool{"mate": true})
	})
}

func TestMemberLeavesWhileSharingIsOn(t *testing.T) {
	ends := map[string]func(w *world, c iam.Caller) error{
		"leaves":     func(w *world, c iam.Caller) error { return w.orgs.LeaveOrganization(ctx(), c) },
		"is removed": func(w *world, c iam.Caller) error { return w.orgs.RemoveMember(ctx(), w.boss, c.Account) },
	}
	for how, end := range ends {
		t.Run("the recipient "+how, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				named, unit, invited := w.key("named"), w.key("unit"), w.key("invited")
				w.must(w.orgs.SetSharing(ctx(), w.boss, false))
				byInvitation := w.share([]string{invited}, string(w.mate.Account))
				w.accept(w.mate, byInvitation)
				w.must(w.orgs.SetSharing(ctx(), w.boss, true))
				byName := w.share([]string{named}, string(w.mate.Account), string(w.far.Account))
				byUnit := w.share([]string{unit}, w.commerce.URN)
				w.must(end(w, w.mate))
				told := map[string]string{}
				for name, c := range map[string]iam.Caller{"boss": w.boss, "owner": w.owner, "mate": w.mate, "far": w.far} {
					told[name] = w.tellsOfEnd(c)
				}
				if diff := cmp.Diff(tellsOf[how], told); diff != "" {
					t.Errorf("the trails (-want +got):\n%s", diff)
				}
				w.reach("named by its ID", named, map[string]bool{"far": true})
				w.reach("by its unit", unit, nil)
				w.reach("by invitation", invited, map[string]bool{"mate": true})
				if p := w.principal(byName, string(w.mate.Account)); p.State != ram.OrganizationLeft {
					t.Errorf("named: %+v, want ended by leaving", p)
				}
				if p := w.principal(byUnit, w.commerce.URN); p.State != ram.AccessAtOnce {
					t.Errorf("the unit: %+v, want as before", p)
				}
				for _, c := range []iam.Caller{w.owner, w.mate} {
					if !w.trail(c, "disassociateResourceShare", string(byName)) {
						t.Errorf("the trail of %s does not tell the end", c.AccountName)
					}
				}
				w.join(w.mate)
				w.reach("back again, named", named, map[string]bool{"far": true})
				w.consistent()
			})
		})
		t.Run("the owner "+how, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				key := w.key("orders")
				share := w.share([]string{key}, w.commerce.URN, w.group.URN, string(w.far.Account), string(w.partner.Account))
				w.accept(w.partner, share)
				w.must(end(w, w.owner))
				w.reach("after", key, map[string]bool{"partner": true})
				for _, p := range []string{w.commerce.URN, w.group.URN, string(w.far.Account)} {
					if got := w.principal(share, p); got.State != ram.OrganizationLeft {
						t.Errorf("%s is %s, want ended by leaving", p, got.State)
					}
				}
				w.join(w.owner)
				w.reach("back again", key, map[string]bool{"partner": true})
				w.consistent()
			})
		})
	}
}

func TestUnitDeletedEndsItsShares(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, w.services.URN, w.commerce.URN)
		w.must(w.orgs.MoveMember(ctx(), w.boss, w.far.Account, w.commerce.ID))
		w.must(w.orgs.DeleteUnit(ctx(), w.boss, w.services.ID))
		w.reach("after", key, map[string]bool{"mate": true, "far": true})
		if p := w.principal(share, w.services.URN); p.State != ram.UnitDeleted {
			t.Errorf("the unit is %s, want ended with it", p.State)
		}
		if p := w.principal(share, w.commerce.URN); p.State != ram.AccessAtOnce {
			t.Errorf("the other unit is %s, want as before", p.State)
		}
		if !w.trail(w.owner, "disassociateResourceShare", string(share)) {
			t.Error("the owner's trail does not tell the end")
		}
		w.consistent()
	})
}

func TestOrganizationDeletedEndsItsShares(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.owner, w.boss = w.boss, w.owner // the management account owns the key
		key := w.key("group")
		share := w.share([]string{key}, w.group.URN, w.commerce.URN, string(w.partner.Account))
		w.accept(w.partner, share)
		for _, c := range []iam.Caller{w.boss, w.mate, w.far} {
			w.must(w.orgs.LeaveOrganization(ctx(), c))
		}
		for _, u := range []org.UnitID{w.commerce.ID, w.services.ID} {
			w.must(w.orgs.DeleteUnit(ctx(), w.owner, u))
		}
		w.must(w.orgs.DeleteOrganization(ctx(), w.owner))
		w.reach("after", key, map[string]bool{"partner": true})
		if p := w.principal(share, w.group.URN); p.State != ram.OrganizationLeft {
			t.Errorf("the organization is %s, want ended with it", p.State)
		}
		w.consistent()
	})
}

func TestMoveBetweenUnits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		w.share([]string{key}, w.services.URN)
		shops, err := w.orgs.CreateUnit(ctx(), w.boss, w.commerce.ID, "Shops")
		w.must(err)
		w.must(w.orgs.MoveMember(ctx(), w.boss, w.mate.Account, shops.ID))
		w.reach("the unit is elsewhere", key, map[string]bool{"far": true})
		w.must(w.orgs.MoveUnit(ctx(), w.boss, shops.ID, w.services.ID))
		w.reach("its unit moved below", key, map[string]bool{"far": true, "mate": true})
		w.must(w.orgs.MoveUnit(ctx(), w.boss, shops.ID, w.commerce.ID))
		w.reach("its unit moved away", key, map[string]bool{"far": true})
		w.must(w.orgs.MoveMember(ctx(), w.boss, w.mate.Account, w.services.ID))
		w.reach("the account moved in", key, map[string]bool{"far": true, "mate": true})
		w.consistent()
	})
}

func TestPendingThenJoins(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key, kept := w.key("orders"), w.key("kept")
		share := w.share([]string{key}, string(w.partner.Account))
		retaining := w.share([]string{kept}, string(w.partner.Account))
		w.Exec("UPDATE shares SET retain_on_leave = ? WHERE id = ?", true, string(retaining))
		late := w.share([]string{w.key("late")}, string(w.partner.Account))
		w.Exec("UPDATE shares SET ends_at = ? WHERE id = ?", store.At(w.Now().Add(-time.Second)), string(late))
		theirs := w.keyOf(w.partner, region, "theirs")
		d := w.draftOf(w.partner, encryptDecrypt, []string{theirs}, string(w.mate.Account))
		_, err := w.ram.ConfirmDraft(ctx(), w.partner, d.ID, d.Version)
		w.must(err)
		invitation := w.invited(w.partner, share)

		w.join(w.partner)
		w.reach("joined", key, map[string]bool{"partner": true})
		w.reach("the share that keeps access treats it like others", kept, nil)
		if p := w.principal(share, string(w.partner.Account)); p.State != ram.AccessAtOnce || p.External {
			t.Errorf("the account is %+v, want in by the organization", p)
		}
		if p := w.principal(retaining, string(w.partner.Account)); p.State != ram.InvitationPending {
			t.Errorf("of the share that keeps access: %s, want pending", p.State)
		}
		answers := map[string]func() error{
			"accept": func() error { _, err := w.ram.AcceptInvitation(ctx(), w.partner, invitation); return err },
			"reject": func() error { _, err := w.ram.RejectInvitation(ctx(), w.partner, invitation, ""); return err },
			"open":   func() error { _, err := w.ram.BeginAnswer(ctx(), w.partner, invitation, ram.ActionAccept); return err },
		}
		for act, do := range answers {
			if err := do(); code(err) != "RAM.1922" || !strings.Contains(err.Error(), "Your organization accepted this invitation") {
				t.Errorf("%s what the organization accepted: %v, want RAM.1922 that says so", act, err)
			}
		}
		if p := w.principal(share, string(w.partner.Account)); !p.ByOrganization {
			t.Errorf("the owner is not told that the organization accepted: %+v", p)
		}
		if got, err := w.ram.GetReceivedShare(ctx(), w.partner, share); err != nil || !got.ByOrganization || got.State != ram.AccessAtOnce {
			t.Errorf("the recipient is not told that the organization accepted: %+v, %v", got, err)
		}
		if used := w.used(w.partner, "pending_invitation"); used != 0 {
			t.Errorf("the invitation it had sent still counts: %d", used)
		}
		for _, c := range []iam.Caller{w.owner, w.partner} {
			if !w.trail(c, "acceptResourceShareInvitation", "the organization accepted it") {
				t.Errorf("the trail of %s does not tell who accepted", c.AccountName)
			}
		}
		w.must(w.orgs.LeaveOrganization(ctx(), w.partner))
		w.reach("left again", key, nil)
		w.consistent()
	})
}

func TestPendingThenJoinsWhileSharingIsOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		w.join(w.partner)
		w.reach("joined", key, nil)
		w.accept(w.partner, share)
		w.must(w.orgs.LeaveOrganization(ctx(), w.partner))
		w.reach("what it accepted itself stays", key, map[string]bool{"partner": true})
		w.consistent()
	})
}

func TestInvitedIntoAShareForMembersThenLeaves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key})
		w.Exec("UPDATE shares SET allow_external = ? WHERE id = ?", false, string(share))
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.mate.Account))
		w.must(err)
		invitation := w.invited(w.mate, share)
		w.must(w.orgs.LeaveOrganization(ctx(), w.mate))
		if _, err := w.ram.AcceptInvitation(ctx(), w.mate, invitation); code(err) != "RAM.1015" {
			t.Errorf("accept outside: %v, want RAM.1015", err)
		}
		w.reach("an outsider", key, nil)
		if _, err := w.ram.RejectInvitation(ctx(), w.mate, invitation, ""); err != nil {
			t.Errorf("reject outside: %v", err)
		}
		w.consistent()
	})
}

func TestDisableSharingPreview(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key, both := w.key("orders"), w.key("both")
		share := w.share([]string{key, both}, w.commerce.URN, string(w.far.Account))
		w.uses(w.mate, key, "stops")
		w.uses(w.mate, both, "stays")
		w.uses(w.far, key, "far-stops")
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		invited := w.share([]string{both}, string(w.mate.Account))
		w.accept(w.mate, invited)
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		for _, p := range []string{w.commerce.URN, string(w.far.Account)} {
			w.must(w.ram.RunOnce(ctx(), w.Now()))
			_, err := w.ram.AddPrincipal(ctx(), w.owner, share, p)
			w.must(err)
		}

		impact, err := w.ram.DisableImpact(ctx(), w.boss)
		w.must(err)
		if impact.Total != 2 || len(impact.Lost) != 2 || impact.Lost[0].Owner != w.owner.Account || impact.Stops() != 2 {
			t.Errorf("preview: %+v, want two principals of one share and two things that stop", impact)
		}
		if names := fmt.Sprint(impact.Lost[0].Name, impact.Lost[1].Name); !strings.Contains(names, "Commerce") || !strings.Contains(names, "Data Platform") {
			t.Errorf("preview names %s", names)
		}
		if _, err := w.ram.DisableImpact(ctx(), w.mate); code(err) != "RAM.1801" {
			t.Errorf("preview for a member: %v, want RAM.1801", err)
		}
		leave, err := w.ram.LeaveOrganizationImpact(ctx(), w.mate)
		w.must(err)
		if leave.Total != 1 || leave.OwnCount() != 1 || leave.Own[0].Things[0].Name != "stops" {
			t.Errorf("leaving: %+v, want the unit's share and one own thing", leave)
		}
		remove, err := w.ram.RemoveMemberImpact(ctx(), w.boss, w.owner.Account)
		w.must(err)
		if remove.Total != 2 || remove.MemberName != "Retail" || remove.OtherCount() != 2 {
			t.Errorf("removing the owner: %+v, want both principals and two things", remove)
		}
		if _, err := w.ram.RemoveMemberImpact(ctx(), w.boss, w.stranger.Account); !fault.Is(err, fault.NotFound) {
			t.Errorf("removing a stranger: %v, want not found", err)
		}
		for _, asked := range []iam.AccountID{w.owner.Account, w.stranger.Account, "junk"} {
			if _, err := w.ram.RemoveMemberImpact(ctx(), w.mate, asked); code(err) != "RAM.1801" {
				t.Errorf("a member asks about %s: %v, want RAM.1801, member or not", asked, err)
			}
		}

		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		w.reach("off", key, nil)
		w.reach("off, what was accepted by invitation", both, map[string]bool{"mate": true})
		if none, err := w.ram.DisableImpact(ctx(), w.boss); err != nil || none.Total != 0 || none.Stops() != 0 {
			t.Errorf("preview when off: %+v, %v", none, err)
		}
		w.consistent()
	})
}

func TestSettings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.share([]string{w.key("a"), w.key("b")}, string(w.mate.Account), string(w.far.Account), string(w.partner.Account))
		w.share([]string{w.key("c")})
		got, err := w.ram.GetSettings(ctx(), w.owner)
		w.must(err)
		want := ram.Settings{
			In: true, Organization: got.Organization, ManagementName: "Group Management",
			Shares: ram.Use{Used: 2, Limit: 100}, Invitations: ram.Use{Used: 1, Limit: 200}, Permissions: ram.Use{Limit: 10},
			Resources: ram.Use{Used: 2, Limit: 100, PerShare: true}, Principals: ram.Use{Used: 3, Limit: 100, PerShare: true},
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got, err := w.ram.GetSettings(ctx(), w.stranger); err != nil || got.In || got.Shares.Used != 0 {
			t.Errorf("of a stranger: %+v, %v", got, err)
		}
	})
}

// Whoever is named while it leaves is in by the organization or invited, never in by an
// organization it is not in.
func TestLeavingAgainstNaming(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for range 5 {
			share := w.share([]string{key})
			left := make(chan error)
			go func() { left <- w.orgs.LeaveOrganization(ctx(), w.mate) }()
			_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.mate.Account))
			w.must(err)
			w.must(<-left)
			if w.may(w.mate, decrypt, key) {
				t.Error("the account has access through an organization that it left")
			}
			if p := w.principal(share, string(w.mate.Account)); p.State != ram.InvitationPending && p.State != ram.OrganizationLeft {
				t.Errorf("the account is %s, want invited or ended by leaving", p.State)
			}
			w.join(w.mate)
		}
		w.consistent()
	})
}
