package ram

import (
	"slices"
	"strconv"

	"sharedkms/internal/ram"
	"sharedkms/views/components/field"
	"sharedkms/views/components/form"
	"sharedkms/views/components/wizard"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

var stepTexts = []string{"Details and keys", "Permissions", "Principals", "Confirm"}

var stepTitles = []string{"Specify Resource Share Details", "Associate Permissions", "Grant Access to Principals", "Confirm"}

// Values of the named submit buttons (form.NameDo) of the steps. Those that end in "-" are followed by
// what they act on.
const (
	DoNext            = "next"
	DoSave            = "save" // save and close
	DoFind            = "find"
	DoAddKeys         = "add-keys"
	DoRemoveKey       = "remove-key-"
	DoClearKeys       = "clear-keys"
	DoAddTag          = "add-tag"
	DoRemoveTag       = "remove-tag-"
	DoAddPrincipals   = "add-principals"
	DoAddAccount      = "add-account"
	DoRemovePrincipal = "remove-principal-"
	DoPage            = "page-" // followed by "next-" or "prev-" and a cursor
	DoTake            = "take"  // take what others changed into an edit draft
)

// DraftFrame is what every step has: which draft it is, how far it is, and what was wrong.
type DraftFrame struct {
	ID       string
	Version  string
	Edits    string // id of the share that an edit draft changes; empty: a new one is made
	Of       string // what that share is called
	Step     int    // index in ram.Steps
	Open     int    // index of the furthest step that can be opened: those before it are finished
	NotDone  string
	Problems []form.Problem
}

// NewDraftFrame says where a draft stands when step is shown.
func NewDraftFrame(d ram.Draft, step ram.Step) DraftFrame {
	f := DraftFrame{ID: string(d.ID), Version: strconv.FormatInt(d.Version, 10), Step: slices.Index(ram.Steps, step), Edits: string(d.Edits), Of: d.EditsName}
	for i, s := range ram.Steps {
		if d.Opens(s) {
			f.Open = i
		}
	}
	return f
}

// Input is one field as typed, with what is wrong with it.
type Input struct {
	Value string
	Error string
	Code  string
}

func (i Input) props(p field.Props) field.Props {
	p.Value, p.Error, p.Code = i.Value, i.Error, i.Code
	return p
}

func (d DraftFrame) wizard(f layout.Frame) wizard.Props {
	steps := make([]wizard.Step, len(ram.Steps))
	for i, name := range ram.Steps {
		steps[i] = wizard.Step{Text: stepTexts[i], Done: i < d.Open}
		if i <= d.Open || i == d.Step {
			steps[i].Href = to.ShareDraft(d.ID, string(name))
		}
	}
	return wizard.Props{
		Steps: steps, Current: d.Step, Title: stepTitles[d.Step],
		Action: to.ShareDraft(d.ID, string(ram.Steps[d.Step])), Token: f.FormToken, Version: d.Version,
	}
}

func (d DraftFrame) title() string {
	if d.Edits != "" {
		return "Edit Resource Share"
	}
	return "Create Resource Share"
}

func (d DraftFrame) lead() string {
	if d.Edits != "" {
		return "Changes to " + d.Of + ". Saved as a draft until you press OK. Nothing changes before."
	}
	return "Saved as a draft until you submit. Nobody gets access before."
}

func (d DraftFrame) crumbs() []layout.Crumb {
	if d.Edits != "" {
		return shares(layout.Crumb{Text: d.Of, Href: to.Share(d.Edits)}, layout.Crumb{Text: "Edit"})
	}
	return shares(layout.Crumb{Text: d.title()})
}

// submit is the word on the last button, as the vendor's guide has it.
func (d DraftFrame) submit() string {
	if d.Edits != "" {
		return "OK"
	}
	return "Submit"
}

func (d DraftFrame) back() string { return to.ShareDraft(d.ID, string(ram.Steps[d.Step-1])) }

// Sentence is the message with its code, for places that are no field.
func (i Input) Sentence() string {
	if i.Code == "" {
		return i.Error
	}
	return i.Error + " " + i.Code
}
