package demo_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/demo"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// facts counts what the world consists of.
func facts(t *testing.T, st *store.Store) map[string]int {
	t.Helper()
	got := map[string]int{}
	for name, query := range map[string]string{
		"accounts":               "SELECT count(*) FROM accounts",
		"users":                  "SELECT count(*) FROM users",
		"members":                "SELECT count(*) FROM org_memberships",
		"keys":                   "SELECT count(*) FROM keys",
		"disabled keys":          "SELECT count(*) FROM keys WHERE state = 'disabled'",
		"keys pending deletion":  "SELECT count(*) FROM keys WHERE state = 'pending_deletion'",
		"shares":                 "SELECT count(*) FROM shares",
		"pending invitations":    "SELECT count(*) FROM invitations WHERE status = 'pending'",
		"accepted invitations":   "SELECT count(*) FROM invitations WHERE status = 'accepted'",
		"rejected invitations":   "SELECT count(*) FROM invitations WHERE status = 'rejected'",
		"reasons of rejections":  "SELECT count(*) FROM invitations WHERE reason <> ''",
		"two invitations of one": "SELECT count(*) FROM (SELECT receiver FROM invitations WHERE status = 'pending' GROUP BY receiver HAVING count(*) > 1) AS r",
		"shares with an end":     "SELECT count(*) FROM shares WHERE ends_at IS NOT NULL",
		"principals with an end": "SELECT count(*) FROM share_principals WHERE ends_at IS NOT NULL",
		"shares that retain":     "SELECT count(*) FROM shares WHERE retain_on_leave",
		"invited to the group":   "SELECT count(*) FROM org_invitations WHERE status = 'pending'",
		"through organization":   "SELECT count(*) FROM share_principals WHERE organization_id IS NOT NULL",
		"secrets":                "SELECT count(*) FROM secrets",
		"secrets of shared keys": "SELECT count(*) FROM secrets s JOIN keys k ON k.id = s.key_id WHERE k.account_id <> s.account_id",
		"versions of built-ins":  "SELECT count(*) FROM permission_versions v JOIN permissions p ON p.id = v.permission_id WHERE p.account_id = ''",
		"shares behind a built-in": `SELECT count(*) FROM shares s JOIN share_permissions sp ON sp.share_id = s.id AND sp.ended_at IS NULL
JOIN permission_versions v ON v.id = sp.version_id AND NOT v.default_version JOIN permissions p ON p.id = v.permission_id AND p.account_id = ''
WHERE s.name = 'invoice-archive-readers-for-the-external-audit-2026' AND s.status = 'active'`,
		"shares at a new built-in": `SELECT count(*) FROM share_permissions sp JOIN permission_versions v ON v.id = sp.version_id AND v.default_version AND v.version > 1
JOIN permissions p ON p.id = v.permission_id AND p.account_id = '' WHERE sp.ended_at IS NULL`,
		"traces": "SELECT count(*) FROM audit_traces",
	} {
		var n int
		if err := st.Read(context.Background()).Raw(query).Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		got[name] = n
	}
	return got
}

func TestSeedMakesTheWorldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		ctx := context.Background()
		seed := func() map[string]int {
			t.Helper()
			if err := demo.Seed(ctx, st, w.Sealer, iamtest.Regions, time.Now()); err != nil {
				t.Fatal(err)
			}
			return facts(t, st)
		}
		first := seed()
		for name, n := range first {
			if n == 0 {
				t.Errorf("no %s", name)
			}
		}
		if first["accounts"] != 6 || first["users"] != 12 {
			t.Errorf("got %v", first)
		}
		if first["shares behind a built-in"] != 1 || first["shares at a new built-in"] != 2 {
			t.Errorf("%d shares use an older version of a built-in permission and %d its newer one, want 1 and 2", first["shares behind a built-in"], first["shares at a new built-in"])
		}
		second := seed()
		for name, n := range first {
			if second[name] != n {
				t.Errorf("%s: %d after the second seeding, %d before", name, second[name], n)
			}
		}
		if err := demo.Reset(ctx, st, w.Sealer, iamtest.Regions, time.Now()); err != nil {
			t.Fatal(err)
		}
		again := facts(t, st)
		for name, n := range first {
			if again[name] != n {
				t.Errorf("%s: %d after the reset, %d before", name, again[name], n)
			}
		}
	})
}

// What refers to a row that a reset deletes is deleted before it, whatever was done in the world.
func TestResetEmptiesWhatRefersToTheWorld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		query := "SELECT m.name AS child, f.\"table\" AS parent FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.on_delete <> 'CASCADE'"
		if st.Dialect() == store.PostgreSQL {
			query = "SELECT c.relname AS child, p.relname AS parent FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid " +
				"WHERE f.contype = 'f' AND f.confdeltype <> 'c' AND f.connamespace = current_schema()::regnamespace"
		}
		var references []struct {
			Child  string `gorm:"column:child"`
			Parent string `gorm:"column:parent"`
		}
		if err := st.Read(context.Background()).Raw(query).Scan(&references).Error; err != nil {
			t.Fatal(err)
		}
		if len(references) < 20 {
			t.Fatalf("only %d references were found", len(references))
		}
		order := demo.Tables()
		for _, r := range references {
			child, parent := slices.Index(order, r.Child), slices.Index(order, r.Parent)
			if parent >= 0 && (child < 0 || child > parent) {
				t.Errorf("%s refers to %s, and is not emptied before it", r.Child, r.Parent)
			}
		}
	})
}

// An account that comes while the demo world is being dropped keeps everything as it was. The trigger
// makes it come then.
func TestResetSeesAnAccountThatComesMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		ctx := context.Background()
		if err := demo.Seed(ctx, st, w.Sealer, iamtest.Regions, time.Now()); err != nil {
			t.Fatal(err)
		}
		before := facts(t, st)
		const come = "INSERT INTO accounts (id, name, name_lower, demo, created_at) SELECT '0123456789abcdef0123456789abcdef', 'Real', 'real', NOT demo, created_at FROM accounts WHERE demo LIMIT 1"
		if st.Dialect() == store.SQLite {
			w.Exec("CREATE TRIGGER come AFTER DELETE ON organizations BEGIN " + come + "; END")
		} else {
			w.Exec("CREATE FUNCTION come() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + come + "; RETURN NULL; END $$")
			w.Exec("CREATE TRIGGER come AFTER DELETE ON organizations FOR EACH STATEMENT EXECUTE FUNCTION come()")
		}
		if err := demo.Reset(ctx, st, w.Sealer, iamtest.Regions, time.Now()); !errors.Is(err, demo.ErrOtherAccounts) {
			t.Errorf("got %v", err)
		}
		if d := cmp.Diff(before, facts(t, st)); d != "" {
			t.Errorf("the refused reset changed the world (-want +got):\n%s", d)
		}
	})
}

func TestSeedLeavesOtherAccountsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		ctx := context.Background()
		if _, _, err := w.IAM.CreateAccount(ctx, iam.NewAccount{Name: "Real"}); err != nil {
			t.Fatal(err)
		}
		if err := demo.Reset(ctx, st, w.Sealer, iamtest.Regions, time.Now()); !errors.Is(err, demo.ErrOtherAccounts) {
			t.Errorf("got %v", err)
		}
		if n := facts(t, st)["accounts"]; n != 1 {
			t.Errorf("%d accounts", n)
		}
	})
}
