package history_test

import (
	"slices"
	"time"
)

const (
	handshakeLife = 14 * 24 * time.Hour
	handshakesDay = 20
	mostAccounts  = 10
)

// managed gives the organization that an account manages.
func (m *model) managed(by string) (int, bool) {
	p, in := m.places[by]
	return p.org, in && m.orgs[p.org].boss == by
}

func (m *model) members(org int) (n int) {
	for _, p := range m.places {
		if p.org == org {
			n++
		}
	}
	return n
}

func (m *model) found(a createOrganization) outcome {
	if _, in := m.places[a.by]; in {
		return refused
	}
	m.orgs = append(m.orgs, organization{name: a.name, boss: a.by, epoch: 1})
	m.places[a.by] = place{len(m.orgs) - 1, root}
	return done
}

func (m *model) dissolve(a deleteOrganization) outcome {
	org, ok := m.managed(a.by)
	if !ok || m.members(org) > 1 || slices.ContainsFunc(m.orgs[org].units, func(u unit) bool { return !u.gone }) {
		return refused
	}
	m.orgs[org].gone = true
	delete(m.places, a.by)
	for i := range m.orgs[org].invited {
		m.orgs[org].invited[i].waiting = false
	}
	m.end(!m.follow, func(_ share, p part) bool { return p.through == org })
	return done
}

// end ends the parts of shares that ends selects; marked ones are swept later.
func (m *model) end(marked bool, ends func(s share, p part) bool) {
	for i := range m.shares {
		for j := range m.shares[i].parts {
			p := &m.shares[i].parts[j]
			if (p.state != "ended" || p.marked) && ends(m.shares[i], *p) {
				p.state, p.marked = "ended", marked
			}
		}
	}
}

func (m *model) switchSharing(a setSharing) outcome {
	org, ok := m.managed(a.by)
	if !ok {
		return refused
	}
	o := &m.orgs[org]
	if o.sharing == a.enabled {
		return idle
	}
	if o.sharing = a.enabled; !a.enabled {
		o.epoch++
		m.end(true, func(_ share, p part) bool { return p.through == org })
	}
	return done
}

// join puts an account into an organization, and settles the invitations that wait
// between it and other members.
func (m *model) join(account string, org, u int) {
	m.places[account] = place{org, u}
	if !m.follow || !m.orgs[org].sharing {
		return
	}
	for i := range m.shares {
		s := &m.shares[i]
		if s.deleted || s.retain {
			continue
		}
		for j := range s.parts {
			p := &s.parts[j]
			if p.state != "waiting" || s.owner != account && p.account != account || !m.member(s.owner, org) || !m.member(p.account, org) {
				continue
			}
			p.state, p.since, p.through, p.epoch = "in", m.now, org, m.orgs[org].epoch
		}
	}
}

// part takes an account out of its organization. What came through it ends: in the shares
// of the account, and in those of others where they name it.
func (m *model) part(account string) {
	org := m.places[account].org
	delete(m.places, account)
	if m.follow {
		m.end(false, func(s share, p part) bool {
			return p.through == org && (s.owner == account || p.account == account)
		})
	}
}

func (m *model) unit(org, u int) bool {
	return u == root || u < len(m.orgs[org].units) && !m.orgs[org].units[u].gone
}

func (m *model) addMember(a addMember) outcome {
	org, ok := m.managed(a.by)
	_, in := m.places[a.account]
	if !ok || in || org != a.org && a.unit != root || !m.unit(org, a.unit) {
		return refused
	}
	m.join(a.account, org, a.unit)
	return done
}

func (m *model) move(a moveMember) outcome {
	org, ok := m.managed(a.by)
	if !ok || !m.member(a.account, org) || org != a.org && a.unit != root || !m.unit(org, a.unit) {
		return refused
	}
	m.places[a.account] = place{org, a.unit}
	return done
}

func (m *model) removeMember(a removeMember) outcome {
	org, ok := m.managed(a.by)
	if !ok || !m.member(a.account, org) || a.account == a.by {
		return refused
	}
	m.part(a.account)
	return done
}

