package ram

import (
	"sharedkms/internal/org"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/picker"
)

// unit is the box of a unit with what is below it.
func (t *tree) unit(u org.Unit, covered string) picker.Node {
	n := picker.Node{Text: u.Name, Value: u.URN, Icon: icon.Org, Note: "organizational unit"}
	if u.Root {
		n.Note = "whole organization, " + count(members(u), "account", "accounts") + " now"
	}
	n = t.node(n, covered)
	if covered == "" && n.Ticked {
		covered = u.Name
		if u.Root {
			covered = "the organization"
		}
	}
	for _, child := range u.Units {
		n.Nodes = append(n.Nodes, t.unit(child, covered))
	}
	for _, a := range u.Accounts {
		n.Nodes = append(n.Nodes, t.account(a, covered))
	}
	return n
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

func members(u org.Unit) int {
	n := len(u.Accounts)
	for _, child := range u.Units {
		n += members(child)
	}
	return n
}

// shortID is the beginning and the end of an account id, to tell accounts of one name apart.
func shortID(id string) string {
	if len(id) < 16 {
		return id
	}
	return id[:8] + "…" + id[len(id)-4:]
}
