package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"sharedkms/bench/crew"
	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/web"
)

// Unequal races over sharing. Each round sets a scene, lets two acts meet, and then
// looks at the rows: no double row, no counter that lies, no access without a live
// path, nothing acknowledged that is not there. On PostgreSQL the two acts run in two
// processes, as in two replicas; on SQLite in two goroutines over two openings of the
// same file.

// job is one act for a worker; it travels as a line of JSON.
type job struct {
	Act     string
	Token   string // of the sign-in that acts
	Share   string
	Target  string // association, invitation, draft or key
	Text    string // ciphertext, name
	Version int64
}

// outcome is what came of it: "ok" or the kind of the fault, and what was made.
type outcome struct {
	Result string
	Made   string
}

const raceRegion = "eu-west-101"

func do(s web.Services, j job) outcome {
	ctx := context.Background()
	in, err := s.IAM.Authenticate(ctx, j.Token)
	if err != nil {
		return outcome{Result: err.Error()}
	}
	made := ""
	switch c := in.Caller; j.Act {
	case "accept":
		_, err = s.RAM.AcceptInvitation(ctx, c, ram.InvitationID(j.Target))
	case "remove":
		_, err = s.RAM.RemovePrincipal(ctx, c, ram.ShareID(j.Share), ram.AssociationID(j.Target))
	case "delete share":
		_, err = s.RAM.DeleteShare(ctx, c, ram.ShareID(j.Share))
	case "leave":
		_, err = s.RAM.LeaveShare(ctx, c, ram.ShareID(j.Share))
	case "confirm":
		var id ram.ShareID
		id, err = s.RAM.ConfirmDraft(ctx, c, ram.DraftID(j.Target), j.Version)
		made = string(id)
	case "disable key":
		err = s.KMS.DisableKey(ctx, c, raceRegion, kms.KeyID(j.Target))
	case "create key":
		var id kms.KeyID
		id, err = s.KMS.CreateKey(ctx, c, kms.CreateKeyInput{Region: raceRegion, Name: j.Text, Spec: kms.AES256, Once: j.Text})
		made = string(id)
	case "decrypt":
		var plain kms.Plaintext
		plain, err = s.KMS.DecryptData(ctx, c, kms.DecryptInput{Region: raceRegion, Ciphertext: j.Text})
		made = string(plain.Plain.Bytes())
	case "create secret":
		var id csms.SecretID
		id, err = s.CSMS.CreateSecret(ctx, c, csms.CreateSecretInput{
			Region: raceRegion, Name: j.Text, Once: j.Text, Key: csms.KeyChoice{ID: j.Target},
			Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte("v"))},
		})
		made = string(id)
	default:
		err = errors.New("unknown act " + j.Act)
	}
	if err == nil {
		return outcome{"ok", made}
	}
	if f, ok := fault.As(err); ok {
		return outcome{f.Kind.String(), ""}
	}
	return outcome{err.Error(), ""}
}

// worker runs jobs beside the test: prepare hands one over, and the function it gives
// starts it and waits for the outcome.
type worker interface {
	prepare(t *testing.T, j job) func() outcome
}

type goroutineWorker struct{ s web.Services }

func (w goroutineWorker) prepare(_ *testing.T, j job) func() outcome {
	return func() outcome { return do(w.s, j) }
}

type processWorker struct {
	in  *json.Encoder
	out *bufio.Scanner
}

func (w processWorker) prepare(t *testing.T, j job) func() outcome {
	t.Helper()
	if err := w.in.Encode(j); err != nil {
		t.Fatalf("hand a job over: %v", err)
	}
	if !w.out.Scan() || w.out.Text() != "ready" {
		t.Fatalf("the second process is not ready: %q %v", w.out.Text(), w.out.Err())
	}
	return func() outcome {
		if err := w.in.Encode("go"); err != nil {
			t.Errorf("start the second process: %v", err)
		}
		var o outcome
		if !w.out.Scan() {
			t.Errorf("the second process went away: %v", w.out.Err())
		} else if err := json.Unmarshal(w.out.Bytes(), &o); err != nil {
			t.Errorf("read an outcome: %v", err)
		}
		return o
	}
}

