package csms

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/csms"
	"sharedkms/internal/seal"
	"sharedkms/views/components/keyfield"
	page "sharedkms/views/pages/csms"
	"sharedkms/web/handle"
)

// typed is the form of a new secret as it was posted.
type typed struct {
	Once        string   `form:"once"`
	Name        string   `form:"name"`
	Description string   `form:"description"`
	Form        string   `form:"value_form"`
	Keys        []string `form:"value_key"`
	Values      []string `form:"value_value"`
	Kept        []string `form:"value_kept"`
	Plain       string   `form:"plain"`
	PlainKept   string   `form:"plain_kept"`
	Mode        string   `form:"key_mode"`
	Key         string   `form:"key"`
	KeyID       string   `form:"key_id"`
	KeyQuery    string   `form:"key_q"`
	TagKeys     []string `form:"tag_key"`
	TagValues   []string `form:"tag_value"`

	values    []seal.Secret // of the rows: typed now, or kept
	plain     seal.Secret
	prefilled bool // Key comes from the address
	focusRow  int
}

// readTyped reads the form, opens the values that it carried along, and seals all of them for
// the page that answers. Rows always have a key, a value and a kept one; a post in which they
// differ in number was not made by the form, and is evened out.
func (h *Handlers) readTyped(x *handle.Exchange) (typed, error) {
	var t typed
	err := errors.Join(
		x.AtMost(csms.MaxEntries+1, page.FieldKey, page.FieldValue, page.FieldKept),
		x.AtMost(csms.MaxTags+1, "tag_key", "tag_value"),
	)
	if err != nil {
		return t, err
	}
	if err := x.Form(&t); err != nil {
		return t, err
	}
	t.Once = x.Once()
	n := max(len(t.Keys), len(t.Values))
	t.Keys, t.Values, t.Kept = resize(t.Keys, n), resize(t.Values, n), resize(t.Kept, n)
	t.values = make([]seal.Secret, n)
	for i := range n {
		t.values[i], t.Kept[i] = h.carry(x, t.Once, t.Values[i], t.Kept[i])
	}
	t.plain, t.PlainKept = h.carry(x, t.Once, t.Plain, t.PlainKept)
	tags := max(len(t.TagKeys), len(t.TagValues))
	t.TagKeys, t.TagValues = resize(t.TagKeys, tags), resize(t.TagValues, tags)
	return t, nil
}

// carry gives the value in force, typed before kept, and its sealed form for the next page.
func (h *Handlers) carry(x *handle.Exchange, once, value, kept string) (seal.Secret, string) {
	if value != "" {
		secret := seal.NewSecret([]byte(value))
		return secret, h.csms.Keep(x.Caller, once, secret)
	}
	secret, ok := h.csms.Kept(x.Caller, once, kept)
	if !ok {
		return seal.Secret{}, ""
	}
	return secret, kept
}

func resize(list []string, n int) []string {
	return append(list[:min(len(list), n)], make([]string, n-min(len(list), n))...)
}

func (t *typed) wipe() {
	t.plain.Wipe()
	for _, v := range t.values {
		v.Wipe()
	}
}

func (t *typed) addRow() {
	t.Keys, t.Kept, t.values = append(t.Keys, ""), append(t.Kept, ""), append(t.values, seal.Secret{})
}

func (t *typed) addTag() { t.TagKeys, t.TagValues = append(t.TagKeys, ""), append(t.TagValues, "") }

// change does what a button inside the form says.
func (t *typed) change(do string) {
	switch {
	case do == "add-value" && len(t.Keys) < csms.MaxEntries:
		t.addRow()
		t.focusRow = len(t.Keys)
	case do == "add-tag" && len(t.TagKeys) < csms.MaxTags:
		t.addTag()
	}
	if i, ok := index(do, "remove-value-", len(t.Keys)); ok {
		t.Keys, t.Kept, t.values = slices.Delete(t.Keys, i, i+1), slices.Delete(t.Kept, i, i+1), slices.Delete(t.values, i, i+1)
	}
	if i, ok := index(do, "remove-tag-", len(t.TagKeys)); ok {
		t.TagKeys, t.TagValues = slices.Delete(t.TagKeys, i, i+1), slices.Delete(t.TagValues, i, i+1)
	}
}

func index(do, prefix string, n int) (int, bool) {
	text, ok := strings.CutPrefix(do, prefix)
	i, err := strconv.Atoi(text)
	return i, ok && err == nil && i >= 0 && i < n
}

// rowsInForce are the rows that are not left blank; the browser's form always has some.
func (t *typed) rowsInForce() []int {
	var rows []int
	for i, k := range t.Keys {
		if k != "" || t.values[i].Len() > 0 {
			rows = append(rows, i)
		}
	}
	return rows
}

func (t *typed) tagsInForce() []int {
	var tags []int
	for i, k := range t.TagKeys {
		if k != "" || t.TagValues[i] != "" {
			tags = append(tags, i)
		}
	}
	return tags
}

func (t *typed) entered() bool { return t.Mode == keyfield.ModeEnter }

// input is what the domain judges.
func (t *typed) input(region string) csms.CreateSecretInput {
	in := csms.CreateSecretInput{
		Region: region, Name: t.Name, Description: t.Description, Once: t.Once,
		Value: csms.Value{Form: csms.Form(t.Form)}, Key: csms.KeyChoice{ID: t.Key},
	}
	if t.entered() {
		in.Key = csms.KeyChoice{ID: t.KeyID, Entered: true}
	}
	if in.Value.Form == csms.Text {
		in.Value.Text = t.plain
	} else {
		for _, i := range t.rowsInForce() {
			in.Value.Entries = append(in.Value.Entries, csms.Entry{Key: t.Keys[i], Value: t.values[i]})
		}
	}
	for _, i := range t.tagsInForce() {
		in.Tags = append(in.Tags, csms.Tag{Key: t.TagKeys[i], Value: t.TagValues[i]})
	}
	return in
}

// hidden is the form as the confirmation carries it.
func (t *typed) hidden() []page.Pair {
	pairs := []page.Pair{
		{Name: "once", Value: t.Once}, {Name: "name", Value: t.Name}, {Name: "description", Value: t.Description},
		{Name: page.FieldForm, Value: t.Form}, {Name: page.FieldPlainKept, Value: t.PlainKept},
		{Name: "key_mode", Value: t.Mode}, {Name: "key", Value: t.Key}, {Name: "key_id", Value: t.KeyID},
	}
	for i := range t.Keys {
		pairs = append(pairs, page.Pair{Name: page.FieldKey, Value: t.Keys[i]}, page.Pair{Name: page.FieldKept, Value: t.Kept[i]})
	}
	for i := range t.TagKeys {
		pairs = append(pairs, page.Pair{Name: "tag_key", Value: t.TagKeys[i]}, page.Pair{Name: "tag_value", Value: t.TagValues[i]})
	}
	return pairs
}
