package org_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func (w *world) invite(account string) org.Invitation {
	w.t.Helper()
	i, err := w.orgs.Invite(context.Background(), w.boss, account, "Come in.")
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// view is what caller sees on the page Organizations.
func (w *world) view(caller iam.Caller) org.View {
	w.t.Helper()
	v, err := w.orgs.GetView(context.Background(), caller)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) later(d time.Duration, callers ...*iam.Caller) {
	w.Advance(d)
	for _, c := range append(callers, &w.boss) {
		*c = w.SignIn(c.User)
	}
}

func TestAnInvitedAccountJoins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		partner, other := w.Account("Lumen Logistics"), w.Account("Other")
		byName, byID := w.invite("lumen logistics"), w.invite(string(partner.Account))
		received := w.view(partner).Received
		if len(received) != 2 || received[0].SenderName != "Group Management" || received[0].Note != "Come in." || received[0].OrganizationName != "Group" ||
			!received[0].ExpiresAt.Equal(w.Now().Add(14*24*time.Hour)) {
			t.Errorf("received: %+v", received)
		}
		for name, act := range map[string]func(c iam.Caller) error{
			"accept":  func(c iam.Caller) error { _, err := w.orgs.AcceptInvitation(ctx, c, byID.ID); return err },
			"decline": func(c iam.Caller) error { _, err := w.orgs.DeclineInvitation(ctx, c, byID.ID); return err },
			"cancel":  func(c iam.Caller) error { _, err := w.orgs.CancelInvitation(ctx, c, byID.ID); return err },
			"read":    func(c iam.Caller) error { _, err := w.orgs.GetInvitation(ctx, c, byID.ID); return err },
		} {
			if err := act(other); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s as another account: %v, want not found", name, err)
			}
			if err := act(w.User(partner.Account, "no-"+name)); !fault.Is(err, fault.Forbidden) && name != "cancel" {
				t.Errorf("%s without a policy: %v, want forbidden", name, err)
			}
		}
		if _, err := w.orgs.AcceptInvitation(ctx, partner, byID.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.orgs.AcceptInvitation(ctx, partner, byID.ID); !fault.Is(err, fault.State) {
			t.Errorf("accept twice: %v, want state", err)
		}
		v := w.view(partner)
		if v.Place == nil || v.Place.ManagementName != "Group Management" || len(v.Place.Path) != 1 || v.Place.Tree != nil {
			t.Errorf("the new member sees %+v, want its place and no tree while sharing is off", v.Place)
		}
		states := map[org.InvitationID]org.InvitationStatus{}
		for _, i := range w.view(w.boss).Sent {
			states[i.ID] = i.Status
		}
		if diff := cmp.Diff(map[org.InvitationID]org.InvitationStatus{byID.ID: org.Accepted, byName.ID: org.Cancelled}, states); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
		if _, err := w.orgs.Invite(ctx, w.boss, "Lumen Logistics", ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("invite a member: %v, want invalid", err)
		}
		for _, c := range []iam.Caller{w.boss, partner} {
			events := map[string]int{}
			for _, trace := range w.Traces(c.Account) {
				if trace.Outcome == "succeeded" {
					events[trace.Event]++
				} else if trace.Event == "acceptHandshake" && trace.Caller != string(c.Account) {
					t.Errorf("%s is told of an acceptance of another that %s", c.AccountName, trace.Outcome)
				}
			}
			if events["inviteAccount"] != 2 || events["acceptHandshake"] != 1 {
				t.Errorf("the trail of %s: %v", c.AccountName, events)
			}
		}
	})
}

// Whoever invites by name learns nothing about the name.
func TestInvitingByNameTellsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		known := w.Account("Known")
		w.invite("Known")
		w.invite("Nobody")
		if _, err := w.orgs.Invite(ctx, w.boss, "0123456789abcdef0123456789abcdef", ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("an ID that no account has: %v, want invalid", err)
		}
		again := map[string]string{}
		for _, name := range []string{"Known", "Nobody"} {
			_, err := w.orgs.Invite(ctx, w.boss, strings.ToUpper(name), "")
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s a second time: %v, want invalid", name, err)
			}
			again[strings.ReplaceAll(err.Error(), name, "")] = name
		}
		if len(again) != 1 {
			t.Errorf("a second invitation is answered differently: %v", again)
		}
		look := func() (seen []org.Invitation) {
			for _, i := range w.view(w.boss).Sent {
				i.ID, i.Target = "", ""
				seen = append(seen, i)
			}
			return seen
		}
		if seen := look(); len(seen) != 2 || seen[0] != seen[1] {
			t.Errorf("the sender sees a difference: %+v", seen)
		}
		w.later(15*24*time.Hour, &known)
		if err := w.orgs.RunOnce(ctx, w.Now()); err != nil {
			t.Fatal(err)
		}
		seen := look()
		for _, i := range seen {
			if i.Status != org.Expired {
				t.Errorf("after 15 days an invitation is %s", i.Status)
			}
		}
		var trails []string
		for _, trace := range w.Traces(w.boss.Account) {
			if trace.Event == "inviteAccount" && trace.Outcome == "succeeded" {
				trails = append(trails, trace.ResourceType+trace.Field("resource_id"))
			}
		}
		if len(trails) != 2 || trails[0] != trails[1] {
			t.Errorf("the sender's trail shows a difference: %q", trails)
		}
	})
}

