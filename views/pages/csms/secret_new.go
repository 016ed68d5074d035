package csms

import (
	"sharedkms/internal/csms"
	"sharedkms/internal/tag"
	"sharedkms/views/components/field"
	"sharedkms/views/components/form"
	"sharedkms/views/components/keyfield"
	"sharedkms/views/components/rows"
)

// SecretNew is the form as typed.
type SecretNew struct {
	Once     string
	Problems []form.Problem
	Note     string // last sentence of the summary

	Name        field.Props
	Description field.Props
	PlainText   bool // else key/value
	Rows        []ValueRow
	FocusRow    int         // from 1; the row that was just added
	RowsFull    bool        // no more rows can be added
	Plain       field.Props // its Value is never set
	PlainKept   string
	Value       field.Props // error of the value as a whole
	Key         keyfield.Props
	Tags        rows.Props
}

// ValueRow is one row of a key/value. Kept is the sealed value, which the row carries along.
type ValueRow struct {
	Key   string
	Kept  string
	Error string
}

// Names of the fields that the value consists of. Repeated ones stand once per row.
const (
	FieldForm      = "value_form"
	FieldKey       = "value_key"
	FieldValue     = "value_value"
	FieldKept      = "value_kept"
	FieldPlain     = "plain"
	FieldPlainKept = "plain_kept"
)

// SecretConfirm is what is about to be made.
type SecretConfirm struct {
	Hidden      []Pair // the whole form, values sealed
	Name        string
	Description string
	Value       string
	KeyNames    []string // names of the rows, as typed just now
	KeyName     string
	KeyID       string // empty when the key is made with the secret
	KeyOwner    string
	KeyShares   []string
	Shared      bool
	Tags        []string
}

// Pair is a hidden field.
type Pair struct{ Name, Value string }

// NewSecretConfirm words what CreateSecret would make.
func NewSecretConfirm(in csms.CreateSecretInput, r csms.Review, hidden []Pair) SecretConfirm {
	m := SecretConfirm{
		Hidden: hidden, Name: in.Name, Description: in.Description, Value: about(in.Value.Form, len(in.Value.Entries), r.Size),
		KeyName: r.Key.Name, KeyID: string(r.Key.ID), KeyOwner: ownerOf(r.Key), KeyShares: r.Key.Shares, Shared: !r.Key.Own, Tags: tag.Texts(in.Tags),
	}
	for _, e := range in.Value.Entries {
		m.KeyNames = append(m.KeyNames, e.Key)
	}
	return m
}
