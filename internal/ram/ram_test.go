package ram_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

const (
	region         = "eu-west-101"
	farRegion      = "ap-southeast-3"
	allActions     = ram.PermissionID("00000000-0000-4000-8000-000000000101")
	readOnly       = ram.PermissionID("00000000-0000-4000-8000-000000000102")
	encryptDecrypt = ram.PermissionID("00000000-0000-4000-8000-000000000103")
)

// world is a group of a management account, an owner and a mate in one unit and a
// member in another, with sharing on, and a partner and a stranger outside.
type world struct {
	*iamtest.World
	t    *testing.T
	ram  *ram.Service
	kms  *kms.Service
	orgs *org.Service

	boss, owner, mate, far, partner, stranger iam.Caller

	group    org.Organization
	commerce org.Unit
	services org.Unit
	forms    int
	ctx      context.Context // of acts whose queries are counted
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) { test(t, newWorld(t, st)) })
}

func newWorld(t *testing.T, st *store.Store) *world {
	t.Helper()
	base := iamtest.New(t, st)
	w := &world{World: base, t: t, ctx: ctx()}
	w.orgs = org.New(st, base.Gate, ram.Organization{}, base.Now)
	w.kms = kms.New(st, base.Gate, base.Sealer, iamtest.Regions, base.Now)
	w.ram = ram.New(st, base.Gate, w.orgs, iamtest.Regions, base.Now)
	w.boss, w.owner, w.mate = w.Account("Group Management"), w.Account("Retail"), w.Account("Payments")
	w.far, w.partner, w.stranger = w.Account("Data Platform"), w.Account("Lumen Logistics"), w.Account("Stranger")
	var err error
	w.group, err = w.orgs.CreateOrganization(ctx(), w.boss, "Harbor Group")
	w.must(err)
	w.commerce, err = w.orgs.CreateUnit(ctx(), w.boss, "", "Commerce")
	w.must(err)
	w.services, err = w.orgs.CreateUnit(ctx(), w.boss, "", "Shared Services")
	w.must(err)
	w.must(w.orgs.AddMember(ctx(), w.boss, w.owner.Account, w.commerce.ID))
	w.must(w.orgs.AddMember(ctx(), w.boss, w.mate.Account, w.commerce.ID))
	w.must(w.orgs.AddMember(ctx(), w.boss, w.far.Account, w.services.ID))
	w.must(w.orgs.SetSharing(ctx(), w.boss, true))
	return w
}

func ctx() context.Context { return context.Background() }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// later moves the clock and signs the callers in again, whose sign-ins are over.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	w.Advance(d)
	for _, c := range []*iam.Caller{&w.boss, &w.owner, &w.mate, &w.far, &w.partner, &w.stranger} {
		*c = w.SignIn(c.User)
	}
}

func (w *world) key(name string) string {
	w.t.Helper()
	return w.keyOf(w.owner, region, name)
}

func (w *world) keyOf(c iam.Caller, region, name string) string {
	w.t.Helper()
	w.forms++
	id, err := w.kms.CreateKey(ctx(), c, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Once: fmt.Sprint("form", w.forms)})
	w.must(err)
	return string(id)
}

// draft takes a draft of the owner through the first three steps.
func (w *world) draft(keys []string, principals ...string) ram.Draft {
	w.t.Helper()
	return w.draftOf(w.owner, encryptDecrypt, keys, principals...)
}

func (w *world) draftOf(c iam.Caller, permission ram.PermissionID, keys []string, principals ...string) ram.Draft {
	w.t.Helper()
	id, err := w.ram.CreateDraft(ctx(), c, ram.NewDraft{Keys: keys})
	w.must(err)
	d, err := w.ram.GetDraft(ctx(), c, id)
	w.must(err)
	d, err = w.ram.SaveDetails(ctx(), c, id, ram.DetailsInput{Version: d.Version, Name: d.Name, Tags: []ram.Tag{{Key: "team", Value: "commerce"}}, Finish: true})
	w.must(err)
	d, err = w.ram.SavePermissions(ctx(), c, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: permission}, Finish: true})
	w.must(err)
	d, err = w.ram.SavePrincipals(ctx(), c, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: principals, Finish: true})
	w.must(err)
	return d
}

func (w *world) confirm(d ram.Draft) ram.ShareID {
	w.t.Helper()
	id, err := w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version)
	w.must(err)
	return id
}

func (w *world) share(keys []string, principals ...string) ram.ShareID {
	w.t.Helper()
	return w.confirm(w.draft(keys, principals...))
}

// invited gives the newest invitation of a share to a receiver.
func (w *world) invited(c iam.Caller, share ram.ShareID) ram.InvitationID {
	w.t.Helper()
	page, err := w.ram.ListInvitations(ctx(), c, ram.InvitationFilter{Name: string(share)}, store.Slice{Size: 10})
	w.must(err)
	if len(page.Invitations) == 0 {
		w.t.Fatalf("no invitation to share %s", share)
	}
	return page.Invitations[0].ID
}

func (w *world) accept(c iam.Caller, share ram.ShareID) {
	w.t.Helper()
	_, err := w.ram.AcceptInvitation(ctx(), c, w.invited(c, share))
	w.must(err)
}