// TestMain is the second process, when the test started it as one.
func TestMain(m *testing.M) {
	if url := os.Getenv("RACE_WORKER_DATABASE"); url != "" {
		if err := raceWorker(url, os.Getenv("RACE_WORKER_ROOT_KEY")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func raceWorker(url, rootKey string) error {
	s, _, err := openServices(store.Config{URL: url}, rootKey)
	if err != nil {
		return err
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var j job
		var start string
		if err := in.Decode(&j); err != nil {
			return nil // the test is over
		}
		fmt.Println("ready")
		if err := in.Decode(&start); err != nil {
			return err
		}
		if err := out.Encode(do(s, j)); err != nil {
			return err
		}
	}
}

func openServices(cfg store.Config, rootKey string) (web.Services, *store.Store, error) {
	st, err := store.Connect(cfg)
	if err != nil {
		return web.Services{}, nil, err
	}
	root, err := seal.OpenRootKey("file:"+rootKey, "", true)
	if err != nil {
		return web.Services{}, nil, err
	}
	sealer, err := seal.OpenSealer(context.Background(), st, root, time.Now)
	if err != nil {
		return web.Services{}, nil, err
	}
	return web.NewServices(st, sealer, iamtest.Regions, time.Now), st, nil
}

// stage is where the scenes are set.
type stage struct {
	t      *testing.T
	s      web.Services
	st     *store.Store
	second worker
	owner  person
	n      int
}

type person struct {
	caller iam.Caller
	token  string
}

func newStage(t *testing.T, cfg store.Config) *stage {
	t.Helper()
	rootKey := filepath.Join(t.TempDir(), "root.key")
	s, st, err := openServices(cfg, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	g := &stage{t: t, s: s, st: st}
	if cfg.URL == "" {
		s2, st2, err := openServices(cfg, rootKey)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st2.Close() })
		g.second = goroutineWorker{s2}
	} else {
		g.second = startProcess(t, cfg.URL, rootKey)
	}
	g.owner = g.person("Owner")
	return g
}

func startProcess(t *testing.T, url, rootKey string) worker {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "RACE_WORKER_DATABASE="+url, "RACE_WORKER_ROOT_KEY="+rootKey)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("second process: %v", err)
		}
	})
	return processWorker{json.NewEncoder(in), bufio.NewScanner(out)}
}

func (g *stage) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *stage) person(name string) person {
	g.t.Helper()
	ctx := context.Background()
	id, _, err := g.s.IAM.CreateAccount(ctx, iam.NewAccount{Name: name, Demo: true})
	g.must(err)
	var user string
	g.must(g.st.Read(ctx).Raw("SELECT id FROM users WHERE account_id = ?", string(id)).Scan(&user).Error)
	token, err := g.s.IAM.SignInDemo(ctx, iam.UserID(user), iam.Device{Address: "127.0.0.1"})
	g.must(err)
	in, err := g.s.IAM.Authenticate(ctx, token)
	g.must(err)
	return person{in.Caller, token}
}

func (g *stage) key(p person) kms.KeyID {
	g.t.Helper()
	g.n++
	name := fmt.Sprintf("key-%d", g.n)
	id, err := g.s.KMS.CreateKey(context.Background(), p.caller, kms.CreateKeyInput{Region: raceRegion, Name: name, Spec: kms.AES256, Once: name})
	g.must(err)
	return id
}

// draft is a share up to its last step.
func (g *stage) draft(owner person, key kms.KeyID, to ...person) (ram.DraftID, int64) {
	g.t.Helper()
	ctx := context.Background()
	id, err := g.s.RAM.CreateDraft(ctx, owner.caller, ram.NewDraft{})
	g.must(err)
	d, err := g.s.RAM.GetDraft(ctx, owner.caller, id)
	g.must(err)
	d, err = g.s.RAM.SaveDetails(ctx, owner.caller, id, ram.DetailsInput{Version: d.Version, Name: d.Name, AddKeys: []string{string(key)}, Finish: true})
	g.must(err)
	page, err := g.s.RAM.PermissionsPage(ctx, owner.caller, id)
	g.must(err)
	d, err = g.s.RAM.SavePermissions(ctx, owner.caller, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: page.Choices[0].Chosen}, Finish: true})
	g.must(err)
	in := ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Finish: true}
	for _, p := range to {
		in.Add = append(in.Add, string(p.caller.Account))
	}
	d, err = g.s.RAM.SavePrincipals(ctx, owner.caller, id, in)
	g.must(err)
	return id, d.Version
}

type scene struct {
	share, association, invitation string
}

