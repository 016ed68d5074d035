// Package csms holds the pages of the Cloud Secret Management Service: the list of secrets, the form that
// makes one with its confirmation, the page of a secret, and the page that shows a value.
//
// A page takes the frame and one model, made from domain values by a constructor (New…), in which
// everything is worded as it is shown. A value stands on the page that shows it and on no other: forms
// carry what was typed as a sealed text.
package csms

import (
	"strconv"
	"strings"

	"sharedkms/internal/csms"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/layout"
	"sharedkms/views/to"

	"github.com/a-h/templ"
)

func secrets(region string, last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{
		{Text: "Data Encryption Workshop", Href: to.Keys(region)},
		{Text: "Cloud Secret Management Service", Href: to.Secrets(region)},
		{Text: "Secrets", Href: to.Secrets(region)},
	}, last...)
}

// status is how a secret stands, as a label.
func status(s csms.Secret) templ.Component {
	if s.Key.Lost != nil {
		return label.With(label.Red, icon.Lock, "Key not accessible")
	}
	return label.Status(label.Green, "Enabled")
}

// about says what is known of a value without opening it: "Key/value, 2 entries. 118 bytes."
func about(form csms.Form, entries, size int) string {
	text := "Plaintext"
	if form == csms.KeyValue {
		text = "Key/value, " + count(entries, "entry", "entries")
	}
	return text + ". " + count(size, "byte", "bytes") + "."
}

// count writes a number with its noun: "1 entry", "3 entries".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// ownerOf names who owns a key.
func ownerOf(k csms.Key) string {
	switch {
	case k.Own:
		return "This account"
	case k.OwnerName == "":
		return string(k.Owner)
	}
	return k.OwnerName
}

func itoa(n int) string { return strconv.Itoa(n) }

// joined writes words as "a", "a and b", "a, b and c".
func joined(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