func (m *model) leaveOrganization(a leaveOrganization) outcome {
	p, in := m.places[a.by]
	if !in || m.orgs[p.org].boss == a.by {
		return refused
	}
	m.part(a.by)
	return done
}

func (m *model) invite(a invite) outcome {
	org, ok := m.managed(a.by)
	if !ok || m.member(a.account, org) {
		return refused
	}
	o := &m.orgs[org]
	today, waiting := 0, 0
	for _, h := range o.invited {
		if h.sent.After(m.now.Add(-24 * time.Hour)) {
			today++
		}
		if h.waiting {
			waiting++
		}
		if h.waiting && h.to == a.account {
			return refused
		}
	}
	if today >= handshakesDay || m.members(org)+waiting >= mostAccounts {
		return refused
	}
	o.invited = append(o.invited, handshake{to: a.account, sent: m.now, until: m.now.Add(handshakeLife), waiting: true})
	return done
}

func (m *model) answerHandshake(a answerHandshake) outcome {
	o := &m.orgs[a.org]
	i := slices.IndexFunc(o.invited, func(h handshake) bool { return h.waiting && h.to == a.account })
	if i < 0 || a.how == "cancel" && o.boss != a.by || a.how != "cancel" && a.account != a.by {
		return refused
	}
	if _, in := m.places[a.by]; a.how == "accept" && (in || m.members(a.org) >= mostAccounts) {
		return refused
	}
	o.invited[i].waiting = false
	if a.how == "accept" {
		m.join(a.by, a.org, root)
	}
	return done
}

func (m *model) createUnit(a createUnit) outcome {
	org, ok := m.managed(a.by)
	if !ok || org != a.org || !m.unit(org, a.parent) {
		return refused
	}
	m.orgs[org].units = append(m.orgs[org].units, unit{name: a.name, parent: a.parent})
	return done
}

func (m *model) deleteUnit(a deleteUnit) outcome {
	org, ok := m.managed(a.by)
	if !ok || org != a.org || !m.unit(org, a.unit) {
		return refused
	}
	for _, u := range m.orgs[org].units {
		if !u.gone && u.parent == a.unit {
			return refused
		}
	}
	for _, p := range m.places {
		if p.org == org && p.unit == a.unit {
			return refused
		}
	}
	m.orgs[org].units[a.unit].gone = true
	if m.follow {
		m.end(false, func(_ share, p part) bool { return p.account == "" && p.org == org && p.unit == a.unit })
	}
	return done
}

func (m *model) moveUnit(a moveUnit) outcome {
	org, ok := m.managed(a.by)
	if !ok || org != a.org || !m.unit(org, a.unit) || !m.unit(org, a.parent) {
		return refused
	}
	units := m.orgs[org].units
	for at := a.parent; at != root; at = units[at].parent {
		if at == a.unit {
			return refused
		}
	}
	if units[a.unit].parent == a.parent {
		return idle
	}
	units[a.unit].parent = a.parent
	return done
}

func (m *model) changeKey(a changeKey) outcome {
	k := &m.keys[a.key]
	if k.owner != a.by {
		return refused
	}
	switch {
	case a.how == "disable" && k.state == "enabled":
		k.state = "disabled"
	case a.how == "enable" && k.state == "disabled":
		k.state = "enabled"
	case a.how == "schedule the deletion of" && (k.state == "enabled" || k.state == "disabled"):
		k.state, k.due = "pending", m.now.Add(7*24*time.Hour)
	case a.how == "cancel the deletion of" && k.state == "pending":
		k.state = "disabled"
	default:
		return refused
	}
	return done
}

// sweep runs the periodic work of a room. Only keys change by it: they are deleted for
// good when their time has come and the sweep comes by.
func (m *model) sweep(room string) {
	switch room {
	case "kms":
		for i := range m.keys {
			if k := &m.keys[i]; k.state == "pending" && over(k.due, m.now) {
				k.state = "deleted"
			}
		}
	case "ram":
		m.end(false, func(_ share, p part) bool { return p.marked })
	}
}
