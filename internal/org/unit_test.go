package org_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func TestUnitsAreRenamedMovedAndDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		commerce, services := w.unit("", "Commerce"), w.unit("", "Services")
		shops := w.unit(commerce.ID, "Shops")
		north := w.unit(shops.ID, "North")
		retail := w.member("Retail", north.ID)
		want := func(when string, err error, kind fault.Kind) {
			t.Helper()
			if !fault.Is(err, kind) {
				t.Errorf("%s: %v, want %s", when, err, kind)
			}
		}
		want("delete a unit with units", w.orgs.DeleteUnit(ctx, w.boss, shops.ID), fault.State)
		want("delete a unit with accounts", w.orgs.DeleteUnit(ctx, w.boss, north.ID), fault.State)
		want("move a unit into itself", w.orgs.MoveUnit(ctx, w.boss, shops.ID, shops.ID), fault.State)
		want("move a unit below itself", w.orgs.MoveUnit(ctx, w.boss, commerce.ID, north.ID), fault.State)
		want("move a unit nowhere", w.orgs.MoveUnit(ctx, w.boss, shops.ID, ""), fault.Invalid)
		want("move an account nowhere", w.orgs.MoveMember(ctx, w.boss, retail.Account, ""), fault.Invalid)
		want("rename with markup", w.orgs.RenameUnit(ctx, w.boss, shops.ID, "<b>"), fault.Invalid)
		want("remove the management account", w.orgs.RemoveMember(ctx, w.boss, w.boss.Account), fault.State)
		want("the management account leaves", w.orgs.LeaveOrganization(ctx, w.boss), fault.State)
		want("delete an organization with accounts", w.orgs.DeleteOrganization(ctx, w.boss), fault.State)
		for name, act := range map[string]func(c iam.Caller, id org.UnitID) error{
			"rename": func(c iam.Caller, id org.UnitID) error { return w.orgs.RenameUnit(ctx, c, id, "Mine") },
			"delete": func(c iam.Caller, id org.UnitID) error { return w.orgs.DeleteUnit(ctx, c, id) },
			"move":   func(c iam.Caller, id org.UnitID) error { return w.orgs.MoveUnit(ctx, c, id, "") },
			"read":   func(c iam.Caller, id org.UnitID) error { _, _, err := w.orgs.GetUnit(ctx, c, id); return err },
		} {
			want(name+" an unknown unit", act(w.boss, "ou-000000000000"), fault.NotFound)
			want(name+" as a stranger", act(w.Account("Stranger "+name), shops.ID), fault.NotFound)
			if name != "read" {
				want(name+" the root", act(w.boss, org.UnitID(rootOf(w, w.boss))), fault.NotFound)
				want(name+" as a member", act(retail, shops.ID), fault.Forbidden)
			} else {
				want("read as a member while sharing is off", act(retail, shops.ID), fault.State)
			}
		}
		deep := services.ID
		for range 3 {
			deep = w.unit(deep, "Level").ID
		}
		want("move too deep", w.orgs.MoveUnit(ctx, w.boss, shops.ID, deep), fault.Quota)

		if err := w.orgs.RenameUnit(ctx, w.boss, shops.ID, "Stores"); err != nil {
			t.Fatal(err)
		}
		if err := w.orgs.MoveUnit(ctx, w.boss, shops.ID, services.ID); err != nil {
			t.Fatal(err)
		}
		tree := w.follows("after moving a unit")
		if stores, ok := tree.Root.Find(shops.URN); !ok || stores.Name != "Stores" {
			t.Errorf("the unit is %+v", stores)
		}
		if err := w.orgs.DeleteUnit(ctx, w.boss, commerce.ID); err != nil {
			t.Errorf("delete what is empty now: %v", err)
		}
	})
}

func rootOf(w *world, c iam.Caller) org.UnitID { return w.view(c).Place.Path[0].ID }

func TestAnEmptyOrganizationIsDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		member, guest := w.member("Retail", ""), w.Account("Guest")
		invitation := w.invite("Guest")
		if err := w.orgs.DeleteOrganization(ctx, member); !fault.Is(err, fault.Forbidden) {
			t.Errorf("delete as a member: %v, want forbidden", err)
		}
		if err := w.orgs.LeaveOrganization(ctx, member); err != nil {
			t.Fatal(err)
		}
		if err := w.orgs.LeaveOrganization(ctx, member); !fault.Is(err, fault.State) {
			t.Errorf("leave twice: %v, want state", err)
		}
		if err := w.orgs.DeleteOrganization(ctx, w.boss); err != nil {
			t.Fatal(err)
		}
		if v := w.view(w.boss); v.Place != nil {
			t.Errorf("the organization is still there: %+v", v.Place)
		}
		if _, err := w.orgs.AcceptInvitation(ctx, guest, invitation.ID); !fault.Is(err, fault.State) {
			t.Errorf("join what is gone: %v, want state", err)
		}
		if _, err := w.orgs.CreateOrganization(ctx, w.boss, "Anew"); err != nil {
			t.Errorf("another organization: %v", err)
		}
	})
}

