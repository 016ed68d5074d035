package history_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// world is the program over a database, and what the model's names stand for in it.
type world struct {
	*iamtest.World
	services
	t      testing.TB
	kms    *kms.Service
	people map[string]*user

	permissions   map[string]ram.PermissionID
	keys          []sealedKey
	shares        []ram.ShareID
	organizations []organizationIDs
}

// services are those whose acts can also be done by a second process.
type services struct {
	users *iam.Service
	ram   *ram.Service
	orgs  *org.Service
}

type user struct {
	id     iam.UserID
	caller iam.Caller
	token  string
	since  time.Time
}

// sealedKey is a key and something that was encrypted with it.
type sealedKey struct {
	id     kms.KeyID
	region string
	text   string
}

type organizationIDs struct {
	id    org.OrganizationID
	urn   string
	units []org.Unit
}

// accounts of a world: the first five begin in an organization, in units that stand in
// each other; the last two outside.
var accounts = []string{"Ada", "Ben", "Cleo", "Dan", "Eve", "Xena", "Yuri"}

const (
	boss    = "Ada"
	outside = "Xena"
)

// keyOwners own keys and a permission from the beginning.
var keyOwners = []string{"Ben", "Ben", "Cleo", "Xena"}

// newWorld makes program and model begin alike. Without follow nothing tells the shares
// what happens to organizations.
func newWorld(t testing.TB, st *store.Store, follow bool) (*world, *model) {
	t.Helper()
	base := iamtest.New(t, st)
	w := &world{World: base, t: t, people: map[string]*user{}, permissions: map[string]ram.PermissionID{
		all:            "00000000-0000-4000-8000-000000000101",
		readOnly:       "00000000-0000-4000-8000-000000000102",
		encryptDecrypt: "00000000-0000-4000-8000-000000000103",
	}}
	w.services = newServices(st, base.Gate, base.IAM, follow, base.Now)
	w.kms = kms.New(st, base.Gate, base.Sealer, iamtest.Regions, base.Now)
	m := &model{now: base.Now(), follow: follow, accounts: accounts, places: map[string]place{}, defaults: map[string]int{}}
	for _, name := range accounts {
		c := base.Account(name)
		w.people[name] = &user{id: c.User}
		// How many accounts may be removed in a day is no matter of sharing.
		base.Exec("INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES (?, 'organization_removal', '', 1000000, 0)", string(c.Account))
	}
	begin := []act{
		createOrganization{boss, "Harbor"}, createUnit{boss, "u0", 0, root}, createUnit{boss, "u1", 0, 0}, createUnit{boss, "u2", 0, 1}, createUnit{boss, "u3", 0, root},
		addMember{boss, "Ben", 0, 0}, addMember{boss, "Cleo", 0, 2}, addMember{boss, "Dan", 0, 1}, addMember{boss, "Eve", 0, 3},
		setSharing{boss, true}, createOrganization{outside, "Lumen"}, setSharing{outside, true},
	}
	for i, owner := range keyOwners {
		begin = append(begin, createKey{owner, fmt.Sprintf("k%d", i), iamtest.Regions[i%2]})
	}
	for _, a := range begin {
		if err := a.run(w); err != nil {
			t.Fatalf("%v: %v", a, err)
		}
		if got := a.on(m); got != done {
			t.Fatalf("%v is %s in the model", a, got)
		}
	}
	for _, owner := range []string{"Ben", "Cleo", "Xena"} {
		w.permission(owner)
		m.defaults[owner] = 1
	}
	return w, m
}

func newServices(st *store.Store, gate *iam.Gate, users *iam.Service, follow bool, now func() time.Time) services {
	var sharing org.Sharing = ram.Organization{}
	if !follow {
		sharing = deaf{}
	}
	orgs := org.New(st, gate, sharing, now)
	return services{users, ram.New(st, gate, orgs, iamtest.Regions, now), orgs}
}

// deaf hears nothing of what happens to organizations, so that the views alone decide.
type deaf struct{}

