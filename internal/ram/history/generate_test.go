package history_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"sharedkms/internal/iam/iamtest"
)

// chance chooses what happens next. It looks at the model only, mostly for what is
// likely to be done, and else anything.
type chance struct {
	*rand.Rand
	m *model
}

func newChance(seed uint64, m *model) chance {
	return chance{rand.New(rand.NewPCG(seed, 0)), m}
}

func (c chance) often(percent int) bool { return c.IntN(100) < percent }

func oneOf[T any](c chance, list []T) T { return list[c.IntN(len(list))] }

func (c chance) account() string { return oneOf(c, c.m.accounts) }

// most worlds stay small, so that acts meet.
const (
	mostShares = 6
	mostKeys   = 5
	mostUnits  = 5
)

func (c chance) liveShares() (list []int) {
	for i, s := range c.m.shares {
		if !s.deleted {
			list = append(list, i)
		}
	}
	return list
}

// share gives a share: mostly a live one, sometimes one of the last that were deleted.
func (c chance) share() (int, bool) {
	live := c.liveShares()
	switch {
	case len(c.m.shares) == 0:
		return 0, false
	case len(live) > 0 && c.often(95):
		return oneOf(c, live), true
	}
	return len(c.m.shares) - 1 - c.IntN(min(5, len(c.m.shares))), true
}

// owner of a share mostly acts on it.
func (c chance) owner(s int) string {
	if c.often(93) {
		return c.m.shares[s].owner
	}
	return c.account()
}

func (c chance) boss() string {
	var bosses []string
	for _, o := range c.m.orgs {
		if !o.gone {
			bosses = append(bosses, o.boss)
		}
	}
	if len(bosses) == 0 || c.often(7) {
		return c.account()
	}
	return oneOf(c, bosses)
}

// organization of whoever manages one, else any of the last.
func (c chance) organization(by string) int {
	if org, ok := c.m.managed(by); ok {
		return org
	}
	return len(c.m.orgs) - 1 - c.IntN(min(3, len(c.m.orgs)))
}

func (c chance) unit(org int) int {
	var list []int
	for i, u := range c.m.orgs[org].units {
		if !u.gone || c.often(3) {
			list = append(list, i)
		}
	}
	if len(list) == 0 || c.often(20) {
		return root
	}
	return oneOf(c, list)
}

func (c chance) principal(owner string) principal {
	if p, in := c.m.places[owner]; in && c.often(50) || len(c.m.orgs) > 0 && c.often(4) {
		org := p.org
		if !in {
			org = c.IntN(len(c.m.orgs))
		}
		return principal{org: org, unit: c.unit(org)}
	}
	return principal{account: c.account()}
}

// named gives a principal of a share, mostly one whose part has not ended.
func (c chance) named(s int) (principal, bool) {
	var live, any []principal
	for _, p := range c.m.shares[s].parts {
		any = append(any, p.principal)
		if p.state != "ended" {
			live = append(live, p.principal)
		}
	}
	switch {
	case len(any) == 0:
		return principal{}, false
	case len(live) > 0 && c.often(85):
		return oneOf(c, live), true
	}
	return oneOf(c, any), true
}

// key gives a key, mostly of an account's own.
func (c chance) key(owner string) int {
	var own, all []int
	for i, k := range c.m.keys {
		if k.state == "deleted" && !c.often(5) {
			continue
		}
		all = append(all, i)
		if k.owner == owner {
			own = append(own, i)
		}
	}
	switch {
	case len(own) > 0 && c.often(96):
		return oneOf(c, own)
	case len(all) > 0:
		return oneOf(c, all)
	}
	return c.IntN(len(c.m.keys))
}

func (c chance) keyOwner() string {
	var list []string
	for _, k := range c.m.keys {
		if k.state == "enabled" || k.state == "disabled" {
			list = append(list, k.owner)
		}
	}
	if len(list) == 0 {
		return c.account()
	}
	return oneOf(c, list)
}

func (c chance) permissionOf(owner string) string {
	names := []string{all, readOnly, encryptDecrypt}
	if _, ok := c.m.defaults[owner]; ok {
		names = append(names, own(owner), own(owner))
	}
	return oneOf(c, names)
}

