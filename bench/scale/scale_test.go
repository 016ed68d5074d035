package scale_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/bench/scale"
	"sharedkms/internal/csms"
	"sharedkms/internal/cts"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/web"
)

// loaded is a small world with the services over it.
type loaded struct {
	world    *iamtest.World
	services web.Services
	scale.World
	t *testing.T
}

func each(t *testing.T, test func(w loaded)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		base := iamtest.New(t, st)
		world, err := scale.Load(context.Background(), st, base.Sealer, scale.Full(1_000_000).Part(1000), base.Now())
		if err != nil {
			t.Fatal(err)
		}
		test(loaded{base, web.NewServices(st, base.Sealer, iamtest.Regions, base.Now), world, t})
	})
}

func (w loaded) as(a scale.Account) iam.Caller { return w.world.SignIn(a.Root) }

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// What the loader writes is what the services would have: they list, open and use it, and
// every counter and copy agrees with the rows it stands for.
func TestServicesAcceptTheWorld(t *testing.T) {
	each(t, func(w loaded) {
		ctx, t := context.Background(), w.t
		heavy, recipient, deep := w.as(w.Heavy), w.as(w.Recipient), w.as(w.Deep)

		list := must[kms.KeyList](t)(w.services.KMS.ListKeys(ctx, heavy, kms.ListKeysInput{Region: scale.Region, Slice: store.Slice{Size: 1000}}))
		if len(list.Keys) != w.Size.Heavy || list.Used != int64(w.Size.Heavy) {
			t.Errorf("%d keys listed, %d counted, want %d", len(list.Keys), list.Used, w.Size.Heavy)
		}
		shared := must[kms.SharedKeyList](t)(w.services.KMS.ListSharedKeys(ctx, recipient, kms.ListSharedKeysInput{Region: scale.Region, Slice: store.Slice{Size: 1000}}))
		if want := w.Size.Heavy - 4; len(shared.Keys) != want || len(shared.Keys[20].Paths) != 2 {
			t.Errorf("the recipient reaches %d keys, want %d by two shares each", len(shared.Keys), want)
		}
		for caller, key := range map[*iam.Caller]string{&recipient: w.Key, &deep: w.Key} {
			plain := []byte("plain")
			made := must[kms.Ciphertext](t)(w.services.KMS.EncryptData(ctx, *caller, kms.EncryptInput{Region: scale.Region, Key: kms.KeyID(key), Plain: plain}))
			opened := must[kms.Plaintext](t)(w.services.KMS.DecryptData(ctx, *caller, kms.DecryptInput{Region: scale.Region, Ciphertext: made.Text}))
			if string(opened.Plain.Bytes()) != "plain" {
				t.Errorf("decrypted %q", opened.Plain.Bytes())
			}
		}
		secrets, _, err := w.services.CSMS.ListSecrets(ctx, recipient, csms.ListFilter{Region: scale.Region}, store.Slice{Size: 1000})
		if err != nil || len(secrets) != w.Size.Heavy/10 {
			t.Fatalf("the recipient has %d secrets, %v", len(secrets), err)
		}
		shown := must[csms.Shown](t)(w.services.CSMS.ShowSecretValue(ctx, recipient, scale.Region, secrets[0].ID))
		if got := string(shown.Value.Text.Bytes()); got != "value of "+secrets[0].Name {
			t.Errorf("the secret says %q", got)
		}
		share := must[ram.Share](t)(w.services.RAM.GetShare(ctx, heavy, ram.ShareID(w.Share)))
		if len(share.Resources) != 4 || len(share.Principals) != 4 || !slices.ContainsFunc(share.Principals, func(p ram.Principal) bool { return p.State == ram.AccessAtOnce }) {
			t.Errorf("share: %d keys, %+v", len(share.Resources), share.Principals)
		}
		waiting := must[ram.InvitationPage](t)(w.services.RAM.ListInvitations(ctx, w.as(w.Invited), ram.InvitationFilter{}, store.Slice{Size: 50}))
		if len(waiting.Invitations) != 5 {
			t.Errorf("%d invitations wait, want 5", len(waiting.Invitations))
		}
		left := must[ram.Ended](t)(w.services.RAM.LeaveShare(ctx, recipient, ram.ShareID(w.Share)))
		if left.Already || left.State != ram.Left {
			t.Errorf("leaving: %+v", left)
		}
		traces, _, err := w.services.CTS.ListTraces(ctx, heavy, cts.Filter{UserName: w.UserName}, store.Slice{Size: 10})
		if err != nil || len(traces) == 0 {
			t.Fatalf("traces of %s: %d, %v", w.UserName, len(traces), err)
		}
		if _, body, err := w.services.CTS.GetTrace(ctx, heavy, traces[0].ID); err != nil || len(body) < 100 {
			t.Errorf("trace %s: %q, %v", traces[0].ID, body, err)
		}
	})
}

