// Package crew is people at work on a running console: a closed loop of requests by real
// HTTP and real sign-ins, mixed as administrators mix them, on a world of pairs of accounts.
//
// Each caller is one connection with two sign-ins, one in the owner's account of its pair
// and one in the partner's, and has a key, secrets and shares of its own, so that it knows
// what each answer must be, whatever the others do. An act is one request. What an act left
// behind is noted in the caller's book: acknowledged, or unknown when no answer came or the
// console said 503. After a fault Inspect compares the books with the database and with
// what the console answers, and counts what is missing.
//
// Rejected: random requests without a model, because they cannot tell a lost act from one
// that never was; and a model of the whole console, which would be a second console.
package crew

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sharedkms/bench/browser"
	"sharedkms/views/to"
)

// Kind is what an act is counted as.
type Kind string

// The kinds, in the order of a mix.
const (
	Page  Kind = "pages"  // a list, a detail page, the overview
	Use   Kind = "uses"   // encrypt, decrypt, show a secret's value
	Write Kind = "writes" // create and delete a secret, rename a key, tags
	Share Kind = "shares" // one request of a share's life, from the wizard to its end
)

// Kinds lists them.
var Kinds = []Kind{Page, Use, Write, Share}

// Mix says how many of each hundred acts are of which kind.
type Mix map[Kind]int

// Usual is what administrators do; Busy does more that leaves something behind.
var (
	Usual = Mix{Page: 70, Use: 20, Write: 8, Share: 2}
	Busy  = Mix{Page: 20, Use: 30, Write: 30, Share: 20}
)

// timeout is how long a caller waits for an answer.
const timeout = 40 * time.Second

// Crew are the callers.
type Crew struct {
	Callers []*Caller
	World   *World
	Mix     Mix
	Keep    bool // everything acknowledged, for Inspect; else only what later acts need

	inspected    time.Time
	acknowledged atomic.Int64 // acts that change or use something, ever

	mu    sync.Mutex
	addrs []string // of the consoles
}

// New makes callers for the console at addr. They are not signed in yet.
func New(w *World, n int, addr string, mix Mix) *Crew {
	c := &Crew{World: w, Mix: mix, addrs: []string{addr}}
	for i := range n {
		c.Callers = append(c.Callers, newCaller(c, i))
	}
	return c
}

// Move spreads the callers over consoles; each goes there with its next act.
func (c *Crew) Move(addrs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addrs = addrs
}

func (c *Crew) addr(caller int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.addrs[caller%len(c.addrs)]
}

// SignIn signs everybody in, with their passwords. People have several connections, as
// browsers do: the callers of a pair share its two sign-ins.
func (c *Crew) SignIn(ctx context.Context) error {
	for i, caller := range c.Callers {
		if first := i % len(c.World.Pairs); first < i {
			caller.owner, caller.partner = c.Callers[first].owner, c.Callers[first].partner
			continue
		}
		if err := errors.Join(caller.signIn(ctx, &caller.owner, caller.pair.Owner), caller.signIn(ctx, &caller.partner, caller.pair.Partner)); err != nil {
			return err
		}
	}
	return nil
}

// each lets all callers do something at the same time.
func (c *Crew) each(do func(caller *Caller) error) error {
	errs := make([]error, len(c.Callers))
	var all sync.WaitGroup
	for i, caller := range c.Callers {
		all.Go(func() { errs[i] = do(caller) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// Run lets all callers work until ctx ends. Lost answers are part of life when lenient;
// else they are errors. A wrong answer always is one.
func (c *Crew) Run(ctx context.Context, lenient bool) error {
	return c.each(func(caller *Caller) error {
		for ctx.Err() == nil {
			_, err := caller.Act()
			if err == nil || lenient && errors.Is(err, ErrUnknown) {
				if err != nil && !pause(ctx, 20*time.Millisecond) {
					return nil
				}
				continue
			}
			return err
		}
		return nil
	})
}

// Acknowledged is how many acts that change or use something were acknowledged so far.
func (c *Crew) Acknowledged() int64 { return c.acknowledged.Load() }

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Close ends all connections.
func (c *Crew) Close() error {
	return c.each(func(caller *Caller) error { return caller.browser.Close() })
}

// ErrUnknown says that it is not known what became of an act.
var ErrUnknown = errors.New("no answer, or 503")

// session is a sign-in with its form token, which holds for all its forms.
type session struct{ cookie, token string }

// Caller is one connection.
type Caller struct {
	crew    *Crew
	n       int
	pair    *Pair
	key     string // of the owner, used by this caller alone
	host    string
	browser *browser.Browser
	random  *rand.Rand

	owner, partner session
	book           book
	life           life
}

func newCaller(c *Crew, n int) *Caller {
	pair := c.World.Pairs[n%len(c.World.Pairs)]
	addr, key := c.addr(n), pair.Own[n/len(c.World.Pairs)]
	return &Caller{
		crew: c, n: n, pair: pair, key: key.ID, host: addr,
		browser: browser.New(addr, timeout), random: rand.New(rand.NewPCG(uint64(n), 7)),
		book: book{name: possible{key.Name}, tag: possible{""}},
	}
}

var formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)

// signIn goes through the form as a person does. Too many at once are asked to come again.
func (c *Caller) signIn(ctx context.Context, s *session, p Person) error {
	for {
		page, err := c.browser.Fetch(browser.Get(c.host, to.SignIn(), ""))
		if err != nil {
			return err
		}
		token := formToken.FindStringSubmatch(page.Body)
		if token == nil || len(page.Cookies) == 0 {
			return fmt.Errorf("the sign-in page has no form: %d", page.Status)
		}
		form := url.Values{"form_token": {token[1]}, "account": {p.Name}, "user": {p.User}, "password": {p.Password}}
		answer, err := c.browser.Fetch(browser.Post(c.host, to.SignIn(), page.Cookies[0], form.Encode()))
		if err != nil {
			return err
		}
		if answer.Status == 429 && pause(ctx, 100*time.Millisecond) {
			continue
		}
		if answer.Status != 303 {
			return fmt.Errorf("sign in %s: status %d: %s", p.Name, answer.Status, says(answer.Body))
		}
		for _, cookie := range answer.Cookies {
			if strings.HasPrefix(cookie, "sign-in=") {
				s.cookie = cookie
			}
		}
		return c.openForm(s)
	}
}

// openForm reads the form token of a sign-in.
func (c *Caller) openForm(s *session) error {
	page, err := c.browser.Fetch(browser.Get(c.host, to.Me(), s.cookie))
	if err != nil {
		return err
	}
	token := formToken.FindStringSubmatch(page.Body)
	if token == nil {
		return fmt.Errorf("the page of the sign-in has no form: %d", page.Status)
	}
	s.token = token[1]
	return nil
}

// Totals sums up what became of the callers' acts. Nobody may be at work.
func (c *Crew) Totals() Count {
	var sum Count
	for _, caller := range c.Callers {
		sum.Add(caller.book.count)
	}
	return sum
}