func (g *stage) shared(key kms.KeyID, to person, accepted bool) scene {
	g.t.Helper()
	ctx := context.Background()
	draft, version := g.draft(g.owner, key, to)
	id, err := g.s.RAM.ConfirmDraft(ctx, g.owner.caller, draft, version)
	g.must(err)
	share, err := g.s.RAM.GetShare(ctx, g.owner.caller, id)
	g.must(err)
	p := share.Principals[0]
	if accepted {
		_, err := g.s.RAM.AcceptInvitation(ctx, to.caller, p.Invitation)
		g.must(err)
	}
	return scene{string(id), string(p.ID), string(p.Invitation)}
}

// race lets both acts begin at the same moment, the first here, the second in the
// other process.
func (g *stage) race(first, second job) (outcome, outcome) {
	g.t.Helper()
	start := g.second.prepare(g.t, second)
	var a, b outcome
	var wg sync.WaitGroup
	gun := make(chan struct{})
	wg.Go(func() { <-gun; a = do(g.s, first) })
	wg.Go(func() { <-gun; b = start() })
	close(gun)
	wg.Wait()
	return a, b
}

func (g *stage) number(query string, args ...any) int {
	g.t.Helper()
	var n int
	g.must(g.st.Read(context.Background()).Raw(query, args...).Scan(&n).Error)
	return n
}

func (g *stage) paths(p person, key kms.KeyID) int {
	return g.number("SELECT count(*) FROM key_access WHERE account_id = ? AND key_id = ?", string(p.caller.Account), string(key))
}

// sound looks for what no interleaving may leave behind.
func (g *stage) sound() {
	g.t.Helper()
	_, broken, err := crew.Unsound(context.Background(), g.st)
	g.must(err)
	for _, b := range broken {
		g.t.Error(b)
	}
}

func rounds(t *testing.T) int {
	t.Helper()
	if os.Getenv("TORTURE") != "" {
		return 200
	}
	return 8
}

func oneOf(result string, allowed ...string) bool {
	for _, a := range allowed {
		if result == a {
			return true
		}
	}
	return false
}

