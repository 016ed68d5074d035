package org_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

type world struct {
	*iamtest.World
	t    *testing.T
	orgs *org.Service
	boss iam.Caller
	o    org.Organization
}

func newWorld(t *testing.T, st *store.Store) *world {
	w := &world{World: iamtest.New(t, st), t: t}
	w.orgs = org.New(st, w.Gate, ram.Organization{}, w.Now)
	w.boss = w.Account("Group Management")
	var err error
	if w.o, err = w.orgs.CreateOrganization(context.Background(), w.boss, "Group"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) unit(parent org.UnitID, name string) org.Unit {
	w.t.Helper()
	u, err := w.orgs.CreateUnit(context.Background(), w.boss, parent, name)
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func (w *world) member(name string, unit org.UnitID) iam.Caller {
	w.t.Helper()
	c := w.Account(name)
	if err := w.orgs.AddMember(context.Background(), w.boss, c.Account, unit); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// tree reads the tree as caller sees it.
func (w *world) tree(caller iam.Caller) (tree org.Tree, err error) {
	err = w.Gate.Read(context.Background(), caller, func(tx *iam.Tx) error {
		if err := tx.Allow("organizations:organizations:get", iam.URN{Service: "organizations", Account: caller.Account, Type: "organization", ID: "*"}); err != nil {
			return err
		}
		m, ok, err := org.OfIn(tx, caller.Account)
		if err != nil || !ok {
			return err
		}
		tree, err = org.TreeIn(tx, m.Organization)
		return err
	})
	return tree, err
}

// answers walks the tree in Go: what each account answers to, as the rows should say.
func answers(u org.Unit, above []string, o org.Organization, all map[string][]string) {
	if !u.Root {
		above = append(append([]string{}, above...), "ou "+u.URN)
	}
	for _, m := range u.Accounts {
		all[string(m.ID)] = append([]string{"account " + string(m.ID), "organization " + o.URN}, above...)
	}
	for _, child := range u.Units {
		answers(child, above, o, all)
	}
}

func (w *world) principals() map[string][]string {
	w.t.Helper()
	var rows []struct {
		Account   string `gorm:"column:account_id"`
		Kind      string `gorm:"column:kind"`
		Principal string `gorm:"column:principal"`
	}
	err := w.Store.Read(context.Background()).Raw("SELECT account_id, kind, principal FROM account_principals").Scan(&rows).Error
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string][]string{}
	for _, r := range rows {
		all[r.Account] = append(all[r.Account], r.Kind+" "+r.Principal)
	}
	return all
}

var sorted = cmp.Transformer("set", func(list []string) map[string]int {
	set := map[string]int{}
	for _, s := range list {
		set[s]++
	}
	return set
})

// follows compares what accounts answer to with the tree, and gives that.
func (w *world) follows(when string) org.Tree {
	w.t.Helper()
	tree, err := w.tree(w.boss)
	if err != nil {
		w.t.Fatal(err)
	}
	got, want := w.principals(), map[string][]string{}
	for id := range got { // of accounts outside
		want[id] = []string{"account " + id}
	}
	answers(tree.Root, nil, tree.Organization, want)
	if diff := cmp.Diff(want, got, sorted); diff != "" {
		w.t.Errorf("%s: account_principals differ from the tree (-tree +rows):\n%.4000s", when, diff)
	}
	return tree
}

func TestPrincipalsFollowTheTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		commerce := w.unit("", "Commerce")
		shops := w.unit(commerce.ID, "Shops")
		north := w.unit(shops.ID, "North")
		services := w.unit("", "Shared Services")
		retail := w.member("Retail", commerce.ID)
		w.member("Payments", north.ID)
		w.member("Data", services.ID)
		w.member("Loose", "")

		w.follows("after joining")
		for _, to := range []org.UnitID{north.ID, rootOf(w, w.boss), services.ID} {
			if err := w.orgs.MoveMember(ctx, w.boss, retail.Account, to); err != nil {
				t.Fatal(err)
			}
			w.follows("after moving")
		}
	})
}

