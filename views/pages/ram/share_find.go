package ram

import (
	"net/url"
	"strings"

	"sharedkms/views/components/filter"
	"sharedkms/views/to"
)

// The searches in the tables of a share, in the address of its page. Both stand on it
// at a time.
const (
	FindKeys       = "find_key"
	FindPrincipals = "find_principal"
)

// Find narrows the tables to rows with the text in their name or ID. Counts, and what may
// be done with the share, stay those of the whole.
func (m *ShareDetail) Find(keys, principals string) {
	m.FindKeys = m.find("keys", FindKeys, keys, filter.Pair{Name: FindPrincipals, Value: principals}, "resources")
	m.FindPrincipals = m.find("principals", FindPrincipals, principals, filter.Pair{Name: FindKeys, Value: keys}, "principals")
}

func (m *ShareDetail) find(things, field, text string, other filter.Pair, card string) filter.Props {
	here, hash := to.Share(m.Facts.ID), "#"+card
	p := filter.Props{
		Action: here + hash, Label: "Search " + things + " of the share", Field: field, Query: text, Placeholder: "Name or ID of " + things,
	}
	if other.Value != "" {
		p.Hidden = []filter.Pair{other}
		here += "?" + url.Values{other.Name: {other.Value}}.Encode()
	}
	if text != "" {
		p.ClearHref = here + hash
		p.Chips = []filter.Chip{{Text: "Name or ID: " + text, Href: p.ClearHref}}
	}
	return p
}

func (m ShareDetail) keysShown() []Key {
	return found(m.Keys, m.FindKeys.Query, func(k Key) []string { return []string{k.Name, k.ID} })
}

func (m ShareDetail) principalsShown() []Principal {
	return found(m.Principals, m.FindPrincipals.Query, func(p Principal) []string { return []string{p.Party.Name, p.Party.ID} })
}

func found[T any](rows []T, text string, words func(T) []string) []T {
	if text == "" {
		return rows
	}
	var list []T
	for _, row := range rows {
		for _, word := range words(row) {
			if strings.Contains(strings.ToLower(word), strings.ToLower(text)) {
				list = append(list, row)
				break
			}
		}
	}
	return list
}
