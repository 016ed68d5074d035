package ram

import (
	"cmp"
	"slices"
	"strings"
)

// Difference is what lies between two states of a share. Nil and empty parts are the same
// in both.
type Difference struct {
	Name              *TextChange
	Description       *TextChange
	Scope             *ScopeChange
	Ends              *EndChange
	Retain            *RetainChange
	Tags              []TagChange // by key
	KeysAdded         []Key
	KeysRemoved       []Key
	Permission        *PermissionChange
	PrincipalsAdded   []Named
	PrincipalsRemoved []Named
}

// TextChange is a text before and after.
type TextChange struct{ From, To string }

// ScopeChange is the new sharing scope; the other one was before.
type ScopeChange struct{ AllowExternal bool }

// EndChange is the end before and after; empty is none.
type EndChange struct{ From, To End }

// RetainChange says whether accounts named from now on stay when they leave the
// organization; the other one was before.
type RetainChange struct{ Retain bool }

// TagChange is one tag before and after: From is nil for a new one, To for a deleted one.
type TagChange struct {
	Key      string
	From, To *string
}

// PermissionChange is a permission in a version, before and after.
type PermissionChange struct{ From, To Permission }

// Named is a principal by what it is called.
type Named struct {
	Principal string
	Kind      PrincipalKind
	Name      string
}

// Empty reports that nothing differs.
func (d Difference) Empty() bool {
	return d.Name == nil && d.Description == nil && d.Scope == nil && d.Ends == nil && d.Retain == nil && len(d.Tags) == 0 && len(d.KeysAdded) == 0 && len(d.KeysRemoved) == 0 &&
		d.Permission == nil && len(d.PrincipalsAdded) == 0 && len(d.PrincipalsRemoved) == 0
}

// metadata reports whether name, description, scope, end or retaining differ.
func (d Difference) metadata() bool { return d.metadataWords() != "" }

// metadataWords names what of them differs, for the trail.
func (d Difference) metadataWords() string {
	var words []string
	for word, differs := range map[string]bool{
		"name": d.Name != nil, "description": d.Description != nil, "scope": d.Scope != nil, "end": d.Ends != nil, "retain": d.Retain != nil,
	} {
		if differs {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// differs compares two states of a share; permissions and names of principals are the
// caller's to fill in.
func (p parts) differs(from, to shareState) Difference {
	var d Difference
	if from.Name != to.Name {
		d.Name = &TextChange{from.Name, to.Name}
	}
	if from.Description != to.Description {
		d.Description = &TextChange{from.Description, to.Description}
	}
	if from.AllowExternal != to.AllowExternal {
		d.Scope = &ScopeChange{to.AllowExternal}
	}
	if from.Ends != to.Ends {
		d.Ends = &EndChange{from.Ends, to.Ends}
	}
	if from.Retain != to.Retain {
		d.Retain = &RetainChange{to.Retain}
	}
	d.Tags = tagChanges(from.Tags, to.Tags)
	for _, id := range without(to.Keys, from.Keys) {
		d.KeysAdded = append(d.KeysAdded, p.key(id))
	}
	for _, id := range without(from.Keys, to.Keys) {
		d.KeysRemoved = append(d.KeysRemoved, p.key(id))
	}
	for _, name := range without(to.Principals, from.Principals) {
		d.PrincipalsAdded = append(d.PrincipalsAdded, p.named(name))
	}
	for _, name := range without(from.Principals, to.Principals) {
		d.PrincipalsRemoved = append(d.PrincipalsRemoved, p.named(name))
	}
	return d
}

func (p parts) named(principal string) Named {
	one, ok := p.principal(principal)
	if !ok {
		n, _ := parsePrincipal(principal) // what a draft holds was parsed once
		return Named{Principal: principal, Kind: n.kind, Name: principal}
	}
	return Named{Principal: principal, Kind: one.Kind, Name: one.Name}
}

func tagChanges(from, to []Tag) []TagChange {
	was, is := tagValues(from), tagValues(to)
	var list []TagChange
	for _, t := range to {
		value := t.Value
		if old, ok := was[t.Key]; !ok {
			list = append(list, TagChange{Key: t.Key, To: &value})
		} else if old != t.Value {
			list = append(list, TagChange{Key: t.Key, From: &old, To: &value})
		}
	}
	for _, t := range from {
		if _, stays := is[t.Key]; !stays {
			list = append(list, TagChange{Key: t.Key, From: &t.Value})
		}
	}
	slices.SortFunc(list, func(a, b TagChange) int { return cmp.Compare(a.Key, b.Key) })
	return list
}

// theirs is what other acts changed since the draft began. Recipients' answers are no
// change of the share, nor is what the organization or the key itself ended.
func (p parts) theirs(base shareState) *Difference {
	if base.Version == p.state.Version {
		return nil
	}
	d := p.differs(base, p.state)
	d.KeysRemoved = slices.DeleteFunc(d.KeysRemoved, func(k Key) bool { return k.State == "deleted" })
	d.PrincipalsRemoved = slices.DeleteFunc(d.PrincipalsRemoved, func(n Named) bool {
		one, ok := p.principal(n.Principal)
		return ok && one.State != Removed
	})
	if base.Pinned != p.state.Pinned {
		d.Permission = &PermissionChange{To: p.pinned}
	}
	return &d
}
