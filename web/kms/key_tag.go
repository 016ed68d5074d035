package kms

import (
	"net/http"

	"sharedkms/internal/kms"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// KeyTab leads who comes back to the address of an act to the tab it belongs to.
func KeyTab(tab string) handle.Handler {
	return func(x *handle.Exchange) error { return x.Redirect(to.KeyTab(x.Region, x.Param("id"), tab)) }
}

type typedTag struct {
	Key   string `form:"tag_key"`
	Value string `form:"tag_value"`
}

// KeyTag puts a tag on the key.
func (h *Handlers) KeyTag(x *handle.Exchange) error {
	var in typedTag
	if err := x.Form(&in); err != nil {
		return err
	}
	err := h.kms.AddTags(x.Context(), x.Caller, x.Region, id(x), []kms.Tag{{Key: in.Key, Value: in.Value}})
	if refusal, ok := handle.Refused(err); ok {
		return h.refuseTag(x, in, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.KeyTab(x.Region, x.Param("id"), page.TabTags), handle.Done("The tag "+in.Key+" was set"))
}

func (h *Handlers) refuseTag(x *handle.Exchange, in typedTag, refusal handle.Refusal) error {
	m, err := h.readDetail(x, page.TabTags)
	if err != nil {
		return err
	}
	m.NewTag.Key.Value, m.NewTag.Value.Value = in.Key, in.Value
	m.NewTag.Key.Error, m.NewTag.Key.Code = refusal.Field("tags")
	m.NewTag.Value.Error, m.NewTag.Value.Code = refusal.Field("tag_value")
	m.ProblemsOf, m.Problems = "The tag was not set", refusal.Problems(handle.Label{Field: "tags", Text: "Tag key", ID: "tag_key"}, handle.Label{Field: "tag_value", Text: "Value"})
	return showDetail(x, http.StatusUnprocessableEntity, m)
}

// KeyUntag takes a tag off the key.
func (h *Handlers) KeyUntag(x *handle.Exchange) error {
	var in typedTag
	if err := x.Form(&in); err != nil {
		return err
	}
	if err := h.kms.DeleteTag(x.Context(), x.Caller, x.Region, id(x), in.Key); err != nil {
		return err
	}
	return x.Redirect(to.KeyTab(x.Region, x.Param("id"), page.TabTags), handle.Done("The tag "+in.Key+" was deleted"))
}
