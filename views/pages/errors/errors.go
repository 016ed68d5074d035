// Package errors shows what went wrong: one page per kind, with a request number by which the
// operator finds it in the log.
//
// A missing thing and another account's have one page and one text. A refusal shows the chain
// of what must hold, its first broken link in red with who can repair it.
package errors

import (
	"sharedkms/internal/fault"
	"sharedkms/views/components/steps"
)

// Problem is one error page.
type Problem struct {
	Status  string // "403 Forbidden"
	Title   string // a sentence without full stop: what did not happen
	Text    string
	Why     []steps.Step
	Missing bool // the page of a missing thing, drawn as an empty state
	Primary Link
	Second  Link // its Text may be empty

	RequestID string
}

// Link is a way out.
type Link struct{ Text, Href string }

// Chain turns the links of a refusal into steps: what holds is ticked, the first that does not is
// broken, later ones are not reached.
func Chain(links []fault.Link) []steps.Step {
	list := make([]steps.Step, len(links))
	broken := false
	for i, l := range links {
		state := steps.Done
		switch {
		case broken && !l.Holds:
			state = steps.Pending
		case !l.Holds:
			state, broken = steps.Broken, true
		}
		list[i] = steps.Step{Title: l.Subject, Text: l.Text, State: state}
	}
	return list
}
