package ram

import (
	"fmt"
	"slices"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
)

// edit is a draft of changes laid over its share at present, and judged.
type edit struct {
	parts      parts
	want       draftData // the draft merged with what others changed
	mine       Difference
	permission Permission // after the edit
	added      []Chosen
	removed    []Principal // live associations that end
	circle     circle
	was        shareRow // locked
}

// readEdit lays a draft over its share, in at most three queries.
func readEdit(tx *iam.Tx, d draftData) (edit, error) {
	keys, _ := d.added()
	chosen := d.Permissions[ResourceTypeKey]
	now, err := readShareParts(tx, d.Edits, wish{keys: append(keys, d.Base.Keys...), permission: chosen, name: strings.ToLower(d.Name), reach: chosen != KeepPermission})
	if err != nil {
		return edit{}, err
	}
	e := edit{parts: now, want: d.merge(now.state), permission: now.pinned}
	if chosen != KeepPermission {
		e.permission = now.chosen
	}
	e.mine = now.differs(now.state, shareState{
		Name: e.want.Name, Description: e.want.Description, AllowExternal: e.want.AllowExternal, Tags: e.want.Tags,
		Keys: e.want.Keys, Principals: e.want.Principals, Ends: e.want.Ends, Retain: e.want.Retain,
	})
	e.nameAgain()
	if e.permission.version != now.pinned.version && e.permission.version != "" {
		e.mine.Permission = &PermissionChange{From: now.pinned, To: e.permission}
	}
	for _, p := range now.principals {
		if p.State.Live() && !slices.Contains(e.want.Principals, p.Principal) {
			e.removed = append(e.removed, p)
		}
	}
	return e, nil
}

// nameAgain adds those who are named anew: their part is over by the switch, and no sweep
// has ended it. Somebody else may have named them meanwhile.
func (e *edit) nameAgain() {
	e.want.Again = slices.DeleteFunc(slices.Clone(e.want.Again), func(name string) bool {
		p, ok := e.parts.principal(name)
		return ok && p.State.Live() && p.State != Ineffective
	})
	for _, name := range e.want.Again {
		e.mine.PrincipalsAdded = append(e.mine.PrincipalsAdded, e.parts.named(name))
	}
}

// narrowed reports that dependents lose what they need though key and principal stay.
func (e edit) narrowed() bool {
	c := e.mine.Permission
	return c != nil && slices.Contains(c.From.Actions, opensDataKey) && !slices.Contains(c.To.Actions, opensDataKey)
}

// actions tells what the accounts that stay gain and lose by another permission or another
// version of it, and whether there are more of them than are named.
func (e edit) actions() (change *VersionChange, more bool) {
	c := e.mine.Permission
	if c == nil {
		return nil, false
	}
	one := UpdatedShare{ID: e.want.Edits, Name: e.parts.state.Name}
	stay := map[AssociationID]bool{}
	for _, p := range e.kept() {
		stay[p.ID] = true
		if p.State == InvitationPending {
			one.Waiting++
		}
	}
	named := map[string]bool{}
	for _, r := range e.parts.reached {
		if stay[r.by] && !named[r.account] {
			named[r.account] = true
			one.Accounts = append(one.Accounts, r.name)
		}
	}
	slices.Sort(one.Accounts)
	more = len(e.parts.reached) > mostReached || len(one.Accounts) > shownAccounts
	one.Accounts = one.Accounts[:min(len(one.Accounts), shownAccounts)]
	return &VersionChange{
		From: c.From.Version, Gained: withoutActions(c.To.Actions, c.From.Actions), Lost: withoutActions(c.From.Actions, c.To.Actions), Shares: []UpdatedShare{one},
	}, more
}

// loss reads what stops for others.
func (e edit) loss(tx *iam.Tx) (keyuse.Impact, error) {
	ends := keyuse.Ending{Share: string(e.want.Edits)}
	if !e.narrowed() {
		ends.Keys = keyIDs(e.mine.KeysRemoved)
		for _, p := range e.removed {
			ends.Associations = append(ends.Associations, string(p.ID))
		}
		if len(ends.Keys) == 0 && len(ends.Associations) == 0 {
			return keyuse.Impact{}, nil
		}
	}
	lost, err := keyuse.LosesIn(tx, "", e.parts.state.Keys, ends)
	return lost.Impact, err
}

