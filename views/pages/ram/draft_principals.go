package ram

import (
	"sharedkms/views/components/field"
	"sharedkms/views/components/picker"
	"sharedkms/views/components/table"
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
	Scope        []field.Option
	ScopeError   Input
	Organization string // name; empty when the kind Organization is not available
	Unavailable  string // then this is why
	SwitchText   string // and, to who can mend it, where
	SwitchHref   string
	ByAccount    bool // the kind in force is account ID
	Tree         picker.Node
	TreeError    string
	Accounts     Input // account IDs as typed, one per line
	Chosen       []ChosenPrincipal
	ChosenError  string
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

var chosenColumns = []table.Column{
	{Title: "Principal"}, {Title: "Type"}, {Title: "In organization"}, {Title: "Access after you submit"}, {Title: "Remove", Unseen: true},
}

var confirmColumns = []table.Column{{Title: "Principal"}, {Title: "Type"}, {Title: "Access after you submit"}}
