package ram

import (
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/tag"
	"sharedkms/views/to"
)

// DraftConfirm is step four: everything once more, before it becomes true.
type DraftConfirm struct {
	DraftFrame
	RefusalTitle string
	Refusals     []StepRefusal
	Effect       string // "On Submit, 2 principals get access at once and 1 invitation goes out"
	EffectMore   string
	Nobody       bool
	Name         string
	NameNote     string
	Description  string
	Ends         string // "2027-01-31 18:30 UTC", or No end
	Tags         []string
	Keys         []Key
	Permission   Permission
	Scope        string
	Principals   []ChosenPrincipal
}

// StepRefusal is something that Submit refuses, with the step that mends it.
type StepRefusal struct {
	Text     string
	Href     string
	LinkText string
}

// NewStepRefusal says what is wrong and where it is mended.
func NewStepRefusal(draft string, step ram.Step, message, code string) StepRefusal {
	r := StepRefusal{Text: Input{Error: message, Code: code}.Sentence(), Href: to.ShareDraft(draft, string(step))}
	for i, s := range ram.Steps {
		if s == step {
			r.LinkText = "Edit " + stepTexts[i]
		}
	}
	return r
}

// NewDraftConfirm words the last step.
func NewDraftConfirm(r ram.Review) DraftConfirm {
	d := r.Draft
	m := DraftConfirm{
		DraftFrame: NewDraftFrame(d, ram.StepConfirm),
		Nobody:     len(r.Chosen) == 0, Name: d.Name, Description: d.Description, Tags: tag.Texts(d.Tags),
		Keys: newKeys(r.Keys), Permission: onlyPermission(r.Permissions), Scope: scope(r), Principals: newChosen(r.Chosen, time.Time{}),
	}
	if r.NameTaken {
		m.NameNote = "Another share of this account has this name. That is allowed; their IDs tell them apart."
	}
	for i, c := range r.Chosen {
		if c.Kind != ram.KindAccount {
			m.Principals[i].KindNote = "its accounts, now and later"
		}
	}
	m.Ends = endText(d.Ends)
	if d.Retain {
		m.Scope += " Accounts keep access when they leave the organization."
	}
	m.Effect, m.EffectMore = effect(r, "On Submit")
	for _, p := range r.Problems {
		m.Refusals = append(m.Refusals, NewStepRefusal(m.ID, p.Step, p.Message, p.Code))
	}
	m.RefusalTitle = "Submit would refuse: " + count(len(m.Refusals), "thing changed", "things changed") + " since you chose"
	return m
}

// endText words an end that may be none.
func endText(e ram.End) string {
	if e == "" {
		return "No end"
	}
	return endUTC(e)
}

func endUTC(e ram.End) string {
	if e == "" {
		return ""
	}
	return string(e) + " UTC"
}

func scope(r ram.Review) string {
	switch {
	case !r.Draft.AllowExternal:
		return "Scope: only accounts of " + r.Organization + "."
	case r.Organization == "":
		return "Scope: any account."
	default:
		return "Scope: any account, inside or outside " + r.Organization + "."
	}
}

// effect says what Submit does, and what those who are invited must do.
func effect(r ram.Review, when string) (title, more string) {
	atOnce := count(r.AtOnce, "principal gets", "principals get") + " access at once"
	invited := count(r.Invitations, "invitation goes", "invitations go") + " out"
	switch {
	case r.Invitations == 0:
		return when + ", " + atOnce, "No invitation is needed inside the organization."
	case r.AtOnce == 0:
		title = when + ", " + invited
	default:
		title = when + ", " + atOnce + " and " + invited
	}
	var names []string
	for _, c := range r.Chosen {
		if !c.AtOnce {
			names = append(names, newParty(c.Kind, c.Principal, c.Name).Name)
		}
	}
	if len(names) > 3 {
		names = append(names[:2], count(len(names)-2, "other", "others"))
	}
	return title, list(names) + " " + verb(r.Invitations, "has", "have") + " 7 days to accept. You can withdraw " + verb(r.Invitations, "the invitation", "an invitation") + " until then."
}
