package torture_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"sharedkms/bench/crew"
	"sharedkms/bench/program"
	"sharedkms/internal/jobs"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
)

// two starts two consoles on one PostgreSQL.
func two(t *testing.T) (*crew.Stage, *program.Program, *program.Program) {
	t.Helper()
	s := newStage(t, storetest.PostgreSQLConfig(t), crew.Small)
	return s, start(t, s.Settings), start(t, s.Settings)
}

// TestWhatOneConsoleBeginsAnotherGoesOnWith signs in on one console, begins a draft there
// and gets a notice there, and goes on with all three on the other.
func TestWhatOneConsoleBeginsAnotherGoesOnWith(t *testing.T) {
	t.Parallel()
	s, first, second := two(t)
	c := signIn(t, s, 1, first.Addr, crew.Usual)
	b := c.Callers[0]

	c.Move(second.Addr)
	if a := b.Get(to.Overview()); a.Status != http.StatusOK {
		t.Errorf("signed in on the one, the other says %d", a.Status)
	}
	c.Move(first.Addr)
	draft := b.Post(to.ShareDrafts(), "key="+s.Pairs[0].Own[0].ID)
	if draft.Status != http.StatusSeeOther {
		t.Fatalf("begin a draft: %d", draft.Status)
	}
	c.Move(second.Addr)
	if a := b.Get(draft.Location); a.Status != http.StatusOK || !strings.Contains(a.Body, s.Pairs[0].Own[0].Name) {
		t.Errorf("the draft of the one, on the other: %d", a.Status)
	}
	c.Move(first.Addr)
	name := "orders-" + uuid.NewString()[:8]
	renamed := b.Post(to.KeyAct("eu-west-101", s.Pairs[0].Own[0].ID, "rename"), "name="+name)
	if renamed.Status != http.StatusSeeOther || len(renamed.Cookies) == 0 {
		t.Fatalf("rename a key: %d, %d cookies", renamed.Status, len(renamed.Cookies))
	}
	c.Move(second.Addr)
	if a := b.Get(renamed.Location, renamed.Cookies...); a.Status != http.StatusOK || !strings.Contains(a.Body, "The key was renamed to "+name) {
		t.Errorf("the notice of the one does not show on the other: %d", a.Status)
	}
	say(t, "all three go on", "a sign-in, a draft and a notice of one console, on another")
}

// TestOneOfTwoConsolesIsKilled lets a crew work on both and kills one. The other goes on,
// and the killed one's people go on there.
func TestOneOfTwoConsolesIsKilled(t *testing.T) {
	t.Parallel()
	s, first, second := two(t)
	c := signIn(t, s, 8, first.Addr, crew.Busy)
	s.Settings.Addr = first.Addr
	kills(t, pick(3, 50), func() crew.Count {
		c.Move(first.Addr, second.Addr)
		running := work(t, c)
		running.acts(50)
		if err := first.Kill(); err != nil {
			t.Fatal(err)
		}
		c.Move(second.Addr)
		running.acts(50)
		running.stop()
		settle(t, s.Store)
		n := inspect(t, c, s.Store)
		first = start(t, s.Settings)
		return n
	})
}

