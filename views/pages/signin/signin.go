// Package signin shows the sign-in page: the form, on a console without accounts how to make
// one, and in the demo world its identities, one click each.
package signin

import (
	"strings"

	"sharedkms/internal/iam"
)

// View is what the sign-in page shows.
type View struct {
	Action     string
	DemoAction string
	Account    string // as typed; the password never comes back
	User       string
	Return     string // path to go on to
	Refused    string // why the last attempt failed
	Ended      bool   // the visitor has just signed out
	NoAccounts bool   // nobody can sign in yet
	Worlds     []World
}

// World is an organization of the demo world, or the accounts outside of any.
type World struct {
	Organization string // empty: outside partners
	Units        []Unit
}

// Unit is an organizational unit; Name is empty for the organization's root.
type Unit struct {
	Name     string
	Accounts []Account
}

// Account is one account with its users.
type Account struct {
	ID    string
	Name  string
	Note  string
	Users []User
}

// User is one identity.
type User struct {
	ID      string
	Name    string
	Account string
	Note    string
	Current bool
}

// Worlds groups users, which come in the order of DemoUsers.
func Worlds(users []iam.DemoUser, current iam.UserID) []World {
	var worlds []World
	for _, u := range users {
		if n := len(worlds); n == 0 || worlds[n-1].Organization != u.Organization {
			worlds = append(worlds, World{Organization: u.Organization})
		}
		w := &worlds[len(worlds)-1]
		if n := len(w.Units); n == 0 || w.Units[n-1].Name != u.Unit {
			w.Units = append(w.Units, Unit{Name: u.Unit})
		}
		unit := &w.Units[len(w.Units)-1]
		if n := len(unit.Accounts); n == 0 || unit.Accounts[n-1].ID != string(u.Account) {
			unit.Accounts = append(unit.Accounts, Account{ID: string(u.Account), Name: u.AccountName, Note: accountNote(u)})
		}
		a := &unit.Accounts[len(unit.Accounts)-1]
		a.Users = append(a.Users, User{ID: string(u.ID), Name: u.Name, Account: u.AccountName, Note: userNote(u), Current: u.ID == current})
	}
	return worlds
}

func accountNote(u iam.DemoUser) string {
	switch {
	case u.Management:
		return "Management account"
	case u.Organization != "":
		return "Member account"
	}
	return "Must accept invitations"
}

func userNote(u iam.DemoUser) string {
	switch {
	case u.Kind == iam.RootUser:
		return "Everything in this account"
	case len(u.Policies) == 0:
		return "No policy: may do nothing"
	}
	return strings.Join(u.Policies, ", ")
}
