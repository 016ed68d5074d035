package kms

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/kms"
	"sharedkms/views/components/field"
	"sharedkms/views/components/rows"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type typedKey struct {
	Name        string   `form:"name"`
	Spec        string   `form:"spec"`
	Description string   `form:"description"`
	TagKeys     []string `form:"tag_key"`
	TagValues   []string `form:"tag_value"`
}

// KeyNew shows the form with a suggested name.
func (h *Handlers) KeyNew(x *handle.Exchange) error {
	return h.form(x, http.StatusOK, typedKey{Name: kms.SuggestName(), TagKeys: []string{""}, TagValues: []string{""}}, handle.Refusal{})
}

// KeyCreate makes the key, or adds and removes rows of tags.
func (h *Handlers) KeyCreate(x *handle.Exchange) error {
	if err := x.AtMost(kms.MaxTags+1, "tag_key", "tag_value"); err != nil {
		return err
	}
	var t typedKey
	if err := x.Form(&t); err != nil {
		return err
	}
	for len(t.TagValues) < len(t.TagKeys) {
		t.TagValues = append(t.TagValues, "")
	}
	t.TagValues = t.TagValues[:len(t.TagKeys)]
	if do := x.Do(); do != "" && do != "create" {
		t.change(do)
		return h.form(x, http.StatusOK, t, handle.Refusal{})
	}
	id, err := h.kms.CreateKey(x.Context(), x.Caller, kms.CreateKeyInput{
		Region: x.Region, Name: strings.TrimSpace(t.Name), Spec: kms.Spec(t.Spec), Description: t.Description, Tags: t.tags(), Once: x.Once(),
	})
	if refusal, ok := handle.Refused(err); ok {
		return h.form(x, http.StatusUnprocessableEntity, t, refusal)
	}
	if err != nil {
		return err
	}
	done := handle.Done("Key " + strings.TrimSpace(t.Name) + " was created and is enabled")
	done.LinkText, done.LinkHref = "View key", to.Key(x.Region, string(id))
	return x.Redirect(to.Keys(x.Region), done)
}

func (t *typedKey) change(do string) {
	if do == "add-tag" && len(t.TagKeys) < kms.MaxTags {
		t.TagKeys, t.TagValues = append(t.TagKeys, ""), append(t.TagValues, "")
	}
	if text, ok := strings.CutPrefix(do, "remove-tag-"); ok {
		if i, err := strconv.Atoi(text); err == nil && i >= 0 && i < len(t.TagKeys) {
			t.TagKeys, t.TagValues = slices.Delete(t.TagKeys, i, i+1), slices.Delete(t.TagValues, i, i+1)
		}
	}
}

// tags are the rows that are not left blank.
func (t *typedKey) tags() []kms.Tag {
	var tags []kms.Tag
	for i, k := range t.TagKeys {
		if k != "" || t.TagValues[i] != "" {
			tags = append(tags, kms.Tag{Key: k, Value: t.TagValues[i]})
		}
	}
	return tags
}

// form draws the form with what was typed and what was refused, for those who may make keys.
func (h *Handlers) form(x *handle.Exchange, status int, t typedKey, refusal handle.Refusal) error {
	if err := h.kms.BeginKey(x.Context(), x.Caller, x.Region); err != nil {
		return err
	}
	m := page.KeyNew{
		Once: x.Once(),
		Name: field.Props{
			Value: t.Name, Required: true, Max: 255, Autocomplete: "off", Focus: true,
			Help: "1 to 255 characters: letters, digits and : / _ - . Names that differ only in case are different.",
		},
		SpecError:   field.Props{Required: true, Help: "Cannot be changed later."},
		Description: field.Props{Value: t.Description, Count: "characters", Limit: 255, Rows: 2},
		Tags:        rows.Props{Prefix: "tag", Legend: "Tags", Noun: "tag", Full: len(t.TagKeys) >= kms.MaxTags, KeyMax: 128, ValueMax: 255, Note: itoa(kms.MaxTags-len(t.tags())) + " more possible"},
	}
	for i, k := range t.TagKeys {
		m.Tags.Rows = append(m.Tags.Rows, rows.Row{Key: k, Value: t.TagValues[i]})
	}
	m.Name.Error, m.Name.Code = refusal.Field("name")
	m.SpecError.Error, m.SpecError.Code = refusal.Field("spec")
	m.Description.Error, m.Description.Code = refusal.Field("description")
	m.Tags.Error, m.Tags.Code = refusal.Field("tags")
	m.Problems = refusal.Problems(handle.Label{Field: "name", Text: "Name"}, handle.Label{Field: "spec", Text: "Key algorithm"},
		handle.Label{Field: "description", Text: "Description"}, handle.Label{Field: "tags", Text: "Tags", ID: "tag"})
	return x.Page(status, page.KeyNewPage(frame(x, "Create Key"), m))
}
