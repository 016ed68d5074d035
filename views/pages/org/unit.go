package org

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/views/components/field"
	"sharedkms/views/components/pager"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Unit is the page of a unit, or of the root.
type Unit struct {
	ID       string
	URN      string
	Name     string
	Root     bool
	Path     string
	Units    []Node
	Accounts []Node
	Pager    *pager.Props // nil when all accounts are shown
	Summary  string       // "3 accounts, 2 units below"
	Places   []field.Option
	May      Rights
	Empty    bool

	Rename   Typed
	New      Typed
	Move     Typed
	Problems Problems
}

// accountsOnPage is how many accounts of a unit a page lists.
const accountsOnPage = 50

// NewUnit makes the page; path leads from the root to the unit, whose accounts are shown beginning with
// the one at first, which may be junk.
func NewUnit(p org.Place, path []org.Unit, first int, reader iam.AccountID, may Rights) Unit {
	u := path[len(path)-1]
	m := Unit{
		ID: string(u.ID), URN: u.URN, Name: u.Name, Root: u.Root, Path: pathText(path), May: may.of(p.Management(reader)),
		Summary: count(u.Size(), "account", "accounts") + " in it and below", Empty: len(u.Units) == 0 && len(u.Accounts) == 0,
		Rename: Typed{Value: u.Name},
	}
	for _, child := range u.Units {
		m.Units = append(m.Units, Node{Unit: true, Text: child.Name, Href: to.Unit(string(child.ID)), Note: count(child.Size(), "account", "accounts")})
	}
	if first < 0 || first >= len(u.Accounts) {
		first = 0
	}
	last := min(first+accountsOnPage, len(u.Accounts))
	at := func(n int) string { return to.Unit(m.ID) + "?first=" + strconv.Itoa(n) }
	if len(u.Accounts) > accountsOnPage {
		m.Pager = &pager.Props{Things: "accounts", Text: strconv.Itoa(first+1) + "–" + strconv.Itoa(last) + " of " + strconv.Itoa(len(u.Accounts))}
		if first > 0 {
			m.Pager.Prev = at(max(first-accountsOnPage, 0))
		}
		if last < len(u.Accounts) {
			m.Pager.Next = at(last)
		}
	}
	for _, a := range u.Accounts[first:last] {
		m.Accounts = append(m.Accounts, Node{Text: a.Name, Href: to.Member(string(a.ID)), Note: memberNote(a)})
	}
	if !u.Root {
		m.Places = places(p.Tree.Root, u.ID, path[len(path)-2].ID)
	}
	return m
}

func unitCrumbs(m Unit, last ...layout.Crumb) []layout.Crumb {
	return crumbs(append([]layout.Crumb{{Text: m.Name, Href: to.Unit(m.ID)}}, last...)...)
}

// Member is the page of an account in the organization.
type Member struct {
	ID         string
	Name       string
	Path       string
	Unit       string // href of its unit
	Management bool
	Method     string // in which it joined
	JoinedAt   time.Time
	Status     templ.Component
	Places     []field.Option
	May        Rights
	Move       Typed
	Problems   Problems
}

// NewMember makes the page; path leads from the root to the account's unit.
func NewMember(p org.Place, a org.Member, path []org.Unit, reader iam.AccountID, may Rights) Member {
	unit := path[len(path)-1]
	return Member{
		ID: string(a.ID), Name: a.Name, Path: pathText(path), Unit: to.Unit(string(unit.ID)), Management: a.Management,
		Method: joined(a), JoinedAt: a.JoinedAt, Status: active(),
		Places: places(p.Tree.Root, "", unit.ID), May: may.of(p.Management(reader)),
	}
}
