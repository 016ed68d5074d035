package ram

import (
	"slices"
	"strings"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/field"
	"sharedkms/views/components/label"
	"sharedkms/views/components/picker"
	"sharedkms/views/components/table"
	"sharedkms/views/to"
)

// Values of the fields "scope" and "kind" of step three.
const (
	ScopeAny          = "any"
	ScopeOrganization = "organization"
	KindOrganization  = "organization"
	KindAccount       = "account"
)

// DraftPrincipals is step three: who gets access.
type DraftPrincipals struct {
	DraftFrame
	Scope       []field.Option
	ScopeError  Input
	Retain      bool
	RetainHelp  string
	Unavailable string // why the type Organization cannot be chosen; empty when it can
	Remedy      Act    // where that can be changed or seen
	ByAccount   bool   // the type in force is Account ID
	Tree        picker.Node
	CanFind     bool   // there are more accounts than a glance takes in
	Find        string // what is searched for in it
	Found       string
	Shown       []string // chosen principals that can be unticked in the tree
	TreeError   Input
	Accounts    Input // account IDs as typed, one per line
	Chosen      []ChosenPrincipal
	Count       string
}

// ChosenPrincipal is one row of the chosen ones.
type ChosenPrincipal struct {
	Value    string // as stored: account id, or URN of unit or organization
	Party    Party
	Kind     string
	KindNote string
	Inside   string // Yes or No
	Access   Status
	Error    string
}

// NewDraftPrincipals words step three as it is saved, for the account self. Find narrows the
// tree to accounts with it in their name, or at the start of their ID.
func NewDraftPrincipals(p ram.PrincipalsPage, self iam.AccountID, find string, now time.Time) DraftPrincipals {
	m := DraftPrincipals{
		DraftFrame: NewDraftFrame(p.Draft, ram.StepPrincipals), Scope: scopes(p),
		Retain: p.Draft.Retain, RetainHelp: retainHelp(p.Draft),
		Unavailable: unavailable(p), Chosen: newChosen(p.Chosen, now),
		Count: picked(p.Draft, len(p.Chosen), ram.MaxPrincipals, principalsIn, p.Draft.NamesAdded, p.Draft.NamesRemoved),
	}
	switch p.Why {
	case ram.SharingOff:
		m.Remedy = Act{Text: "Settings", Href: to.Settings()}
	case ram.NotInOrganization:
		m.Remedy = Act{Text: "Organizations", Href: to.Organization()}
	}
	m.ByAccount = m.Unavailable != "" || len(p.Chosen) > 0 && !p.Chosen[len(p.Chosen)-1].InOrg
	if p.Tree != nil {
		t := tree{self: self, find: strings.ToLower(find)}
		for _, c := range p.Chosen {
			if c.Live == nil || c.Live.State != ram.Ineffective { // whose part is over can be ticked again
				t.chosen = append(t.chosen, c.Principal)
			}
		}
		m.Tree = t.unit(p.Tree.Root, "")
		if find != "" {
			m.Find, m.Found = find, count(t.found, "account matches", "accounts match")+" “"+find+"”."
		}
		m.CanFind = find != "" || p.Tree.Root.Size() > accountsOfUnit
		m.Tree.Text = p.Tree.Organization.Name
		m.Shown = t.shown
	}
	return m
}

// FieldFind is what of the organization is searched for, posted and in the address.
const FieldFind = "find"

// FindNoneHref is the step with the whole tree.
func (m DraftPrincipals) FindNoneHref() string {
	return to.ShareDraft(m.ID, string(ram.StepPrincipals)) + "?kind=" + KindOrganization + "#organization"
}

