package ram

import (
	"strconv"
	"strings"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/to"
)

// DraftEdit is step four of an edit: what differs, who loses and who gets what.
type DraftEdit struct {
	DraftFrame
	Seen         string // version of the share shown here
	RefusalTitle string
	Refusals     []StepRefusal
	Summary      string  // "+2 keys, −1 principal, permission A v1 → A v2"
	Theirs       Changes // what others changed meanwhile
	Moved        bool    // they did change something
	Mine         Changes
	Effect       string
	EffectMore   string
	Loses        string // who loses access
	Stops        Stops
	Actions      *ChangedActions
	NameNote     string
}

// Changes are the differences in the order of the wizard's steps.
type Changes struct{ Details, Keys, Permission, Principals []Change }

// Change is one difference. Sign is added, removed or changed.
type Change struct {
	Sign string
	Text string
	Note string
}

// ChangedActions are what another permission, or another version of it, gives and takes.
type ChangedActions struct {
	Gained, Lost []PermissionAction
	Accounts     string // that have access and stay
	Note         string
}

// The signs of a Change.
const (
	Added   = "Added"
	Removed = "Removed"
	Changed = "Changed"
)

// NewDraftEdit words the last step of an edit.
func NewDraftEdit(r ram.Review, now time.Time) DraftEdit {
	e := r.Edit
	m := DraftEdit{
		DraftFrame: NewDraftFrame(r.Draft, ram.StepConfirm), Seen: strconv.FormatInt(e.Seen, 10),
		Summary: difference(e.Mine), Mine: changes(e.Mine), Loses: loses(e), Stops: othersStop(e.Lost),
	}
	if e.Theirs != nil {
		m.Moved, m.Theirs = true, changes(*e.Theirs)
	}
	if r.AtOnce+r.Invitations > 0 {
		m.Effect, m.EffectMore = effect(r, "On OK")
	}
	for i, c := range m.Mine.Principals {
		if c.Sign == Added && i < len(r.Chosen) {
			access := "will receive an invitation, valid for 7 days"
			if r.Chosen[i].AtOnce {
				access = "access at once"
			}
			m.Mine.Principals[i].Note = access
		}
	}
	if a := e.Actions; a != nil {
		who := changedShare(a.Shares[0])
		m.Actions = &ChangedActions{Gained: newActions(a.Gained), Lost: newActions(a.Lost), Accounts: who.Accounts, Note: who.Note}
		if e.More {
			m.Actions.Note = joined("more accounts have access than are named here", who.Note)
		}
	}
	if r.NameTaken {
		m.NameNote = "Another share of this account has this name. That is allowed; their IDs tell them apart."
	}
	for _, p := range r.Problems {
		m.Refusals = append(m.Refusals, NewStepRefusal(m.ID, p.Step, p.Message, p.Code))
	}
	m.RefusalTitle = "OK would refuse: " + count(len(m.Refusals), "thing needs", "things need") + " a change"
	return m
}

// None reports that nothing differs.
func (c Changes) None() bool {
	return len(c.Details)+len(c.Keys)+len(c.Permission)+len(c.Principals) == 0
}

func (c Changes) all() []Change {
	var list []Change
	for _, part := range [][]Change{c.Details, c.Keys, c.Permission, c.Principals} {
		list = append(list, part...)
	}
	return list
}

func changes(d ram.Difference) Changes {
	var c Changes
	text := func(what string, t *ram.TextChange) {
		if t != nil {
			c.Details = append(c.Details, Change{Changed, what + ": " + orNone(t.To), "was " + orNone(t.From)})
		}
	}
	text("Name", d.Name)
	text("Description", d.Description)
	if e := d.Ends; e != nil {
		c.Details = append(c.Details, Change{Changed, "End: " + orNone(endUTC(e.To)), "was " + orNone(endUTC(e.From))})
	}
	for _, t := range d.Tags {
		switch {
		case t.From == nil:
			c.Details = append(c.Details, Change{Added, "Tag " + tagText(t.Key, *t.To), ""})
		case t.To == nil:
			c.Details = append(c.Details, Change{Removed, "Tag " + tagText(t.Key, *t.From), ""})
		default:
			c.Details = append(c.Details, Change{Changed, "Tag " + tagText(t.Key, *t.To), "was " + orNone(*t.From)})
		}
	}
	for _, k := range d.KeysAdded {
		c.Keys = append(c.Keys, Change{Added, k.Name, joined(k.Region, unusable(k))})
	}
	for _, k := range d.KeysRemoved {
		c.Keys = append(c.Keys, Change{Removed, k.Name, joined(k.Region, unusable(k))})
	}
	if p := d.Permission; p != nil {
		one := Change{Sign: Changed, Text: version(p.To)}
		if p.From.Name != "" {
			one.Note = "was " + version(p.From)
		}
		c.Permission = append(c.Permission, one)
	}
	for _, n := range d.PrincipalsAdded {
		c.Principals = append(c.Principals, Change{Added, named(n), strings.ToLower(kindText(n.Kind))})
	}
	for _, n := range d.PrincipalsRemoved {
		c.Principals = append(c.Principals, Change{Removed, named(n), strings.ToLower(kindText(n.Kind))})
	}
	if d.Scope != nil {
		one := Change{Changed, "Scope: only within the organization", "was any account"}
		if d.Scope.AllowExternal {
			one = Change{Changed, "Scope: any account", "was only within the organization"}
		}
		c.Principals = append(c.Principals, one)
	}
	if d.Retain != nil {
		one := Change{Changed, "Retain sharing when an account leaves the organization: off", "was on"}
		if d.Retain.Retain {
			one = Change{Changed, "Retain sharing when an account leaves the organization: on", "was off"}
		}
		c.Principals = append(c.Principals, one)
	}
	return c
}

