package handle

import (
	"strings"

	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
)

// Searched reports whether a list is searched by name or ID.
func Searched(search string) bool { return strings.TrimSpace(search) != "" }

// SearchOrder is how a list is ordered: as asked for, but by name, up or down, while names are
// searched for, because an index gives them so.
func SearchOrder[T ~string](search string, asked, up, down T) T {
	if Searched(search) && asked != down {
		return up
	}
	return asked
}

// queryMatch, as matchPart, makes the search of a list one for a part of a name.
const (
	queryMatch = "match"
	matchPart  = "part"
)

// Inside reports whether the address asks for names that hold the search anywhere. IDs are
// found by their start alone.
func (x *Exchange) Inside(search string) bool {
	return x.Query(queryMatch) == matchPart && canInside(search)
}

func canInside(search string) bool { return Searched(search) && !store.IDSought(search) }

// OfferInside completes the form of a list, of things, that can be searched inside names: where
// it is searched by the start of names, it says how to go on.
func (x *Exchange) OfferInside(p *filter.Props, things string) {
	if !canInside(p.Query) {
		return
	}
	if p.Inside = (filter.Inside{Things: things, On: x.Inside(p.Query)}); p.Inside.On {
		p.Hidden = append(p.Hidden, filter.Pair{Name: queryMatch, Value: matchPart})
		p.Inside.Href = x.Here(queryMatch, "")
	} else {
		p.Inside.Href = x.Here(queryMatch, matchPart)
	}
}
