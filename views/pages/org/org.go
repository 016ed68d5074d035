// Package org holds the pages of Organizations: the organization of this account as a tree of units and
// accounts, a unit, an account, and invitations into organizations.
//
// Words: the management account made the organization and changes it; others are members. A page shows an
// act only to who may do it. Acts that end sharing ask first, by the questions of package ram, which knows
// what ends.
package org

import (
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/views/components/field"
	"sharedkms/views/components/form"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Typed is what came back of a form.
type Typed struct{ Value, Error, Code string }

// Rights are what the reader's policies allow in its own organization.
type Rights struct {
	Create, Delete, Leave, Invite, Cancel, Answer bool
	CreateUnit, RenameUnit, MoveUnit, DeleteUnit  bool
	MoveAccount, RemoveAccount, ListAccounts      bool
}

// of gives what a reader may do, who is not in the management account.
func (r Rights) of(management bool) Rights {
	if management {
		r.Leave = false
		return r
	}
	return Rights{Create: r.Create, Leave: r.Leave, Answer: r.Answer}
}

// Node is an entry of the tree: a unit with what is below it, or an account.
type Node struct {
	Unit  bool
	Text  string
	Href  string
	Note  string
	Nodes []Node
}

// accountsShown is how many accounts of a unit the tree lists; the unit's page has them all.
const accountsShown = 20

func newNode(u org.Unit) Node {
	n := Node{Unit: true, Text: u.Name, Href: to.Unit(string(u.ID)), Note: count(u.Size(), "account", "accounts")}
	if u.Root {
		n.Note = "root, " + n.Note
	}
	for _, child := range u.Units {
		n.Nodes = append(n.Nodes, newNode(child))
	}
	for i, a := range u.Accounts {
		if i == accountsShown {
			n.Nodes = append(n.Nodes, Node{Text: "All " + count(len(u.Accounts), "account", "accounts"), Href: n.Href, Note: "of " + u.Name})
			break
		}
		n.Nodes = append(n.Nodes, Node{Text: a.Name, Href: to.Member(string(a.ID)), Note: memberNote(a)})
	}
	return n
}

func memberNote(m org.Member) string {
	if m.Management {
		return "management account"
	}
	return ""
}

// pathText is "Harbor Group / Commerce".
func pathText(path []org.Unit) string {
	names := make([]string, len(path))
	for i, u := range path {
		names[i] = u.Name
	}
	return strings.Join(names, " / ")
}

// places are the choices of where to put a unit or an account: all units of the tree but those below
// except, chosen the one it is in.
func places(root org.Unit, except, chosen org.UnitID) []field.Option {
	var list []field.Option
	var walk func(u org.Unit, path string)
	walk = func(u org.Unit, path string) {
		if u.ID == except {
			return
		}
		path += u.Name
		list = append(list, field.Option{Value: string(u.ID), Text: path, Selected: u.ID == chosen})
		for _, child := range u.Units {
			walk(child, path+" / ")
		}
	}
	walk(root, "")
	return list
}

func crumbs(last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{{Text: "Organizations", Href: to.Organization()}}, last...)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// account is a party as a cell shows it.
type account struct {
	ID   string
	Name string
}

func newAccount(id iam.AccountID, name string) account { return account{string(id), name} }

// Problems are what stands above a form that came back.
type Problems struct {
	Title string
	List  []form.Problem
}