// TestSweepsDoNothingTwice lets two consoles start when much is due: keys whose deletion
// has come, no more than a run takes, and invitations that have run out. Each is dealt
// with once.
func TestSweepsDoNothingTwice(t *testing.T) {
	t.Parallel()
	cfg := storetest.PostgreSQLConfig(t)
	s := newStage(t, cfg, crew.Size{Pairs: 4, Keys: 26, Shared: 2, Secrets: 1})
	_, write := s.Store.Pools()
	exec := func(query string) {
		t.Helper()
		if _, err := write.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	// As if all own keys had been scheduled for deletion a week ago, and shares offered.
	exec(`UPDATE keys SET state = 'pending_deletion', deletion_at = now() - interval '1 minute' WHERE id NOT IN (SELECT key_id FROM share_resources)`)
	exec(`INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, ended_by)
SELECT gen_random_uuid(), s.id, s.account_id, 'account', a.id, true, 'associating', '', now() - interval '8 days', '' FROM shares s JOIN accounts a
ON a.id <> s.account_id AND NOT EXISTS (SELECT 1 FROM share_principals p WHERE p.share_id = s.id AND p.principal = a.id)`)
	exec(`INSERT INTO invitations (id, share_id, association_id, sender, receiver, status, note, created_at, expires_at)
SELECT gen_random_uuid(), p.share_id, p.id, p.account_id, p.principal, 'pending', '', p.created_at, p.created_at + interval '7 days' FROM share_principals p WHERE p.status = 'associating'`)
	exec(`UPDATE shares s SET principal_count = (SELECT count(*) FROM share_principals p WHERE p.share_id = s.id AND p.ended_at IS NULL)`)
	exec(`UPDATE account_quotas q SET used = (SELECT count(*) FROM invitations i WHERE i.sender = q.account_id AND i.status = 'pending') WHERE kind = 'pending_invitation'`)

	// The processes sweep when they start; in this one two more consoles begin together.
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			p, err := program.Start(context.WithoutCancel(t.Context()), s.Settings)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = p.Kill() })
		})
		st, err := store.Connect(cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close() })
		services := web.NewServices(st, s.Sealer, crew.Regions, time.Now)
		all.Go(func() {
			if failed := jobs.RunOnce(context.WithoutCancel(t.Context()), time.Now(), services.Sweeps()); failed > 0 {
				t.Errorf("%d sweeps failed", failed)
			}
		})
	}
	all.Wait()
	count := func(query string) (n int) {
		t.Helper()
		if err := s.Store.Read(t.Context()).Raw(query).Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	for end := time.Now().Add(time.Minute); count(`SELECT count(*) FROM keys WHERE state = 'pending_deletion'`)+count(`SELECT count(*) FROM invitations WHERE status = 'pending'`) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the sweeps leave something undone")
		}
	}
	keys, invitations := count(`SELECT count(*) FROM keys WHERE state = 'deleted'`), count(`SELECT count(*) FROM invitations WHERE status = 'expired'`)
	say(t, "each once", "%d keys deleted, %d invitations expired by four consoles at once", keys, invitations)
	if keys < 90 || invitations < 20 {
		t.Errorf("%d keys and %d invitations show nothing", keys, invitations)
	}
	for what, query := range map[string]string{
		"keys were deleted twice, or nothing tells of it":       `SELECT count(*) FROM keys k WHERE k.state = 'deleted' AND 1 <> (SELECT count(*) FROM audit_traces t WHERE t.account_id = k.account_id AND t.resource_id = k.id::text AND t.event = 'deleteKey')`,
		"invitations expired twice, or nothing tells of it":     `SELECT count(*) FROM invitations i WHERE i.status = 'expired' AND 1 <> (SELECT count(*) FROM audit_traces t WHERE t.account_id = i.sender AND t.event = 'expireResourceShareInvitation' AND t.body LIKE '%"invitation":"' || i.id::text || '"%')`,
		"the count of invitations that wait lies":               `SELECT count(*) FROM account_quotas q WHERE q.kind = 'pending_invitation' AND q.used <> 0`,
		"material of deleted keys is there":                     `SELECT count(*) FROM key_versions v JOIN keys k ON k.id = v.key_id WHERE k.state = 'deleted' AND length(v.sealed) > 0 AND v.sealed <> decode(repeat('00', length(v.sealed)), 'hex')`,
		"traces say that a sweep failed or was refused somehow": `SELECT count(*) FROM audit_traces WHERE outcome <> 'succeeded'`,
	} {
		if n := count(query); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
	if _, broken, err := crew.Unsound(t.Context(), s.Store); err != nil || len(broken) > 0 {
		t.Errorf("%v %v", broken, err)
	}
}
