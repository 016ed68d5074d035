// Package ram holds the pages of the Resource Access Manager: what this account shares with others, the
// four steps of the wizard that creates a share, and what others share with it.
//
// Words: the owner makes a share of keys, one managed permission and principals. A principal is an
// account, an organizational unit or a whole organization. On the owner's pages a principal has access
// at once or an invitation; on the recipient's pages the owner has a name and an id, and neither tags
// nor other principals are shown.
//
// A page takes the frame and one model, made from domain values by a constructor (New…), in which
// everything is worded as it is shown. An act that costs something is a Question: the same content as a
// dialog on the page and as a page of its own.
package ram

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Key is one key as the tables of shares show it.
type Key struct {
	ID     string
	Name   string
	Href   string // of the detail page; empty for none
	Region string
	Spec   string // AES_256
	Usage  string // Encrypt, decrypt
	State  Status
	Note   string // grey words below the state
	Remove Act

	Association string // by which a live one is in a share
}

// Status is a label with its icon, and grey words below it.
type Status struct {
	Label templ.Component
	Note  string
}

// Act is a control that asks before it does. The zero Act is absent: the reader may not use it.
type Act struct {
	Text  string
	Label string // aria-label, with the row's name
	Href  string // asks there
	Why   string // reason in words instead of the control
}

// AskID is the element in which questions open as dialogs; htmx names it as the target of the request.
const AskID = "ask"

// Party is an account, unit or organization as a cell shows it.
type Party struct {
	Name string
	ID   string
	Noun string // account, unit, organization: for the copy button
	Note string // instead of the id
}

func shares(last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{
		{Text: "Resource Access Manager", Href: to.Shares()},
		{Text: "Shared by Me", Href: to.Shares()},
		{Text: "Resource Shares", Href: to.Shares()},
	}, last...)
}

func received(last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{
		{Text: "Resource Access Manager", Href: to.Shares()},
		{Text: "Shared with Me", Href: to.SharesReceived()},
		{Text: "Resource Shares", Href: to.SharesReceived()},
	}, last...)
}

// count writes a number with its noun: "1 key", "3 keys".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// list joins words: "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
