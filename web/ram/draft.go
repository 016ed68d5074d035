package ram

import (
	"errors"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/components/form"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

const wizardTitle = "Create Resource Share"

// elsewhere answers a step that cannot be opened: it leads to the share that the draft became, or to the
// first step that is not finished. Other errors it gives back.
func elsewhere(x *handle.Exchange, err error) error {
	var other *ram.Elsewhere
	if f, ok := fault.As(err); ok && f.Kind == fault.State { // an edited share was deleted meanwhile
		return x.Redirect(to.Filtered(to.Shares(), "status", string(ram.ShareDeleted)), layout.Notice{Kind: alert.Danger, Text: page.Input{Error: f.Message, Code: f.Code}.Sentence()})
	}
	if !errors.As(err, &other) {
		return err
	}
	if other.Share != "" {
		return x.Redirect(to.Share(string(other.Share)), told("This draft was submitted already. Here is its resource share"))
	}
	return x.Redirect(to.ShareDraft(string(other.Draft), string(other.Step)), told("That step needs this one first. Finish it and go on"))
}

// moveOn answers a step that was saved: the next step after Next, the list after Save and close, else
// the same step at place, which is a query and a fragment. The next page and the same one show the notices.
func moveOn(x *handle.Exchange, d ram.Draft, step ram.Step, place string, notices ...layout.Notice) error {
	switch x.Do() {
	case page.DoNext, "":
		for i, s := range ram.Steps {
			if s == step && i+1 < len(ram.Steps) {
				return x.Redirect(to.ShareDraft(string(d.ID), string(ram.Steps[i+1])), notices...)
			}
		}
	case page.DoSave:
		if d.Edits != "" {
			return x.Redirect(to.Shares(), handle.Done("The changes to "+d.EditsName+" were saved as a draft. The share is as it was"))
		}
		return x.Redirect(to.Shares(), handle.Done("Draft "+d.Name+" was saved. Nobody has access through it"))
	}
	return x.Redirect(to.ShareDraft(string(d.ID), string(step))+place, notices...)
}

// finishes reports whether Next was pressed, with which the whole step is checked.
func finishes(x *handle.Exchange) bool { return x.Do() == page.DoNext || x.Do() == "" }

// after gives what follows prefix in the value of the pressed button.
func after(x *handle.Exchange, prefix string) (rest string, ok bool) {
	return strings.CutPrefix(x.Do(), prefix)
}

// notSaved fills the summary of a step that came back. The page then carries the draft's present version:
// whoever presses Next again has seen that the draft changed meanwhile.
func notSaved(d *page.DraftFrame, err error, labels ...handle.Label) {
	refusal, _ := handle.Refused(err)
	d.NotDone = "The step was not saved"
	if fault.Is(err, fault.Conflict) {
		d.NotDone = "The step was not saved: this draft was changed in another tab"
		d.Problems = []form.Problem{{Text: "What you typed is shown below; keys and principals are those of the other tab. Press the button again to keep this."}}
		return
	}
	d.Problems = refusal.Problems(labels...)
}

// input is one field as typed with all that was wrong with it.
func input(typed string, err error, field string) page.Input {
	in := page.Input{Value: typed}
	f, ok := fault.As(err)
	if !ok {
		return in
	}
	var messages []string
	for _, p := range f.Fields {
		if p.Name == field {
			messages = append(messages, p.Message)
			in.Code = p.Code
		}
	}
	in.Error = strings.Join(messages, "\n")
	return in
}