// end gives a time in whole minutes to end at, mostly one to come; zero is no end.
func (c chance) end() time.Time {
	minute := c.m.now.Truncate(time.Minute)
	switch c.IntN(10) {
	case 0, 1, 2, 3, 4:
		return time.Time{}
	case 5:
		return minute.Add(-time.Duration(c.IntN(3)) * time.Minute) // over already
	case 6:
		return minute.Add(time.Duration(1+c.IntN(30)) * time.Minute)
	}
	return minute.Add(time.Duration(1+c.IntN(20*24)) * time.Hour)
}

// moment is where the clock goes next: a little on, just before a time at which something
// ends or exactly there, or far.
func (c chance) moment() time.Time {
	if list := c.m.deadlines(); len(list) > 0 && c.often(40) {
		at := oneOf(c, list[:min(2, len(list))])
		if c.often(30) && at.Add(-time.Microsecond).After(c.m.now) {
			return at.Add(-time.Microsecond)
		}
		return at
	}
	steps := []time.Duration{time.Microsecond, time.Second, time.Second, time.Minute, time.Minute, 20 * time.Minute, time.Hour, 10 * time.Hour, 24 * time.Hour}
	switch roll := c.IntN(100); {
	case roll < 3:
		return c.m.now.Add(400 * 24 * time.Hour)
	case roll < 15:
		return c.m.now.Add(oneOf(c, []time.Duration{48 * time.Hour, invitationLife, handshakeLife}))
	}
	return c.m.now.Add(oneOf(c, steps))
}

// next gives the next act.
func (c chance) next() act {
	for {
		if a, ok := c.any(); ok {
			return a
		}
	}
}

func (c chance) any() (act, bool) {
	roll := c.IntN(100)
	switch {
	case roll < 10 && len(c.liveShares()) < mostShares, len(c.liveShares()) == 0 && roll < 50:
		return c.newShare(), true
	case roll < 66:
		s, ok := c.share()
		if !ok {
			return nil, false
		}
		return c.sharing(s)
	case roll < 69:
		return c.switching(), true
	case roll < 83:
		return c.organizing()
	case roll < 87:
		return c.keeping()
	case roll < 91:
		if slices.ContainsFunc(c.m.keys, func(k key) bool { return k.state == "pending" && over(k.due, c.m.now) }) && c.often(60) {
			return sweep{"kms"}, true
		}
		return sweep{oneOf(c, []string{"ram", "ram", "kms", "org"})}, true
	}
	return wait{c.moment()}, true
}

// switching turns sharing on where it is off, and not so often off.
func (c chance) switching() act {
	by := c.boss()
	org, ok := c.m.managed(by)
	return setSharing{by, ok && !c.m.orgs[org].sharing && c.often(95) || c.often(50)}
}

func (c chance) newShare() act {
	by := c.keyOwner()
	a := createShare{
		by: by, name: fmt.Sprintf("s%d", len(c.m.shares)), permission: c.permissionOf(by),
		external: c.often(75), retain: c.often(20),
	}
	if c.often(35) {
		a.ends = c.end()
	}
	for range 1 + c.IntN(2) {
		if k := c.key(by); !slices.Contains(a.keys, k) || c.often(3) {
			a.keys = append(a.keys, k)
		}
	}
	for range c.IntN(4) {
		if p := c.principal(by); !slices.Contains(a.principals, p) || c.often(3) {
			a.principals = append(a.principals, p)
		}
	}
	if c.often(70) {
		a.principals = slices.DeleteFunc(a.principals, func(p principal) bool {
			ok, _ := c.m.nameable(by, p, a.external, a.retain)
			return !ok
		})
	}
	return a
}

// sharing gives an act on a share.
func (c chance) sharing(s int) (act, bool) {
	sh := &c.m.shares[s]
	if (over(sh.ends, c.m.now) || !slices.ContainsFunc(sh.resources, c.usable)) && c.often(25) {
		return deleteShare{sh.owner, s}, true // nothing is left of it
	}
	roll := c.IntN(100)
	switch {
	case roll < 24:
		return c.adding(s), true
	case roll < 29:
		p, ok := c.named(s)
		return removePrincipal{by: c.owner(s), share: s, principal: p}, ok
	case roll < 31:
		if len(sh.resources) == 0 {
			return nil, false
		}
		return removeKey{c.owner(s), s, oneOf(c, sh.resources).key}, true
	case roll < 48:
		return c.answering(s)
	case roll < 53:
		by := c.account()
		if in := c.parts(s, func(p part) bool { return p.state == "in" && p.account != "" }); len(in) > 0 && c.often(60) {
			by = oneOf(c, in).account
		}
		return leaveShare{by, s}, true
	case roll < 58:
		return c.again(s)
	case roll < 67:
		return c.ending(s)
	case roll < 69:
		return deleteShare{c.owner(s), s}, true
	case roll < 74:
		return updateShare{c.owner(s), s}, true
	case roll < 77:
		return setDefault{oneOf(c, []string{"Ben", "Cleo", "Xena"}), 1 + c.IntN(2)}, true
	}
	return c.edit(s), true
}

