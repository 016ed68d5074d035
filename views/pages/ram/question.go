package ram

import (
	"time"

	"sharedkms/views/components/button"
	"sharedkms/views/components/dialog"
	"sharedkms/views/components/form"
	"sharedkms/views/components/table"
	"sharedkms/views/layout"
)

// Question is an act that costs something, before it is done: first what is lost, then what stays, then
// the name to type when something stops working. It is shown as a dialog and as a page.
type Question struct {
	ID      string // of the dialog
	Title   string // "Leave lumen-tracking-exchange?"
	Self    string // address of the page
	Action  string // posts here
	Verb    string
	Variant button.Variant // Danger when empty
	Stay    string
	Back    string
	Confirm string // the name to type, empty for none
	Error   string // why the typed name was refused
	NotDone string // "The share was not left", title of the summary
	Crumbs  []layout.Crumb

	Before, Strong, After string // the first sentence; Strong is the decisive word
	Stops                 Stops
	Keeps                 Keeps
	Lines                 []string
}

// Stops is what stops working. Without Title nothing does.
type Stops struct {
	Title  string
	Things []Thing
	Lines  []string // what is not named: how many more, whose
	Note   string
}

// Thing is one resource that stops working.
type Thing struct {
	Kind     string
	Name     string
	Href     string
	LastUsed time.Time
}

// Keeps is what another path still gives.
type Keeps struct {
	Title string
	Lines []string
}

var stopColumns = []table.Column{{Title: "Kind"}, {Title: "Name"}, {Title: "Last used"}}

func (q Question) props(token string) dialog.Props {
	return dialog.Props{
		ID: q.ID, Title: q.Title, Action: q.Action, Token: token, Verb: q.Verb, Variant: q.Variant,
		Stay: q.Stay, Back: q.Back, Confirm: q.Confirm, Error: q.Error, Open: q.Error != "",
	}
}

func (q Question) problems(id string) []form.Problem {
	if q.Error == "" {
		return nil
	}
	return []form.Problem{{Field: id + "-confirm", Label: "To confirm", Text: q.Error}}
}