// The sums that services keep agree with the rows they count.
func TestCountersAgree(t *testing.T) {
	each(t, func(w loaded) {
		for what, query := range map[string]string{
			"keys of an account":       "SELECT q.account_id FROM account_quotas q WHERE q.kind = 'kms:key' AND q.used <> (SELECT count(*) FROM keys k WHERE k.account_id = q.account_id AND k.region = q.region AND k.kind = 'custom' AND k.state <> 'deleted')",
			"secrets of an account":    "SELECT q.account_id FROM account_quotas q WHERE q.kind = 'csms:secret' AND q.used <> (SELECT count(*) FROM secrets s WHERE s.account_id = q.account_id AND s.region = q.region)",
			"shares of an account":     "SELECT q.account_id FROM account_quotas q WHERE q.kind = 'resource_share' AND q.used <> (SELECT count(*) FROM shares s WHERE s.account_id = q.account_id AND s.status = 'active')",
			"invitations that wait":    "SELECT q.account_id FROM account_quotas q WHERE q.kind = 'pending_invitation' AND q.used <> (SELECT count(*) FROM invitations i WHERE i.sender = q.account_id AND i.status = 'pending')",
			"keys of a share":          "SELECT s.id FROM shares s WHERE s.resource_count <> (SELECT count(*) FROM share_resources r WHERE r.share_id = s.id AND r.ended_at IS NULL)",
			"principals of a share":    "SELECT s.id FROM shares s WHERE s.principal_count <> (SELECT count(*) FROM share_principals p WHERE p.share_id = s.id AND p.ended_at IS NULL)",
			"accounts without a quota": "SELECT DISTINCT k.account_id FROM keys k WHERE NOT EXISTS (SELECT 1 FROM account_quotas q WHERE q.account_id = k.account_id AND q.kind = 'kms:key')",
			"lower-cased names":        "SELECT id FROM keys WHERE name_lower <> lower(name) UNION ALL SELECT id FROM shares WHERE name_lower <> lower(name) UNION ALL SELECT id FROM secrets WHERE name_lower <> lower(name)",
			"uses of keys":             "SELECT s.id FROM secrets s WHERE NOT EXISTS (SELECT 1 FROM key_uses u WHERE u.key_id = s.key_id AND u.account_id = s.account_id AND u.name = s.name)",
			"keys without an offer":    "SELECT ka.key_id FROM key_access ka JOIN share_principals p ON p.id = ka.association_id WHERE NOT EXISTS (SELECT 1 FROM principal_keys o JOIN keys k ON k.id = o.key_id AND k.name_lower = o.name_lower AND k.region = o.region WHERE o.kind = p.kind AND o.principal = p.principal AND o.key_id = ka.key_id)",
			"ways without a path":      "SELECT e.key_id FROM principal_paths e WHERE NOT EXISTS (SELECT 1 FROM share_principals p JOIN share_resources r ON r.share_id = p.share_id AND r.key_id = e.key_id AND r.ended_at IS NULL WHERE p.id = e.association_id AND p.status = 'associated' AND p.kind = e.kind AND p.principal = e.principal AND p.share_id = e.share_id)",
			"paths without a way":      "SELECT r.key_id FROM share_principals p JOIN share_resources r ON r.share_id = p.share_id AND r.ended_at IS NULL WHERE p.status = 'associated' AND NOT EXISTS (SELECT 1 FROM principal_paths e WHERE e.association_id = p.id AND e.kind = p.kind AND e.principal = p.principal AND e.key_id = r.key_id AND e.share_id = p.share_id)",
			"what keys are":            "SELECT o.key_id FROM principal_keys o JOIN keys k ON k.id = o.key_id WHERE (o.state, o.spec, o.usage, o.origin) <> (k.state, k.spec, k.usage, k.origin)",
			"counted uses":             "SELECT c.key_id FROM key_use_counts c WHERE c.n <> (SELECT count(*) FROM key_uses u WHERE u.key_id = c.key_id AND u.account_id = c.account_id AND u.kind = c.kind) UNION ALL SELECT u.key_id FROM key_uses u WHERE NOT EXISTS (SELECT 1 FROM key_use_counts c WHERE c.key_id = u.key_id AND c.account_id = u.account_id AND c.kind = u.kind)",
			"times of tagged things":   "SELECT t.key_id FROM key_tags t JOIN keys k ON k.id = t.key_id WHERE (t.created_at, t.region) <> (k.created_at, k.region) UNION ALL SELECT t.secret_id FROM secret_tags t JOIN secrets s ON s.id = t.secret_id WHERE (t.created_at, t.region) <> (s.created_at, s.region) UNION ALL SELECT t.share_id FROM share_tags t JOIN shares s ON s.id = t.share_id WHERE t.created_at <> s.created_at",
			"names of shares":          "SELECT p.id FROM share_principals p JOIN shares s ON s.id = p.share_id WHERE p.share_name <> s.name_lower",
			"an accepted invitation":   "SELECT p.id FROM share_principals p WHERE p.external AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.association_id = p.id)",
		} {
			var wrong []string
			if err := w.world.Store.Read(context.Background()).Raw(query).Scan(&wrong).Error; err != nil {
				w.t.Fatalf("%s: %v", what, err)
			}
			if len(wrong) > 0 {
				w.t.Errorf("%s: %d do not agree, such as %s", what, len(wrong), wrong[0])
			}
		}
		var sums [4]int
		row := w.world.Store.Read(context.Background()).Raw(`SELECT (SELECT count(*) FROM keys), (SELECT count(*) FROM secrets), (SELECT count(*) FROM audit_traces WHERE action LIKE 'kms:%'),
(SELECT count(*) FROM share_resources WHERE ended_at IS NULL) + (SELECT count(*) FROM share_principals WHERE ended_at IS NULL)`).Row()
		if err := row.Scan(&sums[0], &sums[1], &sums[2], &sums[3]); err != nil {
			w.t.Fatal(err)
		}
		want := [4]int{w.Size.Keys(), w.Size.Keys() + w.Size.Heavy/10, w.Size.Traces + w.Size.TracesOfDepots(), w.Size.Associations()}
		if d := cmp.Diff(want, sums); d != "" {
			w.t.Errorf("keys, secrets, traces, live associations (-want +got):\n%s", d)
		}
	})
}