func TestRaces(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		g := newStage(t, cfg)
		partner := g.person("Partner")
		key := g.key(g.owner)
		ctx := context.Background()
		step := func(name string, round func(t *testing.T, i int)) {
			t.Run(name, func(t *testing.T) {
				for i := range rounds(t) {
					g.t = t
					round(t, i)
					g.sound()
				}
			})
			g.t = t
		}
		// gone ends the scene, so that the next round starts from the same place.
		gone := func(s scene) {
			if _, err := g.s.RAM.DeleteShare(ctx, g.owner.caller, ram.ShareID(s.share)); err != nil {
				g.t.Errorf("end the scene: %v", err)
			}
			if n := g.paths(partner, key); n != 0 {
				g.t.Errorf("%d paths outlived the share", n)
			}
		}

		step("accept x removal", func(t *testing.T, _ int) {
			s := g.shared(key, partner, false)
			a, r := g.race(job{Act: "accept", Token: partner.token, Target: s.invitation}, job{Act: "remove", Token: g.owner.token, Share: s.share, Target: s.association})
			if r.Result != "ok" || !oneOf(a.Result, "ok", "state", "not found") {
				t.Errorf("accept %+v, remove %+v", a, r)
			}
			if n := g.paths(partner, key); n != 0 {
				t.Errorf("the removed principal has %d paths", n)
			}
			gone(s)
		})
		step("accept x delete share", func(t *testing.T, _ int) {
			s := g.shared(key, partner, false)
			a, d := g.race(job{Act: "accept", Token: partner.token, Target: s.invitation}, job{Act: "delete share", Token: g.owner.token, Share: s.share})
			if d.Result != "ok" || !oneOf(a.Result, "ok", "state", "not found") {
				t.Errorf("accept %+v, delete %+v", a, d)
			}
			gone(s)
		})
		step("two accepts", func(t *testing.T, _ int) {
			s := g.shared(key, partner, false)
			j := job{Act: "accept", Token: partner.token, Target: s.invitation}
			a, b := g.race(j, j)
			if (a.Result == "ok") == (b.Result == "ok") || !oneOf(a.Result, "ok", "state") || !oneOf(b.Result, "ok", "state") {
				t.Errorf("accepts %+v, %+v", a, b)
			}
			if n := g.paths(partner, key); n != 1 {
				t.Errorf("%d paths, want 1", n)
			}
			gone(s)
		})
		step("leave x decrypt", func(t *testing.T, i int) {
			s := g.shared(key, partner, true)
			sealed, err := g.s.KMS.EncryptData(ctx, g.owner.caller, kms.EncryptInput{Region: raceRegion, Key: key, Plain: []byte("abyss-7781")})
			g.must(err)
			decrypt := job{Act: "decrypt", Token: partner.token, Text: sealed.Text}
			before := g.traces(partner, "decryptData")
			d, l := g.race(decrypt, job{Act: "leave", Token: partner.token, Share: s.share})
			if l.Result != "ok" || !oneOf(d.Result, "ok", "not found") {
				t.Errorf("decrypt %+v, leave %+v", d, l)
			}
			if traced := g.traces(partner, "decryptData") - before; (d.Result == "ok") != (traced == 1) {
				t.Errorf("decrypt %+v left %d traces", d, traced)
			}
			if after := do(g.s, decrypt); after.Result != "not found" || after.Made != "" {
				t.Errorf("after leaving: %+v", after)
			}
			gone(s)
		})
		step("create secret x leave", func(t *testing.T, i int) {
			s := g.shared(key, partner, true)
			name := "secret-" + uuid.NewString()
			c, l := g.race(job{Act: "create secret", Token: partner.token, Target: string(key), Text: name}, job{Act: "leave", Token: partner.token, Share: s.share})
			if l.Result != "ok" || !oneOf(c.Result, "ok", "invalid") {
				t.Errorf("create %+v, leave %+v", c, l)
			}
			if n := g.number("SELECT count(*) FROM secrets WHERE name = ?", name); (c.Result == "ok") != (n == 1) {
				t.Errorf("create %+v left %d secrets", c, n)
			}
			if c.Result == "ok" {
				if _, err := g.s.CSMS.ShowSecretValue(ctx, partner.caller, raceRegion, csms.SecretID(c.Made)); err == nil {
					t.Error("the value opens after leaving")
				}
			}
			gone(s)
		})
		disabled := g.key(g.owner)
		step("confirm x disable key", func(t *testing.T, _ int) {
			k := disabled
			draft, version := g.draft(g.owner, k, partner)
			c, d := g.race(job{Act: "confirm", Token: g.owner.token, Target: string(draft), Version: version}, job{Act: "disable key", Token: g.owner.token, Target: string(k)})
			// A disabled key may be in a share: both orders are fine, and both acts succeed.
			if c.Result != "ok" || d.Result != "ok" {
				t.Errorf("confirm %+v, disable %+v", c, d)
			}
			g.must(g.s.KMS.EnableKey(ctx, g.owner.caller, raceRegion, k))
			gone(scene{share: c.Made})
		})
		step("two confirms of one draft", func(t *testing.T, _ int) {
			draft, version := g.draft(g.owner, key, partner)
			j := job{Act: "confirm", Token: g.owner.token, Target: string(draft), Version: version}
			a, b := g.race(j, j)
			if a.Result != "ok" || a != b {
				t.Errorf("confirms %+v, %+v", a, b)
			}
			gone(scene{share: a.Made})
		})
		step("the last place in a quota x two", func(t *testing.T, i int) {
			p := g.person(fmt.Sprintf("Quota %d", i))
			have := 99 // of 100, once; a quota of 2 serves the other rounds as well
			if i > 0 {
				have = 1
			}
			for range have {
				g.key(p)
			}
			if i > 0 {
				_, write := g.st.Pools()
				_, err := write.Exec("UPDATE account_quotas SET quota = 2 WHERE account_id = '" + string(p.caller.Account) + "' AND kind = 'kms:key'")
				g.must(err)
			}
			a, b := g.race(job{Act: "create key", Token: p.token, Text: "a"}, job{Act: "create key", Token: p.token, Text: "b"})
			if both := a.Result + " " + b.Result; both != "ok quota" && both != "quota ok" {
				t.Errorf("creates %+v, %+v", a, b)
			}
		})
		if all := g.number("SELECT count(*) FROM audit_traces WHERE body LIKE '%abyss%'"); all != 0 {
			t.Errorf("%d traces hold the plaintext", all)
		}
	})
}

func (g *stage) traces(p person, event string) int {
	return g.number("SELECT count(*) FROM audit_traces WHERE account_id = ? AND event = ? AND outcome = 'succeeded' AND caller_account = ?",
		string(p.caller.Account), event, string(p.caller.Account))
}
