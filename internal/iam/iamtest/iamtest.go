// Package iamtest gives tests accounts, users and signed-in callers on a real
// database, a clock they set, and the trails to look at.
package iamtest

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// Regions are those every test world offers.
var Regions = []string{"eu-west-101", "ap-southeast-3", "cn-north-4"}

// World is a database with a gate over it.
type World struct {
	Store  *store.Store
	Gate   *iam.Gate
	IAM    *iam.Service
	Sealer *seal.Sealer

	t   testing.TB
	mu  sync.Mutex
	now time.Time
}

// New makes a world whose clock stands at the present, cut to a second.
func New(t testing.TB, st *store.Store) *World {
	t.Helper()
	w := &World{Store: st, t: t, now: time.Now().UTC().Truncate(time.Second)}
	w.Gate = iam.NewGate(st, w.Now)
	w.IAM = iam.New(st, w.Gate, Regions, w.Now)
	t.Setenv("SHARED_KMS_TEST_ROOT_KEY", seal.NewRootKeyText())
	root, err := seal.OpenRootKey("env:SHARED_KMS_TEST_ROOT_KEY", "", false)
	if err != nil {
		t.Fatalf("root key: %v", err)
	}
	if w.Sealer, err = seal.OpenSealer(context.Background(), st, root, w.Now); err != nil {
		t.Fatalf("sealer: %v", err)
	}
	return w
}

// Now is the clock of the world.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Advance moves the clock.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Account makes an account and signs in its root user.
func (w *World) Account(name string) iam.Caller {
	w.t.Helper()
	ctx := context.Background()
	id, _, err := w.IAM.CreateAccount(ctx, iam.NewAccount{Name: name, Demo: true})
	if err != nil {
		w.t.Fatalf("account %s: %v", name, err)
	}
	return w.signIn(id, "root")
}

// User makes an IAM user with system-defined policies and signs it in.
func (w *World) User(account iam.AccountID, name string, policies ...string) iam.Caller {
	w.t.Helper()
	_, err := w.IAM.CreateUser(context.Background(), account, iam.NewUser{Name: name, Kind: iam.IAMUser, Policies: policies}, "")
	if err != nil {
		w.t.Fatalf("user %s: %v", name, err)
	}
	return w.signIn(account, name)
}

func (w *World) signIn(account iam.AccountID, user string) iam.Caller {
	w.t.Helper()
	ctx := context.Background()
	var id string
	if err := w.Store.Read(ctx).Raw("SELECT id FROM users WHERE account_id = ? AND name = ?", string(account), user).Scan(&id).Error; err != nil {
		w.t.Fatalf("find user: %v", err)
	}
	return w.SignIn(iam.UserID(id))
}

// SignIn starts another sign-in of a user, as after a long idle time.
func (w *World) SignIn(user iam.UserID) iam.Caller {
	w.t.Helper()
	ctx := context.Background()
	token, err := w.IAM.SignInDemo(ctx, user, iam.Device{Address: "127.0.0.1", Agent: "test"})
	if err != nil {
		w.t.Fatalf("sign in: %v", err)
	}
	in, err := w.IAM.Authenticate(ctx, token)
	if err != nil {
		w.t.Fatalf("authenticate: %v", err)
	}
	c := in.Caller
	c.Address, c.Agent = "127.0.0.1", "test"
	return c
}

// Trace is a row of an account's trail.
type Trace struct {
	ID           string `gorm:"column:id"`
	Caller       string `gorm:"column:caller_account"`
	User         string `gorm:"column:user_name"`
	Action       string `gorm:"column:action"`
	Event        string `gorm:"column:event"`
	ResourceType string `gorm:"column:resource_type"`
	ResourceID   string `gorm:"column:resource_id"`
	Outcome      string `gorm:"column:outcome"`
	Body         string `gorm:"column:body"`
	Repeats      int    `gorm:"column:repeats"`
}

// Field reads a string of the body.
func (t Trace) Field(name string) string {
	var body map[string]any
	if json.Unmarshal([]byte(t.Body), &body) != nil {
		return ""
	}
	s, _ := body[name].(string)
	return s
}

// Traces gives an account's trail, oldest first, without account, user and sign-in
// events of iam itself.
func (w *World) Traces(account iam.AccountID) []Trace {
	w.t.Helper()
	var rows []Trace
	err := w.Store.Read(context.Background()).Raw(`SELECT id, caller_account, user_name, action, event, resource_type, resource_id, outcome, body, repeats
FROM audit_traces WHERE account_id = ? AND action NOT LIKE 'iam:%' ORDER BY id`, string(account)).Scan(&rows).Error
	if err != nil {
		w.t.Fatalf("read traces: %v", err)
	}
	return rows
}

// Exec runs SQL beside all rules, to damage or move what a test wants damaged.
func (w *World) Exec(query string, args ...any) {
	w.t.Helper()
	_, write := w.Store.Pools()
	if w.Store.Dialect() == store.PostgreSQL {
		query = numbered(query)
	}
	if _, err := write.Exec(query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// numbered turns ? into $1, $2, …
func numbered(query string) string {
	out := make([]byte, 0, len(query)+8)
	n := byte('0')
	for i := range len(query) {
		if query[i] != '?' {
			out = append(out, query[i])
			continue
		}
		n++
		out = append(out, '$', n)
	}
	return string(out)
}

// WantFault checks kind and vendor's code; kind 0 wants success.
func WantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if kind == 0 {
		if err != nil {
			t.Errorf("got %v, want success", err)
		}
		return
	}
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || f.Code != code {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}
