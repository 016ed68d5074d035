package ram

import (
	"strings"

	"sharedkms/internal/keyuse"
	"sharedkms/internal/ram"
	"sharedkms/views/components/button"
	"sharedkms/views/components/dialog"
	"sharedkms/views/components/form"
	"sharedkms/views/components/table"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Question is an act that costs something, before it is done: first what is lost, then what stays, then
// the name to type when something stops working. It is shown as a dialog and as a page.
type Question struct {
	ID      string // of the dialog
	Title   string // "Leave lumen-tracking-exchange?"
	Action  string // posts here; GET asks there
	Verb    string
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
	Names                 []Name        // what is acted on, when it is several
	Hidden                []dialog.Pair // and how the post names them
	AsksWhy               bool          // there is a field for a reason
	Why                   Input
	variant               button.Variant // of the button; Danger when empty
}

// Name is one of several things that a question is about. Href leads to a page of it, or is empty.
type Name struct{ Text, Href, Note string }

// Stops is what stops working. Without Title nothing does.
type Stops struct {
	Title  string
	Things []Thing
	Lines  []string // what is not named: how many more, whose
	Note   string
}

// Thing is one resource that stops working.
type Thing struct {
	Kind string
	Name string
	Href string
	Key  string // name of the key that protects it
}

// Keeps is what another path still gives.
type Keeps struct {
	Title string
	Lines []string
}

// Refuse says that the typed name is another one.
func (q *Question) Refuse(typed string) {
	q.Error = "The name does not match. Type " + q.Confirm + " to confirm."
	if typed == "" {
		q.Error = "Type " + q.Confirm + " to confirm."
	}
}

var stopColumns = []table.Column{{Title: "Kind"}, {Title: "Name"}, {Title: "Key"}}

func (q Question) props(token string) dialog.Props {
	if q.variant == "" {
		q.variant = button.Danger
	}
	return dialog.Props{
		ID: q.ID, Title: q.Title, Action: q.Action, Token: token, Verb: q.Verb, Variant: q.variant,
		Stay: q.Stay, Back: q.Back, Confirm: q.Confirm, Error: q.Error, Hidden: q.Hidden, Typing: q.Why.Error != "",
	}
}

func (q Question) open(token string) dialog.Props {
	p := q.props(token)
	p.Open = true
	return p
}

func (q Question) problems() []form.Problem {
	if q.Why.Error != "" {
		return []form.Problem{{Field: "reason", Label: "Reason", Text: q.Why.Error}}
	}
	if q.Error == "" {
		return nil
	}
	return []form.Problem{{Field: q.ID + "-confirm", Label: "To confirm", Text: q.Error}}
}

const worksAgain = "Nothing is deleted. They work again if access returns."

// ownStops lists what of the reader's account stops working.
func ownStops(i ram.Impact) Stops {
	if i.OwnCount() == 0 {
		return Stops{}
	}
	totals := map[keyuse.Kind]int{}
	for _, g := range i.Own {
		totals[g.Kind] += g.Count
	}
	s := Stops{Title: kinds(totals) + " of this account " + verb(i.OwnCount(), "stops", "stop") + " working", Note: worksAgain}
	keys := map[string]string{}
	for _, k := range i.Lost {
		keys[k.ID] = k.Name
	}
	for _, g := range i.Own {
		for _, thing := range g.Things {
			row := Thing{Kind: title(strings.TrimPrefix(g.Kind.Count(1), "1 ")), Name: thing.Name, Key: keys[thing.KeyID]}
			if g.Kind == keyuse.Secret {
				row.Href = to.Secret(thing.URN.Region, thing.URN.ID)
			}
			s.Things = append(s.Things, row)
		}
		if more := g.Count - len(g.Things); more > 0 {
			s.Lines = append(s.Lines, "And "+g.Kind.Count(more)+" more.")
		}
	}
	return s
}

// othersStop counts what stops at other accounts; what they call it is not this account's to see.
func othersStop(i ram.Impact) Stops {
	if i.OtherCount() == 0 {
		return Stops{}
	}
	totals := map[keyuse.Kind]int{}
	for _, o := range i.Others {
		totals[o.Kind] += o.Count
	}
	s := Stops{Title: kinds(totals) + " of other accounts " + verb(i.OtherCount(), "stops", "stop") + " working", Note: worksAgain}
	for n := 0; n < len(i.Others); {
		account := i.Others[n].Account
		var parts []string
		for ; n < len(i.Others) && i.Others[n].Account == account; n++ {
			parts = append(parts, i.Others[n].Kind.Count(i.Others[n].Count))
		}
		s.Lines = append(s.Lines, i.Accounts[account]+": "+list(parts)+".")
	}
	return s
}

// kinds counts things by kind in words: "2 secrets and 1 key pair".
func kinds(totals map[keyuse.Kind]int) string {
	var words []string
	for _, kind := range keyuse.Kinds {
		if totals[kind] > 0 {
			words = append(words, kind.Count(totals[kind]))
		}
	}
	return list(words)
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
