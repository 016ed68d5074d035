package history_test

import (
	"slices"
	"time"
)

// outcome is what an act comes to. An idle one asks for what is so already: the program
// may call that done or refused, but nothing changes.
type outcome string

const (
	done    outcome = "done"
	refused outcome = "refused"
	idle    outcome = "idle"
)

const (
	invitationLife = 7 * 24 * time.Hour
	mostYears      = 10
)

// together tells the organization that two accounts are in.
func (m *model) together(a, b string) (org int, ok bool) {
	p, in := m.places[a]
	return p.org, in && m.member(b, p.org)
}

// nameable judges whom an owner may name, and whether that gives access at once.
func (m *model) nameable(owner string, p principal, external, retain bool) (ok, atOnce bool) {
	if p.account != "" {
		org, inside := m.together(owner, p.account)
		if p.account == owner || !external && !inside {
			return false, false
		}
		return true, inside && m.orgs[org].sharing && !retain
	}
	at, in := m.places[owner]
	if !in || at.org != p.org || !m.orgs[p.org].sharing || p.unit != root && m.orgs[p.org].units[p.unit].gone {
		return false, false
	}
	return true, true
}

// name makes a new part of a share, with access at once or with an invitation.
func (m *model) name(s *share, p principal, ends time.Time, retain bool) {
	one := part{principal: p, state: "waiting", through: nobody, sent: m.now, until: first(m.now.Add(invitationLife), ends)}
	if _, atOnce := m.nameable(s.owner, p, true, retain); atOnce {
		org := m.places[s.owner].org
		one.state, one.since, one.through, one.epoch = "in", m.now, org, m.orgs[org].epoch
	}
	for i := range s.parts {
		if s.parts[i].principal == p {
			s.parts[i].marked = false
		}
	}
	s.parts = append(s.parts, one)
}

// live finds the part of a principal that has not ended.
func (s *share) live(p principal) *part {
	for i := range s.parts {
		if s.parts[i].principal == p && s.parts[i].state != "ended" {
			return &s.parts[i]
		}
	}
	return nil
}

// newest finds the part of a principal that was named last.
func (s *share) newest(p principal) *part {
	for i := len(s.parts) - 1; i >= 0; i-- {
		if s.parts[i].principal == p {
			return &s.parts[i]
		}
	}
	return nil
}

// seen finds the part that somebody saw before others acted, or the newest.
func (s *share) seen(p principal, which *int) *part {
	if which != nil {
		return &s.parts[*which]
	}
	return s.newest(p)
}

func (s *share) holds(k int) *resource {
	for i := range s.resources {
		if s.resources[i].key == k && !s.resources[i].ended {
			return &s.resources[i]
		}
	}
	return nil
}

func (m *model) shareable(owner string, k int) bool {
	return m.keys[k].owner == owner && (m.keys[k].state == "enabled" || m.keys[k].state == "disabled")
}

func (m *model) usable(owner string) bool {
	p, in := m.places[owner]
	return in && m.orgs[p.org].sharing
}

// endable judges a time that somebody sets as an end.
func (m *model) endable(t time.Time) bool {
	return t.IsZero() || t.After(m.now) && !t.After(m.now.AddDate(mostYears, 0, 0))
}

// permission gives the version of a permission that shares are tied to now, if the
// account may use it.
func (m *model) permission(account, name string) (version, bool) {
	switch name {
	case all, readOnly, encryptDecrypt:
		return version{name, 1}, true
	case own(account):
		n, ok := m.defaults[account]
		return version{name, n}, ok
	}
	return version{}, false
}

