package ram

import (
	"strconv"

	"sharedkms/views/components/filter"
	"sharedkms/views/components/rows"
	"sharedkms/views/components/table"
)

// DraftDetails is step one: what the share is called and which keys are in it.
type DraftDetails struct {
	DraftFrame
	Name        Input
	NameNote    string // a warning that does not stop: another share has the name
	Description Input
	Tags        []rows.Row
	TagsError   string
	Regions     filter.Select
	Query       string
	Region      string
	Available   []AvailableKey
	Found       string // "5 in eu-west-101"
	LeftOut     string
	NoKeys      bool // the account has no key here that can be shared, with no search in force
	KeyNewHref  string
	Selected    []Key
	Keys        Input // what is wrong with the selection
}

// AvailableKey is a key that can be ticked.
type AvailableKey struct {
	Key
	Ticked bool
}

// Limits of one submission (RAM API: 20 resources, principals and tags each).
const (
	MaxKeys       = 20
	MaxPrincipals = 20
	MaxTags       = 20
)

func (m DraftDetails) tags() rows.Props {
	return rows.Props{
		Prefix: "tag", Legend: "Tags", Noun: "tag", Rows: m.Tags, Full: len(m.Tags) >= MaxTags,
		Note: strconv.Itoa(max(MaxTags-m.filledTags(), 0)) + " more possible", KeyMax: 128, ValueMax: 255, Error: m.TagsError,
	}
}

func (m DraftDetails) filledTags() int {
	n := 0
	for _, t := range m.Tags {
		if t.Key != "" {
			n++
		}
	}
	return n
}

var availableColumns = []table.Column{{Title: "Select", Unseen: true, Narrow: true}, {Title: "Name and ID"}, {Title: "Algorithm, usage"}}

var selectedColumns = []table.Column{{Title: "Name and ID"}, {Title: "Region"}, {Title: "Remove", Unseen: true}}

func ofAtMost(n, most int) string {
	return strconv.Itoa(n) + " of at most " + strconv.Itoa(most)
}