// may reports whether the caller gets past the gate with action on the owner's key.
func (w *world) may(c iam.Caller, action iam.Action, key string) bool {
	w.t.Helper()
	err := w.Gate.Read(ctx(), c, func(tx *iam.Tx) error {
		return tx.Allow(action, iam.URN{Service: "kms", Region: region, Account: w.owner.Account, Type: iam.TypeKey, ID: key})
	})
	if err == nil || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) {
		return err == nil
	}
	w.t.Fatal(err)
	return false
}

const decrypt iam.Action = "kms:cmk:decryptData"

func (w *world) uses(c iam.Caller, key, name string) {
	w.t.Helper()
	w.must(w.Gate.Write(ctx(), c, func(tx *iam.Tx) error {
		urn := iam.URN{Service: "csms", Region: region, Account: c.Account, Type: "secretName", ID: name}
		if err := tx.Allow("csms:secret:create", urn); err != nil {
			return err
		}
		use := keyuse.Use{Resource: urn, KeyID: key, Kind: keyuse.Secret, Name: name}
		tx.Last(func(err error) error { return err }, keyuse.StepIn(tx, use))
		return nil
	}))
}

// principal gives the newest association of an account or URN as the owner sees it.
func (w *world) principal(share ram.ShareID, name string) ram.Principal {
	w.t.Helper()
	s, err := w.ram.GetShare(ctx(), w.owner, share)
	w.must(err)
	for _, p := range s.Principals {
		if p.Principal == name {
			return p
		}
	}
	w.t.Fatalf("share %s names no %s: %+v", share, name, s.Principals)
	return ram.Principal{}
}

func code(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return f.Code
}

// events lists the events of an account's trail about RAM.
func (w *world) events(c iam.Caller) []string {
	var events []string
	for _, t := range w.Traces(c.Account) {
		if len(t.Action) > 4 && t.Action[:4] == "ram:" {
			events = append(events, t.Event+" "+t.Outcome)
		}
	}
	return events
}

func elsewhere(err error) *ram.Elsewhere {
	var e *ram.Elsewhere
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// consistent checks what must hold whatever ran at the same time: no access without a
// live path, counters that count, at most one live row, no invitation without its
// association.
func (w *world) consistent() {
	w.t.Helper()
	checks := map[string]string{
		"a counter of principals is wrong":  "SELECT count(*) FROM shares s WHERE s.principal_count <> (SELECT count(*) FROM share_principals p WHERE p.share_id = s.id AND p.ended_at IS NULL)",
		"a counter of keys is wrong":        "SELECT count(*) FROM shares s WHERE s.resource_count <> (SELECT count(*) FROM share_resources r WHERE r.share_id = s.id AND r.ended_at IS NULL)",
		"a deleted share has live parts":    "SELECT count(*) FROM shares s JOIN share_principals p ON p.share_id = s.id WHERE s.status = 'deleted' AND p.ended_at IS NULL",
		"an invitation waits for nothing":   "SELECT count(*) FROM invitations i JOIN share_principals p ON p.id = i.association_id WHERE i.status = 'pending' AND p.status <> 'associating'",
		"an association waits for nothing":  "SELECT count(*) FROM share_principals p WHERE p.status = 'associating' AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.association_id = p.id AND i.status = 'pending')",
		"access without a live association": "SELECT count(*) FROM key_access ka WHERE NOT EXISTS (SELECT 1 FROM share_principals p WHERE p.id = ka.association_id AND p.status = 'associated' AND p.ended_at IS NULL)",
		"two live rows for one principal":   "SELECT count(*) FROM (SELECT 1 FROM share_principals WHERE ended_at IS NULL GROUP BY share_id, kind, principal HAVING count(*) > 1) AS d",
		"an association has another end of its share": `SELECT count(*) FROM share_principals p JOIN shares s ON s.id = p.share_id
			WHERE p.ended_at IS NULL AND coalesce(p.share_ends_at, p.created_at) <> coalesce(s.ends_at, p.created_at)`,
		"the quota of shares is wrong": `SELECT count(*) FROM account_quotas q WHERE q.kind = 'resource_share'
			AND q.used <> (SELECT count(*) FROM shares s WHERE s.account_id = q.account_id AND s.status = 'active')`,
		"the quota of invitations is wrong": `SELECT count(*) FROM account_quotas q WHERE q.kind = 'pending_invitation'
			AND q.used <> (SELECT count(*) FROM invitations i WHERE i.sender = q.account_id AND i.status = 'pending')`,
	}
	for what, query := range checks {
		var n int
		w.must(w.Store.Read(ctx()).Raw(query).Scan(&n).Error)
		if n != 0 {
			w.t.Errorf("%s: %d rows", what, n)
		}
	}
}

func (w *world) used(c iam.Caller, kind string) int {
	w.t.Helper()
	var n int
	w.must(w.Store.Read(ctx()).Raw("SELECT used FROM account_quotas WHERE account_id = ? AND kind = ?", string(c.Account), kind).Scan(&n).Error)
	return n
}

func kmsID(id string) kms.KeyID { return kms.KeyID(id) }
