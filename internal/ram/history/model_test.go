package history_test

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// model is what resource shares, organizations and keys are, in plain maps and slices. It
// follows the rules of the field, not the program: each act says who may do it and what is
// so afterwards, and access is derived from that alone. Whatever has ended is marked so
// at its time, by the clock; sweeps change nothing.
type model struct {
	now      time.Time
	accounts []string
	places   map[string]place
	orgs     []organization
	keys     []key
	defaults map[string]int // default version of each account's own permission
	shares   []share

	// follow: what hangs on a membership or a unit ends with it, and joining settles
	// invitations. Without it membership alone decides, and returning revives.
	follow bool
}

type place struct{ org, unit int } // unit: root, or an index

const root = -1

type organization struct {
	name, boss string
	sharing    bool
	epoch      int
	gone       bool
	units      []unit
	invited    []handshake
}

type unit struct {
	name   string
	parent int
	gone   bool
}

// handshake asks an account to join an organization.
type handshake struct {
	to          string
	sent, until time.Time
	waiting     bool
}

type key struct {
	name, owner, region string
	state               string // enabled, disabled, pending, deleted
	due                 time.Time
}

// version of a permission. The own permission of an account opens in version 1 and does
// not in version 2.
type version struct {
	name string
	n    int
}

const (
	all            = "all actions"
	readOnly       = "read-only"
	encryptDecrypt = "encrypt and decrypt"
)

func own(account string) string { return "own of " + account }

func (v version) opens() bool {
	return v.name == all || v.name == encryptDecrypt || v.name != readOnly && v.n == 1
}

type share struct {
	name, owner      string
	deleted          bool
	external, retain bool
	ends             time.Time // zero: never
	permission       version
	changes          int // by the owner
	resources        []resource
	parts            []part
}

type resource struct {
	key   int
	since time.Time
	ended bool
}

// principal is whom a share names: an account, a unit, or an organization.
type principal struct {
	account   string
	org, unit int // with account "": unit root is the organization as a whole
}

// part is a principal's association with a share.
type part struct {
	principal
	state       string // waiting, in, ended
	lapsed      bool   // ended because nobody answered in time
	marked      bool   // ended with sharing in the organization, and to be swept
	through     int    // the organization that carries it, or nobody
	epoch       int
	sent, until time.Time // of the invitation
	since, ends time.Time
}

const nobody = -1

func (m *model) clone() *model {
	c := *m
	c.places = map[string]place{}
	for a, p := range m.places {
		c.places[a] = p
	}
	c.defaults = map[string]int{}
	for a, n := range m.defaults {
		c.defaults[a] = n
	}
	c.keys = slices.Clone(m.keys)
	c.orgs = slices.Clone(m.orgs)
	for i := range c.orgs {
		c.orgs[i].units, c.orgs[i].invited = slices.Clone(c.orgs[i].units), slices.Clone(c.orgs[i].invited)
	}
	c.shares = slices.Clone(m.shares)
	for i := range c.shares {
		c.shares[i].resources, c.shares[i].parts = slices.Clone(c.shares[i].resources), slices.Clone(c.shares[i].parts)
	}
	return &c
}