func TestInvitationsExpireAndAreLimited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		partner := w.Account("Partner")
		late := w.invite("Partner")
		w.later(14*24*time.Hour, &partner)
		if _, err := w.orgs.AcceptInvitation(ctx, partner, late.ID); !fault.Is(err, fault.State) || !strings.Contains(err.Error(), "expired") {
			t.Errorf("accept after 14 days, before the sweep: %v, want expired", err)
		}
		if got := w.view(partner).Received; len(got) != 0 {
			t.Errorf("an expired invitation waits: %+v", got)
		}
		next := w.invite("Partner") // makes room by itself
		if _, err := w.orgs.DeclineInvitation(ctx, partner, next.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.orgs.CancelInvitation(ctx, w.boss, next.ID); !fault.Is(err, fault.State) {
			t.Errorf("cancel what was declined: %v, want state", err)
		}
		withdrawn := w.invite("Partner")
		if _, err := w.orgs.CancelInvitation(ctx, w.boss, withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.orgs.AcceptInvitation(ctx, partner, withdrawn.ID); !fault.Is(err, fault.State) || !strings.Contains(err.Error(), "withdrawn") {
			t.Errorf("accept what was withdrawn: %v", err)
		}
		for range org.MaxInvitations - 2 {
			i := w.invite("Partner")
			if _, err := w.orgs.CancelInvitation(ctx, w.boss, i.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.orgs.Invite(ctx, w.boss, "Partner", ""); !fault.Is(err, fault.Quota) {
			t.Errorf("the 21st attempt of a day: %v, want quota", err)
		}
		if err := w.orgs.DeleteOrganization(ctx, w.boss); err != nil {
			t.Fatal(err)
		}
		if _, err := w.orgs.CreateOrganization(ctx, w.boss, "Anew"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.orgs.Invite(ctx, w.boss, "Partner", ""); !fault.Is(err, fault.Quota) {
			t.Errorf("the 21st attempt of a day, by a new organization: %v, want quota", err)
		}
		if _, err := w.orgs.Invite(ctx, w.boss, "Partner", strings.Repeat("é", org.MaxNote+1)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a note of 1,025 characters: %v, want invalid", err)
		}
		w.later(366*24*time.Hour, &partner)
		if err := w.orgs.RunOnce(ctx, w.Now()); err != nil {
			t.Fatal(err)
		}
		if got := w.view(w.boss).Sent; len(got) != 0 {
			t.Errorf("after a year: %d invitations", len(got))
		}
	})
}

func TestTheOrganizationFills(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		w.Exec("UPDATE account_quotas SET quota = 3 WHERE account_id = ? AND kind = 'organization_account'", string(w.boss.Account))
		one, two := w.Account("One"), w.Account("Two")
		first, second := w.invite("One"), w.invite("Two")
		if _, err := w.orgs.Invite(ctx, w.boss, "Three", ""); !fault.Is(err, fault.Quota) {
			t.Errorf("invite beyond the limit: %v, want quota", err)
		}
		if _, err := w.orgs.AcceptInvitation(ctx, one, first.ID); err != nil {
			t.Fatal(err)
		}
		w.Exec("UPDATE account_quotas SET quota = 2 WHERE account_id = ? AND kind = 'organization_account'", string(w.boss.Account))
		if _, err := w.orgs.AcceptInvitation(ctx, two, second.ID); !fault.Is(err, fault.Quota) {
			t.Errorf("join a full organization: %v, want quota", err)
		}
		if _, err := w.orgs.CreateOrganization(ctx, two, "Mine"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.orgs.AcceptInvitation(ctx, two, second.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("join a second organization: %v, want conflict", err)
		}
	})
}

// Only one of two organizations gets an account that accepts both at once.
func TestAcceptingTwoAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		partner, rival := w.Account("Partner"), w.Account("Rival")
		if _, err := w.orgs.CreateOrganization(ctx, rival, "Rivals"); err != nil {
			t.Fatal(err)
		}
		ours := w.invite("Partner")
		theirs, err := w.orgs.Invite(ctx, rival, "Partner", "")
		if err != nil {
			t.Fatal(err)
		}
		errs := make(chan error)
		for _, id := range []org.InvitationID{ours.ID, theirs.ID} {
			go func() { _, err := w.orgs.AcceptInvitation(ctx, partner, id); errs <- err }()
		}
		a, b := <-errs, <-errs
		if (a == nil) == (b == nil) || !fault.Is(errors.Join(a, b), fault.Conflict) {
			t.Errorf("got %v and %v, want one conflict", a, b)
		}
	})
}
