package csms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"sharedkms/internal/fault"
	"sharedkms/internal/seal"
)

// Value is a secret value as typed or as shown: Text, or Entries in their order.
type Value struct {
	Form    Form
	Text    seal.Secret
	Entries []Entry
}

// Entry is one row of a key/value.
type Entry struct {
	Key   string
	Value seal.Secret
}

// Wipe overwrites the bytes of the value.
func (v Value) Wipe() {
	v.Text.Wipe()
	for _, e := range v.Entries {
		e.Value.Wipe()
	}
}

// Size is how many bytes the stored string has.
func (v Value) Size() int {
	encoded := v.encode()
	defer clear(encoded)
	return len(encoded)
}

// encode writes the string that is sealed. The caller clears it.
func (v Value) encode() []byte {
	if v.Form == Text {
		return bytes.Clone(v.Text.Bytes())
	}
	// Large enough at once, because a slice that grows leaves copies behind: an
	// escaped byte takes six at most.
	size := 2
	for _, e := range v.Entries {
		size += 6 + 6*len(e.Key) + 6*e.Value.Len()
	}
	out := append(make([]byte, 0, size), '{')
	for i, e := range v.Entries {
		if i > 0 {
			out = append(out, ',')
		}
		out = quote(out, []byte(e.Key))
		out = append(out, ':')
		out = quote(out, e.Value.Bytes())
	}
	return append(out, '}')
}

func quote(out, text []byte) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for _, b := range text {
		switch {
		case b == '"' || b == '\\':
			out = append(out, '\\', b)
		case b == '\n':
			out = append(out, '\\', 'n')
		case b == '\r':
			out = append(out, '\\', 'r')
		case b == '\t':
			out = append(out, '\\', 't')
		case b < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		default:
			out = append(out, b)
		}
	}
	return append(out, '"')
}

var errNotObject = errors.New("stored key/value is not a JSON object of strings")

// decodeEntries reads what encode wrote.
func decodeEntries(text []byte) ([]Entry, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotObject
	}
	var entries []Entry
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, errNotObject
		}
		value, err := d.Token()
		if err != nil {
			return nil, errNotObject
		}
		k, keyIs := key.(string)
		v, valueIs := value.(string)
		if !keyIs || !valueIs {
			return nil, errNotObject
		}
		entries = append(entries, Entry{Key: k, Value: seal.NewSecret([]byte(v))})
	}
	return entries, nil
}

// FieldEntry names row i (from 0) of a key/value in the fields of a fault.
func FieldEntry(i int) string { return "entry-" + strconv.Itoa(i+1) }

// check adds what is wrong with the value, and never what it is.
func (v Value) check(fields *fault.Fields) {
	before := len(*fields)
	switch v.Form {
	case Text:
		if v.Text.Len() == 0 {
			fields.Add("value", "CSMS.0002", "Type the value. It has 1 byte at least.")
			return
		}
		if !utf8.Valid(v.Text.Bytes()) {
			fields.Add("value", "CSMS.0002", "The value is not text in UTF-8. Encode binary values in Base64.")
		}
	case KeyValue:
		v.checkEntries(fields)
	default:
		fields.Add("value", "CSMS.0002", "Choose key/value or plaintext.")
		return
	}
	if len(*fields) > before {
		return
	}
	if n := v.Size(); n > MaxValue {
		fields.Add("value", "CSMS.0002", fmt.Sprintf("The value has %d bytes. %d are possible; store a larger one elsewhere, under a data key.", n, MaxValue))
	}
}

func (v Value) checkEntries(fields *fault.Fields) {
	if len(v.Entries) == 0 {
		fields.Add("value", "CSMS.0002", "Type a key and a value in one row at least.")
	}
	if len(v.Entries) > MaxEntries {
		fields.Add("value", "CSMS.0002", fmt.Sprintf("The value has %d rows. %d are possible.", len(v.Entries), MaxEntries))
		return
	}
	first := map[string]int{}
	for i, e := range v.Entries {
		switch at, twice := first[e.Key]; {
		case e.Key == "":
			fields.Add(FieldEntry(i), "CSMS.0002", "This row has a value and no key. Type the key, or remove the row.")
		case twice:
			fields.Add(FieldEntry(i), "CSMS.0002", fmt.Sprintf("Row %d has the same key. Keys must differ.", at+1))
		case !utf8.ValidString(e.Key) || !utf8.Valid(e.Value.Bytes()):
			fields.Add(FieldEntry(i), "CSMS.0002", "This row is not text in UTF-8.")
		default:
			first[e.Key] = i
		}
	}
}