func (m *model) create(a createShare) outcome {
	v, ok := m.permission(a.by, a.permission)
	if !ok || len(a.keys) == 0 || !m.endable(a.ends) || !a.external && !m.usable(a.by) {
		return refused
	}
	s := share{name: a.name, owner: a.by, external: a.external, retain: a.retain, ends: a.ends, permission: v, changes: 1}
	for i, k := range a.keys {
		if !m.shareable(a.by, k) || slices.Contains(a.keys[:i], k) {
			return refused
		}
		s.resources = append(s.resources, resource{key: k, since: m.now})
	}
	for i, p := range a.principals {
		if ok, _ := m.nameable(a.by, p, a.external, a.retain); !ok || slices.Contains(a.principals[:i], p) {
			return refused
		}
		m.name(&s, p, a.ends, a.retain)
	}
	m.shares = append(m.shares, s)
	return done
}

// owned gives a share that an account may change.
func (m *model) owned(by string, s int) (*share, bool) {
	one := &m.shares[s]
	return one, one.owner == by && !one.deleted
}

func (m *model) add(a addPrincipal) outcome {
	s, ok := m.owned(a.by, a.share)
	if !ok || over(s.ends, m.now) {
		return refused
	}
	if ok, _ := m.nameable(s.owner, a.principal, s.external, s.retain); !ok || s.live(a.principal) != nil {
		return refused
	}
	m.name(s, a.principal, s.ends, s.retain)
	s.changes++
	return done
}

func (m *model) remove(a removePrincipal) outcome {
	s := &m.shares[a.share]
	p := s.seen(a.principal, a.part)
	switch {
	case s.owner != a.by || p == nil:
		return refused
	case p.state != "ended":
		p.state = "ended"
		s.changes++
		return done
	case p.marked:
		p.marked = false
		s.changes++
	}
	return idle
}

func (m *model) removeKey(a removeKey) outcome {
	s := &m.shares[a.share]
	if s.owner != a.by || !slices.ContainsFunc(s.resources, func(r resource) bool { return r.key == a.key }) {
		return refused
	}
	r := s.holds(a.key)
	if r == nil || s.deleted || m.keys[a.key].state == "deleted" {
		return idle
	}
	r.ended = true
	s.changes++
	return done
}

func (m *model) resend(a resend) outcome {
	s, ok := m.owned(a.by, a.share)
	if !ok || over(s.ends, m.now) {
		return refused
	}
	p := s.seen(a.principal, a.part)
	if p == nil || p.state != "waiting" && !p.lapsed {
		return refused
	}
	if ok, _ := m.nameable(s.owner, a.principal, s.external, s.retain); !ok {
		return refused
	}
	p.state = "ended"
	m.name(s, a.principal, s.ends, s.retain)
	s.changes++
	return done
}

func (m *model) answer(a answerInvitation) outcome {
	s := &m.shares[a.share]
	p := s.seen(principal{account: a.by}, a.part)
	if s.deleted || p == nil || p.state != "waiting" {
		return refused
	}
	if a.reject {
		p.state = "ended"
		return done
	}
	if _, inside := m.together(s.owner, a.by); !s.external && !inside {
		return refused
	}
	p.state, p.since = "in", m.now
	return done
}

func (m *model) leave(a leaveShare) outcome {
	s := &m.shares[a.share]
	if s.owner == a.by {
		return refused
	}
	var part *part
	was, reached := false, false
	for i, p := range s.parts {
		reached = reached || m.reaches(*s, p, a.by)
		if p.account == a.by && p.through == nobody && !p.since.IsZero() {
			was = true
			if p.state == "in" {
				part = &s.parts[i]
			}
		}
	}
	switch {
	case part != nil && !s.deleted:
		part.state = "ended"
		return done
	case was && !reached:
		return idle
	}
	return refused // a stranger, or the organization's path is the only one
}

func (m *model) deleteShare(a deleteShare) outcome {
	s := &m.shares[a.share]
	if s.owner != a.by {
		return refused
	}
	if s.deleted {
		return idle
	}
	s.deleted = true
	for i := range s.parts {
		s.parts[i].state, s.parts[i].marked = "ended", false
	}
	for i := range s.resources {
		s.resources[i].ended = true
	}
	s.changes++
	return done
}

