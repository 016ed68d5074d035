package ram

import (
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/picker"
)

// How many accounts the tree offers: of a unit, and in all. The others are searched for.
const (
	accountsOfUnit = 20
	accountsOfTree = 200
)

// tree turns an organization into boxes to tick.
type tree struct {
	self   iam.AccountID
	chosen []string
	find   string // in lower case: a part of a name, or the start of an ID; empty for all
	shown  []string
	found  int // accounts that are searched for, offered or not
	offers int
	n      int
}

func (t *tree) id() string {
	t.n++
	return "tree-" + strconv.Itoa(t.n)
}

// node is a box. Covered names the chosen unit above it, or is empty.
func (t *tree) node(n picker.Node, covered string) picker.Node {
	n.ID = t.id()
	switch {
	case slices.Contains(t.chosen, n.Value):
		n.Ticked = true
		t.shown = append(t.shown, n.Value)
	case covered != "":
		n.Ticked, n.Blocked, n.Note = true, true, "covered by "+covered
	}
	return n
}

// unit is the box of a unit with what is below it. Those below in which nothing is found are
// left out.
func (t *tree) unit(u org.Unit, covered string) picker.Node {
	n := picker.Node{Text: u.Name, Value: u.URN, Icon: icon.Org, Note: "organizational unit"}
	if u.Root {
		n.Note = "whole organization, " + count(u.Size(), "account", "accounts") + " now"
	}
	n = t.node(n, covered)
	if covered == "" && n.Ticked {
		covered = u.Name
		if u.Root {
			covered = "the organization"
		}
	}
	for _, child := range u.Units {
		if t.find == "" || t.holds(child) {
			n.Nodes = append(n.Nodes, t.unit(child, covered))
		}
	}
	offered, more := 0, 0
	for _, a := range u.Accounts {
		switch {
		case !t.meant(a):
		case offered == accountsOfUnit || t.offers == accountsOfTree:
			more++
		default:
			offered, t.offers = offered+1, t.offers+1
			n.Nodes = append(n.Nodes, t.account(a, covered))
		}
	}
	t.found += offered + more
	if more > 0 {
		n.Nodes = append(n.Nodes, picker.Node{Text: "and " + count(more, "more account", "more accounts") + " of " + u.Name, Note: "search for its name or ID", Bare: true})
	}
	return n
}

// meant reports whether the account is searched for.
func (t *tree) meant(a org.Member) bool {
	return t.find == "" || strings.Contains(strings.ToLower(a.Name), t.find) || strings.HasPrefix(string(a.ID), t.find)
}

func (t *tree) holds(u org.Unit) bool {
	return slices.ContainsFunc(u.Accounts, t.meant) || slices.ContainsFunc(u.Units, t.holds)
}

func (t *tree) account(a org.Member, covered string) picker.Node {
	n := picker.Node{Text: a.Name, Value: string(a.ID), Icon: icon.Account, Note: shortID(string(a.ID))}
	if a.Management {
		n.Note = "management account"
	}
	if a.ID == t.self {
		n.ID, n.Blocked, n.Note = t.id(), true, "this account owns the keys"
		return n
	}
	return t.node(n, covered)
}

// shortID is the beginning and the end of an account id, to tell accounts of one name apart.
func shortID(id string) string {
	if len(id) < 16 {
		return id
	}
	return id[:8] + "…" + id[len(id)-4:]
}
