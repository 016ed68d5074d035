package history_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// meeting is what a process does at the same time as another one.
type meeting struct {
	Now   time.Time
	Calls []call
}

// result is what came of a call: an empty one is done.
type result struct {
	Said    string
	Refused bool // Said is an answer to a person, not a defect
}

// all does the calls at once, when begin is closed.
func (s services) all(calls []call, begin <-chan struct{}) []result {
	results := make([]result, len(calls))
	var group sync.WaitGroup
	for i, one := range calls {
		in, err := s.users.Authenticate(context.Background(), one.Token)
		group.Go(func() {
			<-begin
			if err == nil {
				err = s.do(in.Caller, one)
			}
			if err != nil {
				results[i] = result{said(err), answered(err)}
			}
		})
	}
	group.Wait()
	return results
}

const secondDatabase = "HISTORY_SECOND_DATABASE"

// TestMain is the second process, when the test started it as one.
func TestMain(m *testing.M) {
	if url := os.Getenv(secondDatabase); url != "" {
		if err := secondProcess(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// secondProcess does what it reads, a meeting a line: it says that it is ready, begins at
// the next line, and says what came of it.
func secondProcess(url string) error {
	st, err := store.Connect(store.Config{URL: url})
	if err != nil {
		return err
	}
	var now time.Time
	clock := func() time.Time { return now }
	gate := iam.NewGate(st, clock)
	s := newServices(st, gate, iam.New(st, gate, iamtest.Regions, clock), true, clock)
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var next meeting
		var word string
		if err := in.Decode(&next); err != nil {
			return st.Close() // the test is over
		}
		now = next.Now
		begin, results := make(chan struct{}), make(chan []result, 1)
		go func() { results <- s.all(next.Calls, begin) }()
		if err := out.Encode("ready"); err != nil {
			return err
		}
		if err := in.Decode(&word); err != nil {
			return err
		}
		close(begin)
		if err := out.Encode(<-results); err != nil {
			return err
		}
	}
}

// other is the second process as the test sees it.
type other struct {
	t   *testing.T
	in  *json.Encoder
	out *bufio.Scanner
}

func startOther(t *testing.T, url string) other {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), secondDatabase+"="+url)
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
	return other{t, json.NewEncoder(in), bufio.NewScanner(out)}
}

func (o other) tell(what any) {
	o.t.Helper()
	if err := o.in.Encode(what); err != nil {
		o.t.Fatalf("tell the second process: %v", err)
	}
}

func (o other) hear(into any) {
	o.t.Helper()
	if !o.out.Scan() {
		o.t.Fatalf("the second process went away: %v", o.out.Err())
	}
	if err := json.Unmarshal(o.out.Bytes(), into); err != nil {
		o.t.Fatalf("the second process says %q: %v", o.out.Text(), err)
	}
}