func TestOnlyTheManagementAccountRules(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		unit := w.unit("", "Commerce")
		member := w.member("Retail", unit.ID)
		stranger := w.Account("Partner")
		reader := w.User(w.boss.Account, "reader", "RAM ReadOnlyAccess")

		acts := map[string]func(c iam.Caller) error{
			"create unit": func(c iam.Caller) error { _, err := w.orgs.CreateUnit(ctx, c, "", "Mine"); return err },
			"add member":  func(c iam.Caller) error { return w.orgs.AddMember(ctx, c, stranger.Account, "") },
			"move member": func(c iam.Caller) error { return w.orgs.MoveMember(ctx, c, member.Account, unit.ID) },
			"set sharing": func(c iam.Caller) error { return w.orgs.SetSharing(ctx, c, true) },
		}
		for name, act := range acts {
			if err := act(member); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s as a member: got %v, want forbidden", name, err)
			}
			want := fault.State
			if name == "move member" { // named by an ID, which is missing to others
				want = fault.NotFound
			}
			if err := act(stranger); !fault.Is(err, want) {
				t.Errorf("%s as a stranger: got %v, want %s", name, err, want)
			}
			if err := act(reader); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s without the policy: got %v, want forbidden", name, err)
			}
		}
		if _, err := w.orgs.CreateOrganization(ctx, member, "Second"); !fault.Is(err, fault.Conflict) {
			t.Errorf("organization of a member: got %v, want conflict", err)
		}
		if err := w.orgs.AddMember(ctx, w.boss, member.Account, unit.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("member twice: got %v, want conflict", err)
		}
		if err := w.orgs.AddMember(ctx, w.boss, stranger.Account, "ou-000000000000"); !fault.Is(err, fault.NotFound) {
			t.Errorf("unknown unit: got %v, want not found", err)
		}
		if err := w.orgs.AddMember(ctx, w.boss, "00000000000000000000000000000000", ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("unknown account: got %v, want not found", err)
		}
		if _, err := w.orgs.CreateUnit(ctx, w.boss, "", "<b>"); !fault.Is(err, fault.Invalid) {
			t.Errorf("bad name: got %v, want invalid", err)
		}
	})
}

func TestSwitchRaisesTheEpochAndHidesTheTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		w.Advance(time.Second)
		member := w.member("Retail", "")
		epoch := func() (bool, int64) {
			t.Helper()
			tree, err := w.tree(w.boss)
			if err != nil {
				t.Fatal(err)
			}
			return tree.Organization.SharingEnabled, tree.Organization.SharingEpoch
		}
		if _, err := w.tree(member); !fault.Is(err, fault.State) {
			t.Errorf("tree for a member while sharing is off: got %v, want state", err)
		}
		_, first := epoch()
		for _, on := range []bool{true, true, false, false, true} {
			w.Advance(time.Second)
			if err := w.orgs.SetSharing(ctx, w.boss, on); err != nil {
				t.Fatal(err)
			}
		}
		on, last := epoch()
		if !on || last != first+1 {
			t.Errorf("after on, on, off, off, on: switch %v, epoch %d; want on, %d", on, last, first+1)
		}
		if _, err := w.tree(member); err != nil {
			t.Errorf("tree for a member while sharing is on: %v", err)
		}
		var events []string
		for _, trace := range w.Traces(w.boss.Account) {
			if trace.ResourceID == string(w.o.ID) {
				events = append(events, trace.Event)
			}
		}
		want := []string{"createOrganization", "joinOrganization", "enableShareWithOrganization", "enableShareWithOrganization",
			"disableShareWithOrganization", "disableShareWithOrganization", "enableShareWithOrganization"}
		if diff := cmp.Diff(want, events); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if joined := w.Traces(member.Account); len(joined) == 0 || joined[0].Event != "joinOrganization" || joined[0].User != "" {
			t.Errorf("member's trail: got %+v, want the joining without the user's name", joined)
		}
	})
}

func TestUnitsAreAtMostFiveLevelsDeep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		parent := org.UnitID("")
		for range 5 {
			parent = w.unit(parent, "Level").ID
		}
		if _, err := w.orgs.CreateUnit(context.Background(), w.boss, parent, "Level"); !fault.Is(err, fault.Quota) {
			t.Errorf("sixth level: got %v, want quota", err)
		}
	})
}

// Reading the organization is not listing what is in it: the tree goes to whoever may list units,
// what was sent to whoever may list, send or cancel it.
func TestWhatAnOrganizationShowsFollowsPolicies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		w.invite("lumen logistics")
		if err := w.orgs.SetSharing(ctx, w.boss, true); err != nil {
			t.Fatal(err)
		}
		member := w.member("Retail", "")
		for _, of := range []iam.Caller{w.boss, member} {
			for policy, all := range map[string]bool{"RAM ReadOnlyAccess": false, "Organizations ReadOnlyAccess": true} {
				reader := w.User(of.Account, strings.ToLower(strings.ReplaceAll(policy, " ", "-")), policy)
				v, p := w.view(reader), w.view(reader).Place
				if p == nil || p.Organization.Name != "Group" || len(p.Path) != 1 {
					t.Fatalf("%s in %s: %+v", policy, of.AccountName, v)
				}
				sent := 0
				if all && of.Account == w.boss.Account {
					sent = 1
				}
				if (p.Tree != nil) != all || p.Unlisted == all || (v.Members == 2) != all || len(v.Sent) != sent {
					t.Errorf("%s in %s: tree %v, unlisted %v, %d members, %d invitations sent", policy, of.AccountName, p.Tree != nil, p.Unlisted, v.Members, len(v.Sent))
				}
				if _, _, err := w.orgs.GetUnit(ctx, reader, w.rootOf()); (err == nil) != all {
					t.Errorf("%s in %s reads the root: %v", policy, of.AccountName, err)
				}
			}
		}
	})
}

// rootOf is the root of the group, as its management account sees it.
func (w *world) rootOf() org.UnitID {
	w.t.Helper()
	return w.view(w.boss).Place.Tree.Root.ID
}
