package handle

import "strings"

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