// What the members answer to is what the organization's tree says.
func TestPrincipalsFollowTheTree(t *testing.T) {
	each(t, func(w loaded) {
		var tree org.Tree
		err := w.services.Gate.Read(context.Background(), w.as(w.Deep), func(tx *iam.Tx) error {
			m, _, err := org.OfIn(tx, w.Deep.ID)
			if err != nil {
				return err
			}
			if tree, err = org.TreeIn(tx, m.Organization); err != nil {
				return err
			}
			return tx.Allow("organizations:accounts:list", iam.URN{Service: "organizations", Account: w.Deep.ID, Type: "organization", ID: "*"})
		})
		if err != nil {
			w.t.Fatal(err)
		}
		var want []string
		var walk func(u org.Unit, above []string)
		walk = func(u org.Unit, above []string) {
			above = append(slices.Clone(above), u.URN)
			for _, a := range u.Accounts {
				for _, urn := range above {
					want = append(want, string(a.ID)+" "+urn)
				}
			}
			for _, below := range u.Units {
				walk(below, above)
			}
		}
		walk(tree.Root, nil)
		var got []string
		if err := w.world.Store.Read(context.Background()).Raw("SELECT account_id || ' ' || principal FROM account_principals WHERE kind <> 'account'").Scan(&got).Error; err != nil {
			w.t.Fatal(err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			w.t.Errorf("tree and principals differ (-tree +principals):\n%s", d)
		}
		if want := w.Size.Members + scale.Depots; tree.Root.Size() != want {
			w.t.Errorf("%d members in the tree, want %d", tree.Root.Size(), want)
		}
	})
}