// Moving a unit takes as many statements for a thousand accounts as for one.
func TestMovingManyAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		from, to := w.unit("", "From"), w.unit("", "To")
		one, many := w.unit(from.ID, "One"), w.unit(from.ID, "Many")
		w.member("Alone", one.ID)
		var accounts, places, reach []string
		for i := range 1000 {
			id := fmt.Sprintf("%032x", i)
			accounts = append(accounts, fmt.Sprintf("('%[1]s', 'member %[2]d', 'member %[2]d', (1=1), (SELECT created_at FROM organizations))", id, i))
			places = append(places, fmt.Sprintf("('%s', '%s', '%s', (SELECT created_at FROM organizations))", id, w.o.ID, many.ID))
			reach = append(reach, fmt.Sprintf("('%[1]s', 'account', '%[1]s'), ('%[1]s', 'organization', '%[2]s'), ('%[1]s', 'ou', '%[3]s'), ('%[1]s', 'ou', '%[4]s')", id, w.o.URN, from.URN, many.URN))
		}
		w.Exec("INSERT INTO accounts (id, name, name_lower, demo, created_at) VALUES " + strings.Join(accounts, ", "))
		w.Exec("INSERT INTO org_memberships (account_id, organization_id, unit_id, joined_at) VALUES " + strings.Join(places, ", "))
		w.Exec("INSERT INTO account_principals (account_id, kind, principal) VALUES " + strings.Join(reach, ", "))
		count := func(unit org.UnitID) int {
			t.Helper()
			ctx, counter := store.Count(context.Background())
			began := time.Now()
			if err := w.orgs.MoveUnit(ctx, w.boss, unit, to.ID); err != nil {
				t.Fatal(err)
			}
			t.Logf("moved in %s, %d statements", time.Since(began).Round(time.Millisecond), counter.N())
			return counter.N()
		}
		if single, thousand := count(one.ID), count(many.ID); thousand > single {
			t.Errorf("%d statements for a thousand accounts, %d for one", thousand, single)
		}
		w.follows("after moving a thousand accounts")
	})
}

func TestRemovalsAreLimited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		var members []iam.Caller
		for n := range 7 {
			members = append(members, w.member(fmt.Sprint("Member ", n), ""))
		}
		for _, m := range members[:5] {
			if err := w.orgs.RemoveMember(ctx, w.boss, m.Account); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.orgs.RemoveMember(ctx, w.boss, members[5].Account); !fault.Is(err, fault.Quota) {
			t.Errorf("the sixth removal of a day: %v, want quota", err)
		}
		if w.view(members[5]).Place == nil {
			t.Error("the account is out of the organization")
		}
		if err := w.orgs.LeaveOrganization(ctx, members[6]); err != nil {
			t.Errorf("leaving is no removal: %v", err)
		}
		w.later(24 * time.Hour)
		if err := w.orgs.RunOnce(ctx, w.Now()); err != nil {
			t.Fatal(err)
		}
		if err := w.orgs.RemoveMember(ctx, w.boss, members[5].Account); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

// Trying to remove an account that is no member leaves nothing in its trail.
func TestRemovingAStrangerIsNotTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		member, stranger := w.member("Retail", ""), w.Account("Stranger")
		if err := w.orgs.RemoveMember(ctx, w.boss, stranger.Account); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want not found", err)
		}
		if err := w.orgs.RemoveMember(ctx, w.boss, member.Account); err != nil {
			t.Fatal(err)
		}
		told := func(c iam.Caller) (n int) {
			for _, trace := range w.Traces(c.Account) {
				if trace.Action == string(org.ActionRemove) {
					n++
				}
			}
			return n
		}
		if told(stranger) != 0 || told(member) != 1 || told(w.boss) != 2 {
			t.Errorf("traces of removals: the stranger has %d, the member %d, the management account %d; want 0, 1, 2", told(stranger), told(member), told(w.boss))
		}
	})
}
