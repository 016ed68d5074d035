package ram

import (
	"sharedkms/views/components/field"
	"sharedkms/views/components/form"
	"sharedkms/views/components/wizard"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Steps of the wizard, as their addresses name them.
const (
	StepDetails     = "details"
	StepPermissions = "permissions"
	StepPrincipals  = "principals"
	StepConfirm     = "confirm"
)

// Steps in their order.
var Steps = []string{StepDetails, StepPermissions, StepPrincipals, StepConfirm}

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
	DoFixScope        = "fix-scope"
)

// DraftFrame is what every step has: which draft it is, how far it is, and what was wrong.
type DraftFrame struct {
	ID       string
	Version  string
	Step     int // index in Steps
	Open     int // index of the furthest step that can be reached
	NotDone  string
	Problems []form.Problem
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
	steps := make([]wizard.Step, len(Steps))
	for i, name := range Steps {
		steps[i] = wizard.Step{Text: stepTexts[i]}
		if i <= d.Open || i == d.Step {
			steps[i].Href = to.ShareDraft(d.ID, name)
		}
	}
	return wizard.Props{
		Steps: steps, Current: d.Step, Title: stepTitles[d.Step],
		Action: to.ShareDraft(d.ID, Steps[d.Step]), Token: f.FormToken, Version: d.Version,
	}
}

func (d DraftFrame) back() string { return to.ShareDraft(d.ID, Steps[d.Step-1]) }
