package ram

import (
	"net/http"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

type tagForm struct {
	Key   string `form:"tag_key"`
	Value string `form:"tag_value"`
}

// ShareTag gives a share a tag, or a tag another value.
func (h *Handlers) ShareTag(x *handle.Exchange) error {
	var in tagForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	err := h.ram.SetTag(x.Context(), x.Caller, ram.ShareID(id), ram.Tag{Key: in.Key, Value: in.Value})
	if refusal, ok := handle.Refused(err); ok {
		return h.showShare(x, http.StatusUnprocessableEntity, func(m *page.ShareDetail) {
			m.Open(page.FormTag, "")
			m.NewTag.Key, m.NewTag.Value = input(in.Key, err, "tags"), input(in.Value, err, "tag_value")
			m.NotDone, m.Problems = "The tag was not set", refusal.Problems(handle.Label{Field: "tags", Text: "Tag key", ID: "tag_key"}, handle.Label{Field: "tag_value", Text: "Tag value"})
		})
	}
	if err != nil {
		return err
	}
	return x.Redirect(toShare(id, "tags"), handle.Done("Tag "+in.Key+" was set"))
}

// ShareUntagAsk asks before a tag is deleted.
func (h *Handlers) ShareUntagAsk(x *handle.Exchange) error {
	share, err := h.ram.GetShare(x.Context(), x.Caller, ram.ShareID(x.Param("id")))
	if err != nil {
		return err
	}
	for _, t := range share.Tags {
		if t.Key == x.Query("key") {
			return ask(x, frameByMe(x, "Delete tag | Resource Shares"), page.NewUntag(share, t))
		}
	}
	return x.Redirect(toShare(x.Param("id"), "tags"), told(noTag(x.Query("key"))))
}

// ShareUntag takes a tag off a share.
func (h *Handlers) ShareUntag(x *handle.Exchange) error {
	key := x.Query("key")
	had, err := h.ram.DeleteTag(x.Context(), x.Caller, ram.ShareID(x.Param("id")), key)
	if f, ok := fault.As(err); ok && f.Kind == fault.State {
		return x.Redirect(toShare(x.Param("id"), "tags"), told(f.Message))
	}
	if err != nil {
		return err
	}
	if !had {
		return x.Redirect(toShare(x.Param("id"), "tags"), told(noTag(key)))
	}
	return x.Redirect(toShare(x.Param("id"), "tags"), handle.Done("Tag "+key+" was deleted"))
}

func noTag(key string) string { return "The share has no tag " + key }
