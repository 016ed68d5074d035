package keyuse_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

const (
	region     = "eu-west-101"
	allActions = "00000000-0000-4000-8000-000000000201"
)

type world struct {
	*iamtest.World
	t *testing.T
}

func (w world) in(caller iam.Caller, fn func(tx *iam.Tx) error) {
	w.t.Helper()
	err := w.Gate.Write(context.Background(), caller, func(tx *iam.Tx) error {
		if err := tx.Allow("csms:secret:create", secret(caller, "x")); err != nil {
			return err
		}
		return fn(tx)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func secret(c iam.Caller, id string) iam.URN {
	return iam.URN{Service: "csms", Region: region, Account: c.Account, Type: "secretName", ID: id}
}

func (w world) use(caller iam.Caller, key string, names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.in(caller, func(tx *iam.Tx) error {
			use := keyuse.Use{Resource: secret(caller, name), KeyID: key, Kind: keyuse.Secret, Name: name}
			tx.Last(func(err error) error { return err }, keyuse.StepIn(tx, use))
			return nil
		})
	}
}

// key makes a bare row; these tests need no material.
func (w world) key(owner iam.Caller, name string) string {
	id, now := uuid.NewString(), store.At(w.Now())
	w.Exec("INSERT INTO keys (id, account_id, region, kind, name, name_lower, description, spec, usage, origin, state, current_version, created_at, updated_at) VALUES (?, ?, ?, 'custom', ?, ?, '', 'AES_256', 'ENCRYPT_DECRYPT', 'kms', 'enabled', 1, ?, ?)",
		id, string(owner.Account), region, name, name, now, now)
	return id
}

func (w world) share(owner iam.Caller, keys []string, receivers ...iam.Caller) (share string, associations []string) {
	id, now, account := uuid.NewString(), store.At(w.Now()), string(owner.Account)
	w.Exec("INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) VALUES (?, ?, 's', 's', '', ?, 'active', 1, 1, 1, ?, ?)", id, account, true, now, now)
	w.Exec("INSERT INTO share_permissions (id, share_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, 'kms:KeyId', permission_id, id, ? FROM permission_versions WHERE id = ?", uuid.NewString(), id, now, allActions)
	for _, r := range receivers {
		association := uuid.NewString()
		associations = append(associations, association)
		w.Exec("INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) VALUES (?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')",
			association, id, account, string(r.Account), true, now, now)
	}
	for _, k := range keys {
		w.Exec("INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) VALUES (?, ?, ?, 'kms:KeyId', ?, ?, ?, 'associated', '', ?)",
			uuid.NewString(), id, account, "kms:"+region+":"+account+":KeyId:"+k, k, region, now)
	}
	return id, associations
}

func TestImpact(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := world{iamtest.New(t, st), t}
		owner, one, two := w.Account("owner"), w.Account("one"), w.Account("two")
		key, other := w.key(owner, "k"), w.key(owner, "other")
		for i := range 22 {
			w.use(owner, key, fmt.Sprintf("mine-%02d", i))
		}
		w.use(owner, other, "elsewhere")
		w.use(one, key, "theirs-a", "theirs-b")
		w.use(two, key, "theirs-c")
		w.in(two, func(tx *iam.Tx) error { return keyuse.RemoveIn(tx, secret(two, "theirs-c")) })
		w.in(owner, func(tx *iam.Tx) error {
			got, err := keyuse.ImpactIn(tx, []string{key}, owner.Account)
			if err != nil {
				return err
			}
			if got.OwnCount() != 22 || len(got.Own) != 1 || len(got.Own[0].Things) != 20 || got.Own[0].Things[0].Name != "mine-00" {
				t.Errorf("own things: %+v", got.Own)
			}
			if d := cmp.Diff([]keyuse.Count{{Account: one.Account, Kind: keyuse.Secret, Count: 2}}, got.Others); d != "" {
				t.Errorf("others (-want +got):\n%s", d)
			}
			// Another account's things are never named, whoever is asked about.
			foreign, err := keyuse.ImpactIn(tx, []string{key}, one.Account)
			if err == nil && len(foreign.Own) != 0 {
				t.Errorf("the owner learns names of %+v", foreign.Own)
			}
			return err
		})
	})
}

// What another live path keeps usable does not stop.
func TestLoses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := world{iamtest.New(t, st), t}
		owner, one, two := w.Account("owner"), w.Account("one"), w.Account("two")
		a, b := w.key(owner, "a"), w.key(owner, "b")
		first, associations := w.share(owner, []string{a, b}, one, two)
		second, _ := w.share(owner, []string{b}, one)
		w.use(one, a, "one-a")
		w.use(one, b, "one-b")
		w.use(two, b, "two-b")
		ask := func(caller iam.Caller, account iam.AccountID, ends keyuse.Ending) (own []string, others int, kept []string) {
			w.in(caller, func(tx *iam.Tx) error {
				loss, err := keyuse.LosesIn(tx, account, []string{a, b}, ends)
				for _, g := range loss.Own {
					for _, thing := range g.Things {
						own = append(own, thing.Name)
					}
				}
				others, kept = loss.OtherCount(), loss.Kept
				return err
			})
			return own, others, kept
		}
		own, others, kept := ask(one, one.Account, keyuse.Ending{Share: first})
		if d := cmp.Diff([]string{"one-a"}, own); d != "" || others != 0 || !cmp.Equal(kept, []string{b}) {
			t.Errorf("leaving the first share: own %v, others %d, kept %v", own, others, kept)
		}
		if own, _, kept := ask(one, one.Account, keyuse.Ending{Share: second}); len(own) != 0 || len(kept) != 2 {
			t.Errorf("leaving the second share: own %v, kept %v", own, kept)
		}
		if _, others, _ := ask(owner, "", keyuse.Ending{Share: first}); others != 2 {
			t.Errorf("deleting the first share stops %d things of others, want one-a and two-b", others)
		}
		if _, others, _ := ask(owner, "", keyuse.Ending{Share: first, Association: associations[1]}); others != 1 {
			t.Errorf("removing one principal stops %d things of others, want two-b", others)
		}
	})
}