func (m *model) setEnd(a setEnd) outcome {
	s, ok := m.owned(a.by, a.share)
	if !ok || !m.endable(a.ends) {
		return refused
	}
	if a.principal == nil {
		if s.ends.Equal(a.ends) {
			return idle
		}
		s.ends = a.ends
		m.bound(s)
		s.changes++
		return done
	}
	p := s.newest(*a.principal)
	if p == nil || p.state == "ended" || over(s.ends, m.now) {
		return refused
	}
	if p.ends.Equal(a.ends) {
		return idle
	}
	if !a.ends.IsZero() && !s.ends.IsZero() && a.ends.After(s.ends) {
		return refused
	}
	p.ends = a.ends
	m.bound(s)
	s.changes++
	return done
}

// bound makes invitations wait as long as they may, and never longer than what they offer.
func (m *model) bound(s *share) {
	for i := range s.parts {
		if p := &s.parts[i]; p.state == "waiting" {
			p.until = first(p.sent.Add(invitationLife), first(s.ends, p.ends))
		}
	}
}

func (m *model) update(a updateShare) outcome {
	s, ok := m.owned(a.by, a.share)
	v, may := m.permission(a.by, own(a.by))
	switch {
	case !may:
		return refused
	case !ok || s.permission.name != v.name || s.permission == v:
		return idle
	}
	s.permission = v
	s.changes++
	return done
}

func (m *model) setDefault(a setDefault) outcome {
	n, ok := m.defaults[a.by]
	switch {
	case !ok:
		return refused
	case n == a.version:
		return idle
	}
	m.defaults[a.by] = a.version
	return done
}

// edit lays an edit over a share: what its user wants gone or there, whatever others did
// to the rest. In the order in which it is done: principals out, keys out, permission,
// scope and end, keys in, principals in; all of it or nothing.
func (m *model) edit(a editShare) outcome {
	s, ok := m.owned(a.by, a.share)
	if !ok || s.changes != a.seen {
		return refused
	}
	next := m.clone().shares[a.share]
	external, retain, ends := s.external, s.retain, s.ends
	changed := a.rename
	if a.external != nil && *a.external != external {
		external, changed = *a.external, true
	}
	if a.retain != nil && *a.retain != retain {
		retain, changed = *a.retain, true
	}
	if a.ends != nil && !a.ends.Equal(ends) {
		if ends, changed = *a.ends, true; !m.endable(ends) {
			return refused
		}
	}
	for _, p := range a.out {
		if one := next.newest(p); one != nil && (one.state != "ended" || one.marked) {
			one.state, one.marked, changed = "ended", false, true
		}
	}
	for _, k := range a.keysOut {
		if r := next.holds(k); r != nil {
			r.ended, changed = true, true
		}
	}
	if a.permission != "" {
		v, ok := m.permission(a.by, a.permission)
		if !ok {
			return refused
		}
		changed = changed || v != next.permission
		next.permission = v
	}
	if !external && s.external {
		if !m.usable(a.by) {
			return refused
		}
		for _, p := range next.parts {
			if _, inside := m.together(a.by, p.account); p.account != "" && (p.state != "ended" || p.marked) && !inside {
				return refused // it would shut out who is in the share
			}
		}
	}
	next.external, next.retain, next.ends = external, retain, ends
	m.bound(&next)
	for _, k := range a.keysIn {
		if next.holds(k) != nil {
			continue
		}
		if !m.shareable(a.by, k) {
			return refused
		}
		next.resources, changed = append(next.resources, resource{key: k, since: m.now}), true
	}
	for i, p := range a.in {
		if next.live(p) != nil {
			continue // it stays as it is
		}
		if ok, _ := m.nameable(a.by, p, external, retain); !ok || slices.Contains(a.in[:i], p) || over(ends, m.now) {
			return refused
		}
		m.name(&next, p, ends, retain)
		changed = true
	}
	if !changed {
		return refused
	}
	next.changes++
	m.shares[a.share] = next
	return done
}