// named is a principal in a line: its name, and the ID of an account.
func named(n ram.Named) string {
	p := newParty(n.Kind, n.Principal, n.Name)
	if p.Name == p.ID || n.Kind != ram.KindAccount {
		return p.Name
	}
	return p.Name + " (" + shortID(p.ID) + ")"
}

func version(p ram.Permission) string {
	return p.Name + ", version " + strconv.FormatInt(p.Version, 10)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func tagText(key, value string) string {
	if value == "" {
		return key
	}
	return key + ": " + value
}

// difference is all of it in a line.
func difference(d ram.Difference) string {
	var parts []string
	signed := func(n int, sign, one, many string) {
		if n > 0 {
			parts = append(parts, sign+count(n, one, many))
		}
	}
	signed(len(d.KeysAdded), "+", "key", "keys")
	signed(len(d.KeysRemoved), "−", "key", "keys")
	signed(len(d.PrincipalsAdded), "+", "principal", "principals")
	signed(len(d.PrincipalsRemoved), "−", "principal", "principals")
	if p := d.Permission; p != nil {
		parts = append(parts, "permission "+p.From.Name+" v"+strconv.FormatInt(p.From.Version, 10)+" → "+p.To.Name+" v"+strconv.FormatInt(p.To.Version, 10))
	}
	for _, part := range []struct {
		word    string
		differs bool
	}{{"name", d.Name != nil}, {"description", d.Description != nil}, {"scope", d.Scope != nil}, {"end", d.Ends != nil}, {"retain sharing", d.Retain != nil}} {
		if part.differs {
			parts = append(parts, part.word)
		}
	}
	signed(len(d.Tags), "", "tag", "tags")
	return strings.Join(parts, ", ")
}

// loses says who loses access, and whose invitation is withdrawn.
func loses(e *ram.EditReview) string {
	var lose, invited []string
	for _, p := range e.Removed {
		name := newParty(p.Kind, p.Principal, p.Name).Name
		switch p.State {
		case ram.AccessAtOnce, ram.Accepted:
			lose = append(lose, name)
		case ram.InvitationPending:
			invited = append(invited, name)
		}
	}
	var sentences []string
	if n := len(lose); n > 0 {
		sentences = append(sentences, some(lose)+" "+verb(n, "loses", "lose")+" access to all keys of this share at once.")
	}
	if n := len(invited); n > 0 {
		sentences = append(sentences, "The "+verb(n, "invitation", "invitations")+" to "+some(invited)+" "+verb(n, "is", "are")+" withdrawn.")
	}
	if n := len(e.Mine.KeysRemoved); n > 0 {
		var keys []string
		for _, k := range e.Mine.KeysRemoved {
			keys = append(keys, withState(k))
		}
		sentences = append(sentences, "All principals lose access to "+some(keys)+" at once.")
	}
	if a := e.Actions; a != nil && len(a.Lost) > 0 && len(a.Shares[0].Accounts) > 0 {
		names := a.Shares[0].Accounts
		sentences = append(sentences, some(names)+" "+verb(len(names), "loses", "lose")+" "+count(len(a.Lost), "action", "actions")+" at once, listed under Permissions.")
	}
	return strings.Join(sentences, " ")
}

// some names the first of a long list and counts the others.
func some(names []string) string {
	if len(names) > 4 {
		names = append(append([]string{}, names[:3]...), count(len(names)-3, "other", "others"))
	}
	return list(names)
}

func (m DraftEdit) edit(step ram.Step) string { return to.ShareDraft(m.ID, string(step)) }
