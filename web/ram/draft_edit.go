package ram

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/components/form"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ShareEdit begins a draft of changes to a share and leads to its first step.
func (h *Handlers) ShareEdit(x *handle.Exchange) error {
	share := x.Param("id")
	id, err := h.ram.EditShare(x.Context(), x.Caller, ram.ShareID(share))
	if refusal, ok := handle.Refused(err); ok {
		return x.Redirect(to.Share(share), layout.Notice{Kind: alert.Danger, Text: refusal.Message()})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.ShareDraft(string(id), string(ram.StepDetails)))
}

// ShareCopy begins a draft of a new share with what another one holds.
func (h *Handlers) ShareCopy(x *handle.Exchange) error {
	share := x.Param("id")
	made, err := h.ram.CopyShare(x.Context(), x.Caller, ram.ShareID(share))
	if refusal, ok := handle.Refused(err); ok {
		return x.Redirect(to.Share(share), layout.Notice{Kind: alert.Danger, Text: refusal.Message()})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.ShareDraft(string(made.Draft), string(ram.StepDetails)), told(page.CopyNotice(made.LeftKeys, made.LeftPrincipals)))
}

// editOK does the changes of an edit draft.
func (h *Handlers) editOK(x *handle.Exchange, id ram.DraftID, in confirmDraftForm) error {
	if x.Do() == page.DoTake {
		_, err := h.ram.TakeChanges(x.Context(), x.Caller, id, in.Version)
		if _, ok := handle.Refused(err); ok {
			return h.editAgain(x, id, err)
		}
		if err != nil {
			return elsewhere(x, err)
		}
		return x.Redirect(to.ShareDraft(string(id), string(ram.StepConfirm)), handle.Done("Their changes are in this draft now. Yours are kept"))
	}
	share, err := h.ram.ConfirmEdit(x.Context(), x.Caller, id, in.Version, in.Seen)
	if _, ok := handle.Refused(err); ok {
		return h.editAgain(x, id, err)
	}
	if err != nil {
		return elsewhere(x, err)
	}
	return x.Redirect(to.Share(string(share)), handle.Done("Resource share changed"))
}

// editAgain shows the changes as they are now, with what was refused and the step that mends it.
func (h *Handlers) editAgain(x *handle.Exchange, id ram.DraftID, refused error) error {
	review, err := h.ram.Review(x.Context(), x.Caller, id)
	if err != nil {
		return elsewhere(x, err)
	}
	m := page.NewDraftEdit(review, x.Now())
	f, _ := fault.As(refused)
	if len(f.Fields) == 0 {
		m.NotDone, m.Problems = "The share was not changed", []form.Problem{{Text: page.Input{Error: f.Message, Code: f.Code}.Sentence()}}
	} else {
		m.RefusalTitle, m.Refusals = "The share was not changed", nil
		for _, p := range f.Fields {
			m.Refusals = append(m.Refusals, page.NewStepRefusal(string(id), ram.StepOf(p.Name), p.Message, p.Code))
		}
	}
	return x.Page(http.StatusUnprocessableEntity, page.DraftEditPage(frameByMe(x, editTitle), m))
}

const editTitle = "Edit Resource Share"

// stepTitle is the title of a step's page.
func stepTitle(d page.DraftFrame) string {
	if d.Edits != "" {
		return editTitle
	}
	return wizardTitle
}