func (deaf) MemberJoinsIn(*iam.Tx, org.OrganizationID, iam.AccountID) error { return nil }
func (deaf) MemberJoinedIn(*iam.Tx, org.Organization, iam.AccountID) error  { return nil }
func (deaf) MemberLeftIn(*iam.Tx, org.OrganizationID, iam.AccountID) error  { return nil }
func (deaf) UnitDeletedIn(*iam.Tx, org.OrganizationID, string) error        { return nil }
func (deaf) OrganizationDeletedIn(*iam.Tx, org.OrganizationID) error        { return nil }

// permission makes the own permission of an account: version 1 opens, version 2 does not.
func (w *world) permission(owner string) {
	w.t.Helper()
	ctx := context.Background()
	id, err := w.ram.CreatePermission(ctx, w.as(owner), ram.CreatePermissionInput{Name: "own-" + owner, Actions: []iam.Action{"kms:cmk:get", "kms:cmk:decryptData"}, Once: "own"})
	if err == nil {
		_, err = w.ram.CreatePermissionVersion(ctx, w.as(owner), id, ram.CreateVersionInput{Actions: []iam.Action{"kms:cmk:get"}, Once: "second"})
	}
	if err != nil {
		w.t.Fatalf("permission of %s: %v", owner, err)
	}
	w.permissions[own(owner)] = id
}

// as gives the caller of an account, signed in anew when it was idle too long.
func (w *world) as(account string) iam.Caller {
	w.t.Helper()
	u := w.people[account]
	if u.token != "" && w.Now().Sub(u.since) < 25*time.Minute {
		return u.caller
	}
	ctx := context.Background()
	token, err := w.IAM.SignInDemo(ctx, u.id, iam.Device{Address: "127.0.0.1"})
	if err != nil {
		w.t.Fatalf("sign in %s: %v", account, err)
	}
	in, err := w.IAM.Authenticate(ctx, token)
	if err != nil {
		w.t.Fatalf("authenticate %s: %v", account, err)
	}
	u.caller, u.token, u.since = in.Caller, token, w.Now()
	return u.caller
}

func (w *world) account(name string) string { return string(w.as(name).Account) }

// principal is how the program names a principal.
func (w *world) principal(p principal) string {
	switch {
	case p.account != "":
		return w.account(p.account)
	case p.unit == root:
		return w.organizations[p.org].urn
	}
	return w.organizations[p.org].units[p.unit].URN
}

func (w *world) unit(organization, u int) org.UnitID {
	if u == root {
		return ""
	}
	return w.organizations[organization].units[u].ID
}

// place is unit for an act that names the root by its ID.
func (w *world) place(organization, u int) (id org.UnitID) {
	if id = w.unit(organization, u); id != "" {
		return id
	}
	err := w.Store.Read(context.Background()).Raw("SELECT id FROM org_units WHERE organization_id = ? AND parent_id IS NULL", string(w.organizations[organization].id)).Scan(&id).Error
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

const none = "00000000-0000-4000-8000-00000000dead"

// find reads one ID. When there is none it gives one that nothing has.
func (w *world) find(query string, args ...any) string {
	w.t.Helper()
	var ids []string
	if err := w.Store.Read(context.Background()).Raw(query, args...).Scan(&ids).Error; err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return append(ids, none)[0]
}

// part finds the newest association of a principal with a share.
func (w *world) part(share int, p principal) string {
	return w.find("SELECT id FROM share_principals WHERE share_id = ? AND principal = ? ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, created_at DESC, ended_at DESC LIMIT 1",
		string(w.shares[share]), w.principal(p))
}

func (w *world) invitation(share int, receiver string) string {
	return w.find("SELECT id FROM invitations WHERE association_id = ?", w.part(share, principal{account: receiver}))
}

func (w *world) handshake(organization int, to string) org.InvitationID {
	return org.InvitationID(w.find("SELECT id FROM org_invitations WHERE organization_id = ? AND receiver = ? ORDER BY CASE status WHEN 'pending' THEN 0 ELSE 1 END, created_at DESC LIMIT 1",
		string(w.organizations[organization].id), w.account(to)))
}
