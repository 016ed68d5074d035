package ram

import (
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/rows"
	"sharedkms/views/components/table"
	"sharedkms/views/to"
)

// DraftDetails is step one: what the share is called and which keys are in it.
type DraftDetails struct {
	DraftFrame
	Name        Input
	Description Input
	Ends        Ends
	Tags        []rows.Row
	TagsError   Input
	Regions     filter.Select
	Query       string
	Region      string
	Available   []AvailableKey
	Prev, Next  string // cursors of the available keys
	Found       string // "5 keys in eu-west-101"
	LeftOut     string
	NoKeys      bool // the account has no key here that can be picked, with no search in force
	KeyNewHref  string
	Selected    []Key
	Count       string // "2 of at most 20"; of an edit "3 keys, 1 added, 1 removed"
	Keys        Input  // what is wrong with the selection
}

// AvailableKey is a key that can be ticked.
type AvailableKey struct {
	Key
	Ticked bool
}

// NewDraftDetails words step one as it is saved. Regions are those offered.
func NewDraftDetails(p ram.DetailsPage, regions []string, query string) DraftDetails {
	m := DraftDetails{
		DraftFrame: NewDraftFrame(p.Draft, ram.StepDetails),
		Name:       Input{Value: p.Draft.Name}, Description: Input{Value: p.Draft.Description}, Tags: TagRows(p.Draft.Tags),
		Ends:    NewEnds(p.Draft.Ends),
		Regions: filter.Select{Name: "region", Label: "Region"}, Region: p.Region, Query: query,
		Prev: p.Edges.Prev, Next: p.Edges.Next,
		Found: keysOf(len(p.Available)) + " in " + p.Region, NoKeys: query == "", KeyNewHref: to.KeyNew(p.Region),
		LeftOut:  "Only custom keys of this account, enabled or disabled. Left out: keys already selected, keys pending deletion, default keys, and keys shared with you, which cannot be shared on.",
		Selected: newKeys(p.Picked), Count: picked(p.Draft, len(p.Picked), ram.MaxKeys, keysOf, p.Draft.KeysAdded, p.Draft.KeysRemoved),
	}
	if p.Edges.Next != "" || p.Edges.Prev != "" {
		m.Found = keysOf(len(p.Available)) + " on this page, " + p.Region
	}
	for _, r := range regions {
		m.Regions.Options = append(m.Regions.Options, filter.Option{Value: r, Text: r, Selected: r == p.Region})
	}
	for _, k := range p.Available {
		key := newKey(k)
		if k.State == "enabled" {
			key.State = Status{} // only what differs from the usual is marked
		}
		m.Available = append(m.Available, AvailableKey{Key: key})
	}
	for i, k := range p.Picked {
		m.Selected[i].Note = unusable(k)
		if slices.Contains(p.Draft.KeysAdded, k.ID) && p.Draft.Edits != "" {
			m.Selected[i].Note = strings.TrimSuffix("new in this share, "+m.Selected[i].Note, ", ")
		}
	}
	return m
}

// Tick marks the available keys with these ids.
func (m *DraftDetails) Tick(ids []string) {
	for i := range m.Available {
		m.Available[i].Ticked = slices.Contains(ids, m.Available[i].ID)
	}
}

// TagRows are the rows of the editor: the tags, and an empty row while one more is possible.
func TagRows(tags []ram.Tag) []rows.Row {
	list := make([]rows.Row, 0, len(tags)+1)
	for _, t := range tags {
		list = append(list, rows.Row{Key: t.Key, Value: t.Value})
	}
	if len(list) < ram.MaxTags {
		list = append(list, rows.Row{})
	}
	return list
}

func (m DraftDetails) tags() rows.Props {
	filled := 0
	for _, t := range m.Tags {
		if t.Key != "" || t.Value != "" {
			filled++
		}
	}
	return rows.Props{
		Prefix: "tag", Legend: "Tags", Noun: "tag", Rows: m.Tags, Full: filled >= ram.MaxTags,
		Note:   strconv.Itoa(max(ram.MaxTags-filled, 0)) + " more possible",
		KeyMax: 128, ValueMax: 255, Error: m.TagsError.Error, Code: m.TagsError.Code,
	}
}

var availableColumns = []table.Column{{Title: "Select", Unseen: true, Narrow: true}, {Title: "Name and ID"}, {Title: "Algorithm, usage"}}

var selectedColumns = []table.Column{{Title: "Name and ID"}, {Title: "Region"}, {Title: "Remove", Unseen: true}}

// picked says how many there are: of a new share against the limit, of an edit by what it changes.
func picked(d ram.Draft, n, most int, noun func(int) string, added, removed []string) string {
	if d.Edits == "" {
		return ofAtMost(n, most)
	}
	text := noun(n)
	if len(added) > 0 {
		text += ", " + strconv.Itoa(len(added)) + " added"
	}
	if len(removed) > 0 {
		text += ", " + strconv.Itoa(len(removed)) + " removed"
	}
	return text
}

func ofAtMost(n, most int) string {
	return strconv.Itoa(n) + " of at most " + strconv.Itoa(most)
}
