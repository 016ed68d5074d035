package history_test

import (
	"fmt"
	"strings"
	"time"
)

// act is something that somebody does, or that happens. It works on the model, and on the
// program through its services; String words it for whoever reads a failure.
type act interface {
	fmt.Stringer
	on(m *model) outcome
	run(w *world) error
}

type createShare struct {
	by, name         string
	keys             []int
	permission       string
	external, retain bool
	ends             time.Time
	principals       []principal
}

type addPrincipal struct {
	by    string
	share int
	principal
}

type removePrincipal struct {
	by    string
	share int
	principal
	part *int // which of its parts, as seen before others acted; nil: the newest
}

type removeKey struct {
	by         string
	share, key int
}

type resend struct {
	by    string
	share int
	principal
	part *int // as in removePrincipal
}

type answerInvitation struct {
	by     string
	share  int
	reject bool
	part   *int // as in removePrincipal
}

type leaveShare struct {
	by    string
	share int
}

type deleteShare struct {
	by    string
	share int
}

type setEnd struct {
	by        string
	share     int
	principal *principal // nil: the share as a whole
	ends      time.Time
	seen      time.Time
}

type updateShare struct {
	by    string
	share int
}

type setDefault struct {
	by      string
	version int
}

type editShare struct {
	by         string
	share      int
	rename     bool
	keysIn     []int
	keysOut    []int
	permission string // empty: as it is
	in, out    []principal
	external   *bool
	retain     *bool
	ends       *time.Time
	seen       int // how often the share was changed when its user looked at it
	confirm    *call
}

type createOrganization struct{ by, name string }

type deleteOrganization struct{ by string }

type setSharing struct {
	by      string
	enabled bool
}

type addMember struct {
	by, account string
	org, unit   int
}

type moveMember struct {
	by, account string
	org, unit   int
}

type removeMember struct{ by, account string }

type leaveOrganization struct{ by string }

type invite struct{ by, account string }

type answerHandshake struct {
	by, account string
	org         int
	how         string // accept, decline, cancel
}

type createUnit struct {
	by, name    string
	org, parent int
}

type deleteUnit struct {
	by        string
	org, unit int
}

type moveUnit struct {
	by                string
	org, unit, parent int
}

type createKey struct{ by, name, region string }

type changeKey struct {
	by  string
	key int
	how string
}

type sweep struct{ room string }

type wait struct{ to time.Time }

func (a createShare) on(m *model) outcome        { return m.create(a) }
func (a addPrincipal) on(m *model) outcome       { return m.add(a) }
func (a removePrincipal) on(m *model) outcome    { return m.remove(a) }
func (a removeKey) on(m *model) outcome          { return m.removeKey(a) }
func (a resend) on(m *model) outcome             { return m.resend(a) }
func (a answerInvitation) on(m *model) outcome   { return m.answer(a) }
func (a leaveShare) on(m *model) outcome         { return m.leave(a) }
func (a deleteShare) on(m *model) outcome        { return m.deleteShare(a) }
func (a setEnd) on(m *model) outcome             { return m.setEnd(a) }
func (a updateShare) on(m *model) outcome        { return m.update(a) }
func (a setDefault) on(m *model) outcome         { return m.setDefault(a) }
func (a editShare) on(m *model) outcome          { return m.edit(a) }
func (a createOrganization) on(m *model) outcome { return m.found(a) }
func (a deleteOrganization) on(m *model) outcome { return m.dissolve(a) }
func (a setSharing) on(m *model) outcome         { return m.switchSharing(a) }
func (a addMember) on(m *model) outcome          { return m.addMember(a) }
func (a moveMember) on(m *model) outcome         { return m.move(a) }
func (a removeMember) on(m *model) outcome       { return m.removeMember(a) }
func (a leaveOrganization) on(m *model) outcome  { return m.leaveOrganization(a) }
func (a invite) on(m *model) outcome             { return m.invite(a) }
func (a answerHandshake) on(m *model) outcome    { return m.answerHandshake(a) }
func (a createUnit) on(m *model) outcome         { return m.createUnit(a) }
func (a deleteUnit) on(m *model) outcome         { return m.deleteUnit(a) }
func (a moveUnit) on(m *model) outcome           { return m.moveUnit(a) }
func (a changeKey) on(m *model) outcome          { return m.changeKey(a) }

func (a createKey) on(m *model) outcome {
	m.keys = append(m.keys, key{name: a.name, owner: a.by, region: a.region, state: "enabled"})
	return done
}

func (a sweep) on(m *model) outcome {
	m.sweep(a.room)
	return done
}

func (a wait) on(m *model) outcome {
	m.pass(a.to)
	return done
}

func (p principal) String() string {
	switch {
	case p.account != "":
		return p.account
	case p.unit == root:
		return fmt.Sprintf("organization %d", p.org)
	}
	return fmt.Sprintf("unit %d of organization %d", p.unit, p.org)
}