// first gives the time that comes first; zero is never.
func first(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func over(end, now time.Time) bool { return !end.IsZero() && !end.After(now) }

// pass moves the clock. What ends by then has ended and does not come back.
func (m *model) pass(to time.Time) {
	m.now = to
	for i := range m.shares {
		s := &m.shares[i]
		for j := range s.parts {
			p := &s.parts[j]
			switch {
			case p.state == "waiting" && over(first(p.until, first(s.ends, p.ends)), m.now):
				p.state, p.lapsed = "ended", true
			case (p.state == "in" || p.marked) && over(first(s.ends, p.ends), m.now):
				p.state, p.marked = "ended", false
			}
		}
	}
	for i := range m.orgs {
		for j := range m.orgs[i].invited {
			if h := &m.orgs[i].invited[j]; h.waiting && over(h.until, m.now) {
				h.waiting = false
			}
		}
	}
}

// deadlines lists the moments to come at which something ends.
func (m *model) deadlines() []time.Time {
	var list []time.Time
	add := func(t time.Time) {
		if t.After(m.now) {
			list = append(list, t)
		}
	}
	for _, s := range m.shares {
		if s.deleted {
			continue
		}
		add(s.ends)
		for _, p := range s.parts {
			if p.state != "ended" {
				add(p.ends)
			}
			if p.state == "waiting" {
				add(p.until)
			}
		}
	}
	for _, o := range m.orgs {
		for _, h := range o.invited {
			if h.waiting {
				add(h.until)
			}
		}
	}
	for _, k := range m.keys {
		if k.state == "pending" {
			add(k.due)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Before(list[j]) })
	return slices.Compact(list)
}

// within tells whether an account is in a unit, or in one below it.
func (m *model) within(account string, org, u int) bool {
	p, ok := m.places[account]
	if !ok || p.org != org {
		return false
	}
	for at := p.unit; at != root; at = m.orgs[org].units[at].parent {
		if at == u {
			return true
		}
	}
	return false
}

func (m *model) member(account string, org int) bool {
	p, ok := m.places[account]
	return ok && p.org == org
}

// reaches tells whether a live part gives an account what its share holds.
func (m *model) reaches(s share, p part, account string) bool {
	if s.deleted || p.state != "in" || account == s.owner {
		return false
	}
	if p.through != nobody {
		o := m.orgs[p.through]
		if o.gone || !o.sharing || o.epoch != p.epoch || !m.member(s.owner, p.through) || !m.member(account, p.through) {
			return false
		}
	}
	switch {
	case p.account != "":
		return p.account == account
	case p.unit == root:
		return m.member(account, p.org)
	}
	return m.within(account, p.org, p.unit)
}

// path is one way by which an account may use a key.
type path struct {
	account    string
	key        int
	share      string
	kind       string
	permission version
	since      time.Time
	ends       time.Time
}

func (p principal) kind() string {
	switch {
	case p.account != "":
		return "account"
	case p.unit == root:
		return "organization"
	}
	return "ou"
}

func (m *model) paths() []path {
	var list []path
	for _, s := range m.shares {
		for _, p := range s.parts {
			for _, account := range m.accounts {
				if !m.reaches(s, p, account) {
					continue
				}
				for _, r := range s.resources {
					if r.ended || m.keys[r.key].state == "deleted" {
						continue
					}
					since := p.since
					if r.since.After(since) {
						since = r.since
					}
					list = append(list, path{account, r.key, s.name, p.kind(), s.permission, since, first(s.ends, p.ends)})
				}
			}
		}
	}
	return list
}

// rows words everything that the views key_access and share_access should hold.
func (m *model) rows() []string {
	list := []string{}
	for _, p := range m.paths() {
		list = append(list, keyRow(p.account, m.keys[p.key].name, p.share, p.kind, p.permission, p.since, p.ends))
	}
	for _, s := range m.shares {
		for _, p := range s.parts {
			for _, account := range m.accounts {
				if m.reaches(s, p, account) {
					list = append(list, shareRow(account, s.name, "party", first(s.ends, p.ends)))
				}
			}
			if !s.deleted && p.state == "waiting" {
				list = append(list, shareRow(p.account, s.name, "invited", first(s.ends, p.until)))
			}
		}
	}
	sort.Strings(list)
	return list
}

func keyRow(account, key, share, kind string, v version, since, ends time.Time) string {
	return fmt.Sprintf("%s may use %s by %s as %s, %s version %d, since %s, until %s", account, key, share, kind, v.name, v.n, clock(since), clock(ends))
}

func shareRow(account, share, role string, ends time.Time) string {
	return fmt.Sprintf("%s is %s of %s until %s", account, role, share, clock(ends))
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "ever"
	}
	return t.UTC().Format("2006-01-02 15:04:05.999999")
}

// answer is what decrypting with a key must come to.
type answer string

const (
	opens     answer = "opens"
	unknown   answer = "not found" // nothing relates the account to the key
	forbidden answer = "forbidden" // related, but no path allows it
	unusable  answer = "state"     // allowed, but the key is not enabled
)

func (m *model) decrypt(account string, k int) answer {
	related, may := m.keys[k].owner == account && m.keys[k].state != "deleted", m.keys[k].owner == account
	for _, p := range m.paths() {
		if p.account == account && p.key == k {
			related, may = true, may || p.permission.opens()
		}
	}
	switch {
	case !related:
		return unknown
	case !may:
		return forbidden
	case m.keys[k].state != "enabled":
		return unusable
	}
	return opens
}