func scopes(p ram.PrincipalsPage) []field.Option {
	inside := field.Option{
		Value: ScopeOrganization, Text: "Allow sharing only within your organization", Selected: !p.Draft.AllowExternal,
		Note: "Account IDs outside " + p.Organization + " are refused, now and in later changes.",
	}
	if p.Why != ram.OrganizationUsable {
		inside.Disabled, inside.Note = !inside.Selected, "This needs an organization with sharing turned on."
	}
	return []field.Option{{
		Value: ScopeAny, Text: "Allow sharing with any account", Selected: p.Draft.AllowExternal,
		Note: "Accounts outside your organization receive an invitation that they must accept.",
	}, inside}
}

// retainHelp explains the option. Who is in a share already stays as it came.
func retainHelp(d ram.Draft) string {
	text := "Accounts of your organization that you name by their ID receive an invitation, as others do, and keep access when they leave the organization. Off, they get access at once and lose it when they leave. Units and the organization as a whole follow membership in both cases."
	if d.Edits != "" {
		text += " It counts for accounts named from now on."
	}
	return text
}

// unavailable gives each of the three reasons its own words.
func unavailable(p ram.PrincipalsPage) string {
	switch p.Why {
	case ram.NotInOrganization:
		return "this account is in no organization. Name accounts by their ID; they receive an invitation."
	case ram.SharingOff:
		if p.IsManagement {
			return "sharing within " + p.Organization + " is turned off. This account manages the organization and can turn it on."
		}
		return "sharing within " + p.Organization + " is turned off. The management account " + p.ManagementName + " can turn it on."
	case ram.OrganizationForbidden:
		return "your policies do not let you read the organization. An administrator of this account can allow organizations:ous:list and organizations:accounts:list."
	default:
		return ""
	}
}

func principalsIn(n int) string { return count(n, "principal", "principals") }

// AlreadyThere tells that naming these again changed nothing; it is empty for nobody.
func AlreadyThere(d ram.Draft) string {
	if len(d.Already) == 0 {
		return ""
	}
	names := make([]string, len(d.Already))
	for i, n := range d.Already {
		names[i] = named(n)
	}
	return some(names) + " " + verb(len(names), "is", "are") + " in the share already, so nothing is added"
}

func newChosen(list []ram.Chosen, now time.Time) []ChosenPrincipal {
	rows := make([]ChosenPrincipal, len(list))
	for i, c := range list {
		r := ChosenPrincipal{
			Value: c.Principal, Party: newParty(c.Kind, c.Principal, c.Name), Kind: kindText(c.Kind), Inside: "No", Error: c.Problem,
			Access: Status{label.Status(label.Violet, "Will receive an invitation"), "valid for 7 days"},
		}
		if c.InOrg {
			r.Inside = "Yes"
		}
		if c.AtOnce {
			r.Access = Status{Label: label.Status(label.Green, "Access at once")}
		}
		if c.Live != nil {
			r.Access = principalState(*c.Live, now)
		}
		if c.Kind != ram.KindAccount {
			r.KindNote = count(c.Accounts, "account", "accounts") + " besides yours"
		}
		rows[i] = r
	}
	return rows
}

var chosenColumns = []table.Column{
	{Title: "Principal"}, {Title: "Type"}, {Title: "In organization"}, {Title: "Access"}, {Title: "Remove", Unseen: true},
}

var confirmColumns = []table.Column{{Title: "Principal"}, {Title: "Type"}, {Title: "Access after you submit"}}

// ChooseScope keeps the scope of a form that came back.
func (m *DraftPrincipals) ChooseScope(scope string) {
	for i := range m.Scope {
		m.Scope[i].Selected = (m.Scope[i].Value == ScopeOrganization) == (scope == ScopeOrganization)
	}
}

// Tick keeps the ticks of a form that came back.
func (m *DraftPrincipals) Tick(values []string) { tick(&m.Tree, values) }

func tick(n *picker.Node, values []string) {
	if !n.Blocked {
		n.Ticked = slices.Contains(values, n.Value)
	}
	for i := range n.Nodes {
		tick(&n.Nodes[i], values)
	}
}
