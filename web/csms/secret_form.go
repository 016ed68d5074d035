package csms

import (
	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/views/components/field"
	"sharedkms/views/components/keyfield"
	"sharedkms/views/components/rows"
	page "sharedkms/views/pages/csms"
	"sharedkms/web/handle"
)

// form draws the first step with what was typed and what was refused, for those who may
// make secrets.
func (h *Handlers) form(x *handle.Exchange, status int, t typed, refusal handle.Refusal) error {
	if err := h.csms.BeginSecret(x.Context(), x.Caller, x.Region); err != nil {
		return err
	}
	key, err := h.keyField(x, t, refusal)
	if err != nil {
		return err
	}
	if len(t.Keys) == 0 {
		t.addRow()
	}
	if len(t.TagKeys) == 0 {
		t.addTag()
	}
	m := page.SecretNew{
		Once: t.Once, PlainText: t.Form == string(csms.Text), PlainKept: t.PlainKept, Key: key,
		FocusRow: t.focusRow, RowsFull: len(t.Keys) >= csms.MaxEntries,
		Name: field.Props{
			Value: t.Name, Required: true, Autocomplete: "off",
			Help: "1 to 64 characters: letters, digits, - _ . Cannot be changed later.",
		},
		Description: field.Props{Value: t.Description, Count: "bytes", Limit: csms.MaxDescription, Rows: 2},
		Plain:       field.Props{Count: "bytes", Limit: csms.MaxValue},
		Tags: rows.Props{
			Prefix: "tag", Legend: "Tags", Noun: "tag", Full: len(t.TagKeys) >= csms.MaxTags,
			Note: itoa(csms.MaxTags-len(t.tagsInForce())) + " more possible", KeyMax: 128, ValueMax: 255,
		},
	}
	m.Name.Error, m.Name.Code = refusal.Field("name")
	m.Description.Error, m.Description.Code = refusal.Field("description")
	m.Value.Error, m.Value.Code = refusal.Field("value")
	m.Tags.Error, m.Tags.Code = refusal.Field("tags")
	entries, tags := places(t.rowsInForce()), places(t.tagsInForce())
	for i, k := range t.Keys {
		row := page.ValueRow{Key: k, Kept: t.Kept[i]}
		if at, ok := entries[i]; ok && !m.PlainText {
			row.Error, _ = refusal.Field(csms.FieldEntry(at))
		}
		m.Rows = append(m.Rows, row)
	}
	for i, k := range t.TagKeys {
		row := rows.Row{Key: k, Value: t.TagValues[i]}
		if at, ok := tags[i]; ok {
			row.Error, _ = refusal.Field(csms.FieldTag(at))
		}
		m.Tags.Rows = append(m.Tags.Rows, row)
	}
	m.Problems = refusal.Problems(labels(t)...)
	if len(m.Problems) > 0 {
		m.Note = "Everything you typed is kept; values are kept sealed."
	}
	x.NoStore()
	return x.Page(status, page.SecretNewPage(frame(x, "Create Secret | Secrets"), m))
}

// places maps a row of the form to its place among those that are not blank.
func places(inForce []int) map[int]int {
	at := map[int]int{}
	for place, i := range inForce {
		at[i] = place
	}
	return at
}

// labels are the fields in the order of the form.
func labels(t typed) []handle.Label {
	list := []handle.Label{{Field: "name", Text: "Secret name"}, {Field: "description", Text: "Description"}, {Field: "value", Text: "Secret value"}}
	for place, i := range t.rowsInForce() {
		list = append(list, handle.Label{Field: csms.FieldEntry(place), Text: "Row " + itoa(i+1), ID: csms.FieldEntry(i)})
	}
	key := handle.Label{Field: "key", Text: "KMS encryption key", ID: "key-field"}
	if t.entered() {
		key.Text, key.ID = "Key ID", "key_id"
	}
	list = append(list, key, handle.Label{Field: "tags", Text: "Tags", ID: "tag"})
	for place, i := range t.tagsInForce() {
		list = append(list, handle.Label{Field: csms.FieldTag(place), Text: "Tag " + itoa(i+1), ID: "tag-key-" + itoa(i+1)})
	}
	return list
}

// keyField offers the keys. A key that was chosen stays in the list whatever is searched for;
// one that the address names and the list does not offer stands in Enter key ID.
func (h *Handlers) keyField(x *handle.Exchange, t typed, refusal handle.Refusal) (keyfield.Props, error) {
	p := keyfield.Props{
		Query: t.KeyQuery, Enter: t.entered(), Typed: t.KeyID,
		Help:    "Paste the UUID of an own or shared key in " + x.Region + ". The next step says which key it is.",
		Warning: "",
	}
	p.Error, p.Code = refusal.Field("key")
	choices, err := h.kms.KeyChoices(x.Context(), x.Caller, kms.ChoiceQuery{Region: x.Region, Default: kms.DefaultSecrets, Search: t.KeyQuery})
	if fault.Is(err, fault.Forbidden) {
		// Who may not list keys can still use one whose ID they were given.
		p.LeftOut = "No policy of " + x.Caller.UserName + " allows kms:cmk:list. Enter the ID of a key."
		p.Enter = true
		if t.prefilled {
			p.Typed = t.Key
		}
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Groups, p.LeftOut = keyfield.Groups(choices, t.Key), keyfield.LeftOut(choices)
	if len(choices.Shared) > 0 {
		p.Warning = "Under a shared key, this secret can be read only while the share lasts and the owner keeps the key enabled."
	}
	if t.entered() || t.Key == "" || keyfield.Offers(p.Groups, t.Key) {
		return p, nil
	}
	return p, h.keepChosen(x, t, &p)
}

// keepChosen finds the chosen key beside the list.
func (h *Handlers) keepChosen(x *handle.Exchange, t typed, p *keyfield.Props) error {
	var groups []keyfield.Group
	if store.IsUUID(t.Key) || t.Key == kms.DefaultSecrets {
		choices, err := h.kms.KeyChoices(x.Context(), x.Caller, kms.ChoiceQuery{Region: x.Region, Default: kms.DefaultSecrets, Search: t.Key})
		if err != nil {
			return err
		}
		groups = keyfield.Groups(choices, t.Key)
	}
	if keyfield.Offers(groups, t.Key) {
		groups[0].Title = "Chosen"
		p.Groups = append(groups, p.Groups...)
		return nil
	}
	p.Enter, p.Typed = true, t.Key
	return nil
}
