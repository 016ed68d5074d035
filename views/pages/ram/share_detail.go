package ram

import (
	"time"

	"sharedkms/views/components/table"
)

// ShareDetail is an own share with all that is in it.
type ShareDetail struct {
	Facts          ShareFacts
	Tags           []string
	Keys           []Key
	KeysNote       string
	Permission     Permission
	Principals     []Principal
	PrincipalsNote string
	Delete         Question
	Removals       []Question // of keys and principals
}

// ShareFacts is the basic information of a share.
type ShareFacts struct {
	ID          string
	Name        string
	Status      Status
	Description string
	Scope       string
	Created     time.Time
}

// Principal is one principal of a share.
type Principal struct {
	Party  Party
	Kind   string // Account, Organizational unit, Organization
	Where  string // in the organization, outside; grey
	State  Status
	Since  time.Time
	Remove Act
}

// Questions are the dialogs of the page.
func (m ShareDetail) Questions() []Question {
	if m.Delete.Action == "" {
		return m.Removals
	}
	return append([]Question{m.Delete}, m.Removals...)
}

var sharedKeyColumns = []table.Column{
	{Title: "Name and ID"}, {Title: "Region"}, {Title: "Algorithm"}, {Title: "State"}, {Title: "Operation"},
}

var principalColumns = []table.Column{
	{Title: "Principal"}, {Title: "Type"}, {Title: "Access"}, {Title: "Since"}, {Title: "Operation"},
}

func keyColumns(withState bool) []table.Column {
	columns := []table.Column{{Title: "Name and ID"}, {Title: "Region"}, {Title: "Algorithm"}}
	if withState {
		columns = append(columns, table.Column{Title: "State"})
	}
	return columns
}