// TestActsThatMeet lets edits, answers, cancellations, leaves and the switch of sharing
// meet on one share, from two processes. Whatever happened, it must be what the model
// reaches by doing the same acts one after the other, in some order: the same of them
// refused, and the same access.
func TestActsThatMeet(t *testing.T) {
	cfg := storetest.PostgreSQLConfig(t)
	st, err := store.Connect(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	w, m := newWorld(t, st, true)
	h := newHistory(seed(t), w, m)
	second := startOther(t, cfg.URL)
	rounds := 20
	if torture() {
		rounds = 200
	}
	met, turned := 0, 0
	keeps(t, st, func() string {
		return fmt.Sprintf("%d acts met in %d rounds, %d of which ended as in another order than they stood in; %s", met, rounds, turned, h.figures())
	})
	for range rounds {
		acts := h.scene(t)
		met += len(acts)
		if h.meet(t, second, acts) {
			turned++
		}
		h.must(t, deleteShare{"Ben", len(h.m.shares) - 1})
	}
}

// must plays an act that sets the scene.
func (h *history) must(t *testing.T, a act) {
	t.Helper()
	if err := h.play(a); err != nil {
		t.Fatal(err)
	}
}

// scene sets up a share that waits for one account, reached another, and reaches members,
// and gives acts on it that will meet.
func (h *history) scene(t *testing.T) []called {
	t.Helper()
	const owner, guest, waiting = "Ben", "Xena", "Yuri"
	if !h.m.orgs[0].sharing {
		h.must(t, setSharing{boss, true})
	}
	for _, name := range []string{owner, "Cleo", "Dan", "Eve"} {
		if !h.m.member(name, 0) {
			h.must(t, addMember{boss, name, 0, 0})
		}
	}
	h.must(t, wait{h.m.now.Add(time.Second)})
	s := len(h.m.shares)
	whole, dan := principal{org: 0, unit: root}, principal{account: "Dan"}
	h.must(t, createShare{by: owner, name: fmt.Sprintf("s%d", s), keys: []int{0}, permission: all, external: true, retain: h.chance.often(15),
		principals: []principal{{account: guest}, {account: waiting}, dan, whole}})
	h.must(t, answerInvitation{by: guest, share: s})
	h.must(t, wait{h.m.now.Add(time.Second)})

	parts := func(account string) (principal, *int) {
		i := slices.IndexFunc(h.m.shares[s].parts, func(p part) bool { return p.account == account })
		return principal{account: account}, &i
	}
	narrow := false
	wish := editShare{by: owner, share: s, seen: h.m.shares[s].changes}
	switch h.chance.IntN(5) {
	case 0:
		wish.keysIn = []int{1}
	case 1:
		wish.out = []principal{{account: guest}, {account: waiting}}
	case 2:
		wish.permission, wish.in = readOnly, []principal{{account: "Cleo"}}
	case 3:
		wish.out, wish.external = []principal{{account: guest}, {account: waiting}}, &narrow
	case 4:
		ends := h.m.now.Truncate(time.Minute).Add(3 * time.Hour)
		wish.ends, wish.in = &ends, []principal{{org: 0, unit: 3}}
	}
	edit, err := wish.draft(h.w)
	if err != nil {
		t.Fatalf("%v: %v", wish, err)
	}
	p, which := parts(waiting)
	others := []called{
		answerInvitation{by: waiting, share: s, part: which},
		answerInvitation{by: waiting, share: s, part: which, reject: true},
		removePrincipal{owner, s, p, which},
		resend{owner, s, p, which},
		leaveShare{guest, s},
		setSharing{boss, false},
		leaveOrganization{"Dan"},
		removeMember{boss, owner},
		addPrincipal{owner, s, principal{account: "Eve"}},
		deleteShare{owner, s},
	}
	h.chance.Shuffle(len(others)-1, func(i, j int) { others[i], others[j] = others[j], others[i] }) // a deletion comes last
	acts := append([]called{edit}, others[:3+h.chance.IntN(2)]...)
	if h.chance.often(20) {
		acts = append(acts, others[len(others)-1])
	}
	h.chance.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	return acts
}

// meet does the acts at the same time, every other one in the second process, and finds
// the order in which the model comes to the same. It tells whether that is another order
// than the one they stand in.
func (h *history) meet(t *testing.T, second other, acts []called) bool {
	t.Helper()
	var sides [2]meeting
	for i, a := range acts {
		one := a.call(h.w)
		h.w.as(a.actor())
		one.Token = h.w.people[a.actor()].token
		sides[i%2].Now, sides[i%2].Calls = h.m.now, append(sides[i%2].Calls, one)
	}
	second.tell(sides[1])
	var word string
	second.hear(&word)
	begin, here := make(chan struct{}), make(chan []result, 1)
	go func() { here <- h.w.all(sides[0].Calls, begin) }()
	second.tell("begin")
	close(begin)
	var there []result
	second.hear(&there)
	results := [2][]result{<-here, there}

	got, err := h.w.rows(h.w.Store, viewRows)
	if err == nil {
		err = h.offered()
	}
	if err != nil {
		t.Fatal(err)
	}
	var happened []string
	came := make([]result, len(acts))
	for i, a := range acts {
		came[i] = results[i%2][i/2]
		happened = append(happened, fmt.Sprintf("%v: %s", a, came[i].Said))
		if came[i].Said != "" && !came[i].Refused {
			t.Fatal(h.fail(fmt.Sprintf("%v: an error that is no answer: %s", a, came[i].Said)))
		}
		if edit, ok := a.(editShare); ok && came[i].Refused {
			if err := h.w.ram.DeleteDraft(context.Background(), h.w.as(edit.by), ram.DraftID(edit.confirm.Target)); err != nil {
				t.Fatalf("drop the draft: %v", err)
			}
		}
	}
	h.tell("at once:\n\t" + strings.Join(happened, "\n\t"))
	for n, order := range orders(len(acts)) {
		m := h.m.clone()
		if explains(m, acts, came, order) && slices.Equal(m.rows(), got) {
			*h.m = *m
			return n > 0
		}
	}
	t.Fatal(h.fail("no order of these acts comes to this:\n" + strings.Join(got, "\n")))
	return false
}

// explains does the acts in an order, as far as each comes to what it came to.
func explains(m *model, acts []called, came []result, order []int) bool {
	for _, i := range order {
		want := acts[i].on(m)
		if want == done && came[i].Refused || want == refused && !came[i].Refused {
			return false
		}
	}
	return true
}

// orders are all ways to put n things one after the other, the given one first.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var list [][]int
	for _, rest := range orders(n - 1) {
		for at := len(rest); at >= 0; at-- {
			list = append(list, slices.Insert(slices.Clone(rest), at, n-1))
		}
	}
	return list
}
