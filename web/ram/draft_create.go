package ram

import (
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type draftForm struct {
	Keys []string `form:"key"` // picked beforehand, by the page of a key
}

// DraftCreate begins a draft and leads to its first step.
func (h *Handlers) DraftCreate(x *handle.Exchange) error {
	var in draftForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id, err := h.ram.CreateDraft(x.Context(), x.Caller, ram.NewDraft{Keys: in.Keys})
	if refusal, ok := handle.Refused(err); ok {
		return x.Redirect(to.Shares(), layout.Notice{Kind: alert.Danger, Text: refusal.Message()})
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.ShareDraft(string(id), string(ram.StepDetails)))
}

// DraftDiscard drops a draft; nothing else existed of it.
func (h *Handlers) DraftDiscard(x *handle.Exchange) error {
	id := ram.DraftID(x.Param("id"))
	draft, err := h.ram.GetDraft(x.Context(), x.Caller, id)
	if err != nil {
		return err
	}
	if err := h.ram.DeleteDraft(x.Context(), x.Caller, id); err != nil {
		return err
	}
	if draft.Edits != "" {
		return x.Redirect(to.Share(string(draft.Edits)), handle.Done("The draft was discarded. The share is as it was"))
	}
	return x.Redirect(to.Shares(), handle.Done("The draft was discarded. Nobody had access through it"))
}