// named are the principals whose place in the organization the edit depends on.
func (e edit) named() []string {
	var list []string
	for _, n := range e.mine.PrincipalsAdded {
		list = append(list, n.Principal)
	}
	if e.turnsDown() {
		for _, p := range e.want.Principals {
			if iam.IsAccountID(p) && !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	return list
}

// turnsDown reports that the edit limits the share to the organization.
func (e edit) turnsDown() bool { return e.mine.Scope != nil && !e.want.AllowExternal }

// judge checks the edit with e.circle in place. keys are the added ones, locked or not.
func (e *edit) judge(tx *iam.Tx, keys map[string]keyCard) fault.Fields {
	var wrong, part fault.Fields
	add := func(step Step) {
		for _, w := range part {
			wrong.Add(string(step)+"."+w.Name, w.Code, w.Message)
		}
		part = nil
	}
	checkText(&part, e.want)
	if e.mine.Ends != nil || len(e.mine.PrincipalsAdded) > 0 {
		e.want.Ends.check(&part, tx.Now)
	}
	checkCounts(&part, "keys", "keys", len(e.mine.KeysAdded), len(e.mine.KeysRemoved), len(e.want.Keys), MaxShareKeys)
	judgeKeys(tx, &part, keys, keyIDs(e.mine.KeysAdded))
	add(StepDetails)

	if e.permission.version == "" {
		part.Add("permission", codeNoPermission, "Choose one permission for keys.")
	}
	e.want.checkChosen(&part, e.permission)
	add(StepPermissions)

	var names []string
	for _, n := range e.mine.PrincipalsAdded {
		names = append(names, n.Principal)
	}
	e.added, part = e.circle.judgeAll(names, e.want.AllowExternal)
	checkCounts(&part, "principal", "principals", 0, len(e.removed), len(e.want.Principals), MaxSharePrincipals)
	if e.turnsDown() {
		e.circle.checkScope(&part, false)
		e.circle.checkInside(&part, e.kept())
	}
	add(StepPrincipals)
	return wrong
}

// kept are the principals that are in the share and stay.
func (e edit) kept() []Principal {
	return slices.DeleteFunc(slices.Clone(e.parts.principals), func(p Principal) bool {
		return !p.State.Live() || !slices.Contains(e.want.Principals, p.Principal)
	})
}

// checkInside refuses the narrow scope while accounts outside the organization stay.
func (c circle) checkInside(f *fault.Fields, kept []Principal) {
	if !c.in {
		return // checkScope has said so
	}
	var names []string
	for _, p := range kept {
		if p.Kind == KindAccount && !c.known[p.Account].Member {
			names = append(names, account{Name: p.Name}.title(p.Principal))
		}
	}
	if len(names) > 0 {
		f.Add("scope", codeStillExternal, fmt.Sprintf("Sharing cannot be limited to %s while accounts outside it are in the share. Remove these first: %s.", c.org.Name, strings.Join(names, ", ")))
	}
}

// checkCounts holds what one edit adds, removes and leaves to the limits.
func checkCounts(f *fault.Fields, field, things string, added, removed, total, most int) {
	switch {
	case added > MaxKeys:
		f.Add(field, codePerShareQuota, fmt.Sprintf("At most %d %s can be added at a time, these are %d. Press OK for some of them first.", MaxKeys, things, added))
	case removed > MaxKeys:
		f.Add(field, codePerShareQuota, fmt.Sprintf("At most %d %s can be removed at a time, these are %d. Press OK for some of them first.", MaxKeys, things, removed))
	case total > most:
		f.Add(field, codePerShareQuota, fmt.Sprintf("A share holds at most %d %s, with these it would hold %d. Remove some first.", most, things, total))
	}
}