func unitName(u int) string {
	if u == root {
		return "the root"
	}
	return fmt.Sprintf("unit %d", u)
}

func onOff(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func (a createShare) String() string {
	return fmt.Sprintf("%s makes %s of keys %v with %s for %v, %s, %s, until %s", a.by, a.name, a.keys, a.permission, a.principals,
		onOff(a.external, "anybody", "the organization only"), onOff(a.retain, "retained", "not retained"), clock(a.ends))
}

func (a addPrincipal) String() string {
	return fmt.Sprintf("%s adds %v to s%d", a.by, a.principal, a.share)
}

func (a removePrincipal) String() string {
	return fmt.Sprintf("%s removes %v from s%d", a.by, a.principal, a.share)
}

func (a removeKey) String() string {
	return fmt.Sprintf("%s takes key %d out of s%d", a.by, a.key, a.share)
}

func (a resend) String() string {
	return fmt.Sprintf("%s sends the invitation of %v to s%d again", a.by, a.principal, a.share)
}

func (a answerInvitation) String() string {
	return fmt.Sprintf("%s %s s%d", a.by, onOff(a.reject, "rejects", "accepts"), a.share)
}

func (a leaveShare) String() string  { return fmt.Sprintf("%s leaves s%d", a.by, a.share) }
func (a deleteShare) String() string { return fmt.Sprintf("%s deletes s%d", a.by, a.share) }

func (a setEnd) String() string {
	whose := ""
	if a.principal != nil {
		whose = fmt.Sprintf(" for %v", *a.principal)
	}
	return fmt.Sprintf("%s ends s%d%s at %s instead of %s", a.by, a.share, whose, clock(a.ends), clock(a.seen))
}

func (a updateShare) String() string {
	return fmt.Sprintf("%s updates s%d to its permission's newest version", a.by, a.share)
}

func (a setDefault) String() string {
	return fmt.Sprintf("%s makes version %d of its permission the default", a.by, a.version)
}

func (a editShare) String() string {
	words := []string{fmt.Sprintf("%s edits s%d:", a.by, a.share)}
	add := func(when bool, format string, args ...any) {
		if when {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(a.rename, "name")
	add(len(a.keysIn) > 0, "+keys %v", a.keysIn)
	add(len(a.keysOut) > 0, "-keys %v", a.keysOut)
	add(a.permission != "", "permission %s", a.permission)
	add(len(a.in) > 0, "+%v", a.in)
	add(len(a.out) > 0, "-%v", a.out)
	if a.external != nil {
		add(true, "%s", onOff(*a.external, "for anybody", "for the organization only"))
	}
	if a.retain != nil {
		add(true, "%s", onOff(*a.retain, "retained", "not retained"))
	}
	if a.ends != nil {
		add(true, "until %s", clock(*a.ends))
	}
	return strings.Join(words, " ")
}

func (a createOrganization) String() string { return a.by + " creates an organization" }
func (a deleteOrganization) String() string { return a.by + " deletes its organization" }

func (a setSharing) String() string {
	return fmt.Sprintf("%s turns sharing %s", a.by, onOff(a.enabled, "on", "off"))
}

func (a addMember) String() string {
	return fmt.Sprintf("%s takes %s into %s of organization %d", a.by, a.account, unitName(a.unit), a.org)
}

func (a moveMember) String() string {
	return fmt.Sprintf("%s moves %s into %s of organization %d", a.by, a.account, unitName(a.unit), a.org)
}

func (a removeMember) String() string {
	return fmt.Sprintf("%s removes %s from its organization", a.by, a.account)
}

func (a leaveOrganization) String() string { return a.by + " leaves its organization" }

func (a invite) String() string {
	return fmt.Sprintf("%s invites %s into its organization", a.by, a.account)
}

func (a answerHandshake) String() string {
	return fmt.Sprintf("%s: %s the invitation of %s into organization %d", a.by, a.how, a.account, a.org)
}

func (a createUnit) String() string {
	return fmt.Sprintf("%s creates a unit in %s of organization %d", a.by, unitName(a.parent), a.org)
}

func (a deleteUnit) String() string {
	return fmt.Sprintf("%s deletes %s of organization %d", a.by, unitName(a.unit), a.org)
}

func (a moveUnit) String() string {
	return fmt.Sprintf("%s moves %s of organization %d into %s", a.by, unitName(a.unit), a.org, unitName(a.parent))
}

func (a createKey) String() string { return fmt.Sprintf("%s creates %s", a.by, a.name) }
func (a changeKey) String() string { return fmt.Sprintf("%s: %s key %d", a.by, a.how, a.key) }
func (a sweep) String() string     { return "the sweep of " + a.room + " runs" }
func (a wait) String() string      { return "it is " + clock(a.to) }
