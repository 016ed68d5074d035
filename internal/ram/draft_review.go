package ram

import (
	"context"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// Review is what step four shows. Invitations and AtOnce count principals.
type Review struct {
	Draft        Draft
	Keys         []Key
	Permissions  []Permission
	Chosen       []Chosen
	Organization string
	Invitations  int
	AtOnce       int
	NameTaken    bool          // another own share has this name: allowed, worth a word
	Problems     []StepProblem // what moved since the step was saved; Submit would refuse
	Edit         *EditReview   // of an edit draft; Keys and Chosen then hold what it adds
}

// EditReview is what step four shows of an edit draft beside what it adds.
type EditReview struct {
	Share   ShareID
	Seen    int64       // version of the share shown here; ConfirmEdit takes it
	Mine    Difference  // what OK will change of the share as it is now
	Theirs  *Difference // what others changed since the draft began; nil for nothing
	Removed []Principal // live principals that end: who loses access or an invitation
	Lost    Impact      // what stops working for others

	Actions *VersionChange // of one that replaces the permission or its version: what accounts that stay gain and lose
	More    bool           // more accounts stay than Actions names
}

// StepProblem is something that Confirm would refuse, and the step that mends it.
type StepProblem struct {
	Step    Step
	Message string
	Code    string
}

// Review reads step four.
//
// Errors: NotFound; *Elsewhere.
func (s *Service) Review(ctx context.Context, caller iam.Caller, id DraftID) (Review, error) {
	var r Review
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, data, err := openStep(tx, id, StepConfirm)
		if err != nil {
			return err
		}
		r.Draft = row.toDraft(data)
		if data.Edits != "" {
			return r.readEdit(tx, data)
		}
		form, wrong, err := checkForm(tx, data, false)
		if err != nil {
			return err
		}
		r.Keys = form.keys
		r.Permissions = []Permission{form.permission}
		r.Organization = form.circle.org.Name
		r.Chosen = form.circle.show(data, nil, nil)
		r.judged(wrong)
		var twins []string
		err = tx.DB().Model(&shareRow{}).Where("account_id = ? AND name_lower = ? AND status = 'active'", string(tx.Caller.Account), strings.ToLower(data.Name)).
			Limit(1).Pluck("id", &twins).Error
		r.NameTaken = len(twins) > 0
		return err
	})
	return r, err
}

// judged counts what naming the chosen ones means, and keeps what is wrong.
func (r *Review) judged(wrong fault.Fields) {
	for _, p := range r.Chosen {
		switch {
		case p.AtOnce:
			r.AtOnce++
		case p.Problem == "":
			r.Invitations++
		}
	}
	for _, f := range wrong {
		r.Problems = append(r.Problems, StepProblem{Step: StepOf(f.Name), Message: f.Message, Code: f.Code})
	}
}

// readEdit fills the review of an edit draft.
func (r *Review) readEdit(tx *iam.Tx, data draftData) error {
	e, err := readEdit(tx, data)
	if err != nil {
		return err
	}
	if e.parts.status != ShareActive {
		return errShareDeleted
	}
	lost, err := e.loss(tx)
	if err != nil {
		return err
	}
	accounts := e.named()
	for _, o := range lost.Others {
		accounts = append(accounts, string(o.Account))
	}
	if e.circle, err = readCircle(tx, accounts, false); err != nil {
		return err
	}
	e.circle.retain = e.want.Retain
	wrong := e.judge(tx, e.parts.cards)
	edit := EditReview{Share: data.Edits, Seen: e.parts.state.Version, Mine: e.mine, Theirs: e.parts.theirs(*data.Base), Removed: e.removed}
	edit.Lost = Impact{
		Impact: lost, Share: data.Edits, ShareName: e.parts.state.Name, Owner: tx.Caller.Account, OwnerName: tx.Caller.AccountName,
		Lost: e.mine.KeysRemoved, Reached: e.removed, Accounts: map[iam.AccountID]string{},
	}
	edit.Actions, edit.More = e.actions()
	for _, o := range lost.Others {
		edit.Lost.Accounts[o.Account] = e.circle.known[o.Account].Name
	}
	r.Draft.Name, r.Draft.Description, r.Draft.Tags, r.Draft.AllowExternal = e.want.Name, e.want.Description, e.want.Tags, e.want.AllowExternal
	r.Draft.Ends, r.Draft.Retain = e.want.Ends, e.want.Retain
	r.Keys, r.Permissions, r.Organization = e.mine.KeysAdded, []Permission{e.permission}, e.circle.org.Name
	added := data
	added.Base, added.Principals, added.AllowExternal, added.Retain = nil, nil, e.want.AllowExternal, e.want.Retain
	for _, n := range e.mine.PrincipalsAdded {
		added.Principals = append(added.Principals, n.Principal)
	}
	r.Chosen = e.circle.show(added, nil, nil)
	for i, c := range r.Chosen {
		for j := range edit.Mine.PrincipalsAdded {
			if n := &edit.Mine.PrincipalsAdded[j]; n.Principal == c.Principal {
				n.Kind, n.Name = c.Kind, r.Chosen[i].Name
			}
		}
	}
	r.judged(wrong)
	r.NameTaken = e.parts.nameTaken && e.mine.Name != nil
	r.Edit = &edit
	return nil
}

// StepOf tells which step mends a field of an error of ConfirmDraft, whose fields are
// named details.name, details.keys, permissions.permission, principals.principal and
// so on.
func StepOf(field string) Step {
	step, _, _ := strings.Cut(field, ".")
	return Step(step)
}

// form is a whole draft, checked.
type form struct {
	keys       []Key
	permission Permission
	circle     circle
	principals []Chosen
}

// checkForm checks all steps of a draft. lock makes what it relies on stand still, in
// the order of locks: organization and memberships, then keys.
func checkForm(tx *iam.Tx, d draftData, lock bool) (form, fault.Fields, error) {
	var f form
	var wrong, part fault.Fields
	add := func(step Step) {
		for _, w := range part {
			wrong.Add(string(step)+"."+w.Name, w.Code, w.Message)
		}
		part = nil
	}
	var err error
	if f.circle, err = readCircle(tx, d.Principals, lock); err != nil {
		return f, nil, err
	}
	f.circle.retain, f.circle.ends = d.Retain, d.Ends.column()
	keys, err := draftKeys(tx, d.Keys, lock)
	if err != nil {
		return f, nil, err
	}
	part = checkDetails(d, tx.Now)
	judgeKeys(tx, &part, keys, d.Keys)
	for _, id := range d.Keys {
		if k, ok := keys[id]; ok {
			f.keys = append(f.keys, k.toKey())
		}
	}
	add(StepDetails)

	if lock {
		if err := keepPermission(tx, d.Permissions[ResourceTypeKey]); err != nil {
			return f, nil, err
		}
	}
	library, err := readLibrary(tx)
	if err != nil {
		return f, nil, err
	}
	f.permission, err = choose(library, d.Permissions)
	if refused, ok := fault.As(err); ok {
		part = refused.Fields
	}
	d.checkChosen(&part, f.permission)
	add(StepPermissions)
	f.principals, part = f.circle.judgeAll(d.Principals, d.AllowExternal)
	f.circle.checkScope(&part, d.AllowExternal)
	add(StepPrincipals)
	return f, wrong, nil
}