// usable tells of a key in a share that it is there still.
func (c chance) usable(r resource) bool { return !r.ended && c.m.keys[r.key].state != "deleted" }

func (c chance) parts(s int, which func(part) bool) (list []part) {
	for _, p := range c.m.shares[s].parts {
		if which(p) {
			list = append(list, p)
		}
	}
	return list
}

// adding mostly names somebody who can be named and is not there.
func (c chance) adding(s int) act {
	sh := &c.m.shares[s]
	p := c.principal(sh.owner)
	for range 3 {
		if ok, _ := c.m.nameable(sh.owner, p, sh.external, sh.retain); ok && sh.live(p) == nil || c.often(10) {
			break
		}
		p = c.principal(sh.owner)
	}
	return addPrincipal{c.owner(s), s, p}
}

func (c chance) answering(s int) (act, bool) {
	waiting := c.parts(s, func(p part) bool { return p.state == "waiting" })
	if len(waiting) == 0 || c.often(8) {
		return answerInvitation{by: c.account(), share: s, reject: c.often(25)}, c.often(25)
	}
	return answerInvitation{by: oneOf(c, waiting).account, share: s, reject: c.often(20)}, true
}

// ending sets an end, now and then that of a share before somebody's own.
func (c chance) ending(s int) (act, bool) {
	if c.often(35) {
		for _, s := range c.liveShares() {
			sh := &c.m.shares[s]
			for _, p := range c.parts(s, func(p part) bool { return p.state == "in" }) {
				if before := p.ends.Add(-time.Hour); before.After(c.m.now) {
					return setEnd{by: sh.owner, share: s, ends: before, seen: sh.ends}, true
				}
			}
		}
	}
	sh := &c.m.shares[s]
	a := setEnd{by: c.owner(s), share: s, ends: c.end(), seen: sh.ends}
	p, ok := c.named(s)
	if !ok || c.often(30) {
		return a, true
	}
	a.principal, a.seen = &p, sh.newest(p).ends
	if a.ends.IsZero() && c.often(70) {
		a.ends = c.m.now.Truncate(time.Minute).Add(time.Duration(2+c.IntN(240)) * time.Hour)
	}
	if !sh.ends.IsZero() && a.ends.After(sh.ends) && c.often(80) {
		a.ends = sh.ends
	}
	return a, sh.newest(p).state != "ended" || c.often(20)
}

// again sends an invitation again: one that waits, or ran out not too long ago.
func (c chance) again(s int) (act, bool) {
	sh := &c.m.shares[s]
	p, ok := c.named(s)
	if !ok {
		return nil, false
	}
	if one := sh.newest(p); one.lapsed && one.until.Before(c.m.now.Add(-300*24*time.Hour)) {
		return nil, false // its row may be purged
	}
	return resend{by: c.owner(s), share: s, principal: p}, true
}

func (c chance) edit(s int) act {
	sh := &c.m.shares[s]
	a := editShare{by: c.owner(s), share: s, rename: c.often(15), seen: sh.changes}
	if k := c.key(sh.owner); c.often(35) && c.m.keys[k].state != "deleted" {
		a.keysIn = []int{k}
	}
	if held := slices.DeleteFunc(slices.Clone(sh.resources), func(r resource) bool { return !c.usable(r) }); len(held) > 0 && c.often(15) {
		if k := oneOf(c, held).key; !slices.Contains(a.keysIn, k) {
			a.keysOut = []int{k}
		}
	}
	if c.often(30) {
		a.permission = c.permissionOf(sh.owner)
	}
	listed := func(p principal) bool { one := sh.newest(p); return one != nil && (one.state != "ended" || one.marked) }
	if p := c.principal(sh.owner); c.often(45) {
		a.in = append(a.in, p)
	}
	if p, ok := c.named(s); ok && c.often(35) && listed(p) && !slices.Contains(a.in, p) {
		a.out = append(a.out, p)
	}
	if c.often(20) {
		external := c.often(50)
		a.external = &external
	}
	if c.often(15) {
		retain := c.often(40)
		a.retain = &retain
	}
	if c.often(20) {
		ends := c.end()
		a.ends = &ends
	}
	return a
}

