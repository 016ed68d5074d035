// Package kms holds the pages of the Key Management Service: the list with its three tabs, the form
// that makes a key, the page of a key, own or foreign, with its tool, and the questions before an act.
//
// A page takes the frame and one model, made from domain values by a constructor (New…), in which
// everything is worded as it is shown. A foreign key's page shows what its shares allow and no control
// for what they do not. Only the tool's page after a POST shows what was decrypted.
package kms

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/views/components/label"
	"sharedkms/views/components/when"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

func keys(region string, last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{{Text: "Data Encryption Workshop", Href: to.Keys(region)}, {Text: "Key Management Service", Href: to.Keys(region)}}, last...)
}

// StateName is how a state is written on pages.
func StateName(s kms.State) string {
	return map[kms.State]string{
		kms.Enabled: "Enabled", kms.Disabled: "Disabled", kms.PendingDeletion: "Pending deletion", kms.PendingImport: "Pending import",
	}[s]
}

func status(s kms.State) templ.Component {
	kind := map[kms.State]label.Kind{kms.Enabled: label.Green, kms.Disabled: label.Grey, kms.PendingDeletion: label.Amber, kms.PendingImport: label.Violet}[s]
	return label.Status(kind, StateName(s))
}

// below is the grey word under a status: until when, or by whom.
func below(k kms.Key, foreign bool) string {
	switch {
	case k.DeletionAt != nil:
		return "on " + k.DeletionAt.UTC().Format(time.DateOnly)
	case foreign && k.State == kms.Disabled:
		return "by its owner"
	}
	return ""
}

// UsageName is how a usage is written on pages.
func UsageName(u kms.Usage) string {
	if u == kms.EncryptDecrypt {
		return "Encrypt, decrypt"
	}
	return string(u)
}

// OriginName is how an origin is written on pages.
func OriginName(o kms.Origin) string {
	if o == kms.OriginKMS {
		return "Key Management"
	}
	return "External"
}

// path says how a share reaches an account.
func path(kind string) string {
	switch kind {
	case "account":
		return "by account ID"
	case "ou":
		return "through its OU"
	default:
		return "through organization"
	}
}

// through is path, and whether it is one of several.
func through(r iam.KeyReader) string {
	if r.Others {
		return path(r.Kind) + ", and by other shares"
	}
	return path(r.Kind)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// stop is one line of what stops: a kind of thing, with the names of the reader's own ones.
type stop struct {
	Text  string
	Names []string
	More  int
}

// String is the line: "3 secrets of this account: a, b and 1 more".
func (s stop) String() string {
	text := s.Text
	if len(s.Names) > 0 {
		text += ": " + strings.Join(s.Names, ", ")
	}
	if s.More > 0 {
		text += " and " + strconv.Itoa(s.More) + " more"
	}
	return text
}

// stops words an impact: own things by name, other accounts' by count.
func stops(i keyuse.Impact) []stop {
	var list []stop
	for _, g := range i.Own {
		s := stop{Text: g.Kind.Count(g.Count) + " of this account", More: g.Count - len(g.Things)}
		for _, t := range g.Things {
			s.Names = append(s.Names, t.Name)
		}
		list = append(list, s)
	}
	totals := map[keyuse.Kind]int{}
	accounts := map[keyuse.Kind]int{}
	var kinds []keyuse.Kind
	for _, c := range i.Others {
		if totals[c.Kind] == 0 {
			kinds = append(kinds, c.Kind)
		}
		totals[c.Kind] += c.Count
		accounts[c.Kind]++
	}
	for _, k := range kinds {
		list = append(list, stop{Text: k.Count(totals[k]) + " of " + count(accounts[k], "other account", "other accounts")})
	}
	return list
}

func deletionText(k kms.Key, now time.Time) string {
	if k.DeletionAt == nil {
		return ""
	}
	return when.Text(*k.DeletionAt) + ", " + when.Distance(*k.DeletionAt, now)
}
