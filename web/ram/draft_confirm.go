package ram

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/form"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type confirmDraftForm struct {
	Version int64 `form:"version"`
	Seen    int64 `form:"seen"` // of an edit: version of the share that the page showed
}

// DraftConfirm shows step four.
func (h *Handlers) DraftConfirm(x *handle.Exchange) error {
	review, err := h.ram.Review(x.Context(), x.Caller, ram.DraftID(x.Param("id")))
	if err != nil {
		return elsewhere(x, err)
	}
	if review.Edit != nil {
		return x.Page(http.StatusOK, page.DraftEditPage(frameByMe(x, editTitle), page.NewDraftEdit(review, x.Now())))
	}
	return x.Page(http.StatusOK, page.DraftConfirmPage(frameByMe(x, wizardTitle), page.NewDraftConfirm(review)))
}

// DraftSubmit makes the share. Posted again, it leads to the share that the first post made.
func (h *Handlers) DraftSubmit(x *handle.Exchange) error {
	var in confirmDraftForm
	if err := x.Form(&in); err != nil {
		return err
	}
	if x.Do() == page.DoSave {
		if in.Seen != 0 {
			return x.Redirect(to.Shares(), handle.Done("The draft was saved. The share is as it was"))
		}
		return x.Redirect(to.Shares(), handle.Done("The draft was saved. Nobody has access through it"))
	}
	id := ram.DraftID(x.Param("id"))
	if in.Seen != 0 {
		return h.editOK(x, id, in)
	}
	share, err := h.ram.ConfirmDraft(x.Context(), x.Caller, id, in.Version)
	if _, ok := handle.Refused(err); ok {
		return h.submitAgain(x, id, err)
	}
	if err != nil {
		return elsewhere(x, err)
	}
	return x.Redirect(to.Share(string(share)), handle.Done("Resource share created"))
}

// submitAgain shows the review as it is now, with what was refused and the step that mends it.
func (h *Handlers) submitAgain(x *handle.Exchange, id ram.DraftID, refused error) error {
	review, err := h.ram.Review(x.Context(), x.Caller, id)
	if err != nil {
		return elsewhere(x, err)
	}
	m := page.NewDraftConfirm(review)
	f, _ := fault.As(refused)
	switch {
	case f.Kind == fault.Conflict:
		m.NotDone = "The share was not created: this draft was changed in another tab"
		m.Problems = []form.Problem{{Text: "This page shows the draft as it is now. Read it again and submit it."}}
	case len(f.Fields) == 0:
		m.NotDone = "The share was not created"
		m.Problems = []form.Problem{{Text: page.Input{Error: f.Message, Code: f.Code}.Sentence()}}
	default:
		m.RefusalTitle, m.Refusals = "The share was not created", nil
		for _, p := range f.Fields {
			m.Refusals = append(m.Refusals, page.NewStepRefusal(string(id), ram.StepOf(p.Name), p.Message, p.Code))
		}
	}
	return x.Page(http.StatusUnprocessableEntity, page.DraftConfirmPage(frameByMe(x, wizardTitle), m))
}