func (c chance) organizing() (act, bool) {
	m, by := c.m, c.boss()
	org := c.organization(by)
	inside := slices.DeleteFunc(slices.Clone(m.accounts), func(a string) bool { return !m.member(a, org) })
	free := slices.DeleteFunc(slices.Clone(m.accounts), func(a string) bool { _, in := m.places[a]; return in })
	someone := func(list []string) string {
		if len(list) == 0 || c.often(10) {
			return c.account()
		}
		return oneOf(c, list)
	}
	if len(free) > 2 && c.often(50) {
		return addMember{by, oneOf(c, free), org, c.unit(org)}, true
	}
	if named := c.carried(); len(named) > 0 && c.often(10) {
		return leaveOrganization{oneOf(c, named)}, true
	}
	switch roll := c.IntN(100); {
	case roll < 25:
		return moveMember{by, someone(inside), org, c.unit(org)}, true
	case roll < 35:
		if len(inside) < 3 && c.often(60) {
			return nil, false
		}
		return removeMember{by, someone(inside)}, true
	case roll < 42:
		return leaveOrganization{c.account()}, true
	case roll < 58:
		if len(free) == 0 && c.often(80) {
			return nil, false
		}
		return addMember{by, someone(free), org, c.unit(org)}, true
	case roll < 66:
		return invite{by, someone(free)}, true
	case roll < 78:
		return c.handshake()
	case roll < 84:
		if units := m.orgs[org].units; len(slices.DeleteFunc(slices.Clone(units), func(u unit) bool { return u.gone })) >= mostUnits {
			return nil, false
		}
		return createUnit{by, fmt.Sprintf("u%d", len(m.orgs[org].units)), org, c.unit(org)}, true
	case roll < 91:
		if u := c.unit(org); u != root {
			return deleteUnit{by, org, u}, true
		}
		return nil, false
	case roll < 95:
		if u := c.unit(org); u != root {
			return moveUnit{by, org, u, c.unit(org)}, true
		}
		return nil, false
	case roll < 97:
		return createOrganization{someone(free), fmt.Sprintf("Organization %d", len(m.orgs))}, true
	}
	return deleteOrganization{by}, true
}

// carried lists accounts that shares name by themselves, through their organization.
func (c chance) carried() (list []string) {
	for _, s := range c.liveShares() {
		for _, p := range c.parts(s, func(p part) bool { return p.state == "in" && p.through != nobody && p.account != "" }) {
			list = append(list, p.account)
		}
	}
	return list
}

func (c chance) handshake() (act, bool) {
	type waiting struct {
		org int
		to  string
	}
	var list []waiting
	for i, o := range c.m.orgs {
		for _, h := range o.invited {
			if h.waiting || c.often(2) {
				list = append(list, waiting{i, h.to})
			}
		}
	}
	if len(list) == 0 {
		return nil, false
	}
	one := oneOf(c, list)
	how := oneOf(c, []string{"accept", "accept", "accept", "decline", "cancel"})
	by := one.to
	if how == "cancel" {
		by = c.m.orgs[one.org].boss
	}
	if c.often(5) {
		by = c.account()
	}
	return answerHandshake{by, one.to, one.org, how}, true
}

func (c chance) keeping() (act, bool) {
	living := 0
	for _, k := range c.m.keys {
		if k.state != "deleted" {
			living++
		}
	}
	if living < mostKeys && c.often(60) {
		by := oneOf(c, []string{"Ben", "Cleo", "Xena", c.account()})
		return createKey{by, fmt.Sprintf("k%d", len(c.m.keys)), oneOf(c, iamtest.Regions)}, true
	}
	k := c.key(c.keyOwner())
	if resting := slices.IndexFunc(c.m.keys, func(k key) bool { return k.state == "disabled" }); resting >= 0 && c.often(50) {
		k = resting
	}
	by := c.m.keys[k].owner
	if c.often(8) {
		by = c.account()
	}
	how := map[string][]string{
		"enabled":  {"disable", "disable", "schedule the deletion of"},
		"disabled": {"enable", "enable", "schedule the deletion of"},
		"pending":  {"cancel the deletion of"},
		"deleted":  {"enable"},
	}[c.m.keys[k].state]
	if c.often(10) {
		how = []string{"disable", "enable", "schedule the deletion of", "cancel the deletion of"}
	}
	return changeKey{by, k, oneOf(c, how)}, true
}
