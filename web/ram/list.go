package ram

import (
	"strconv"
	"strings"

	"sharedkms/internal/store"
	"sharedkms/views/components/pager"
	"sharedkms/web/handle"
)

// pagerOf is the line below a list of n rows. There are no totals, because counting costs more than the page.
func pagerOf(x *handle.Exchange, things string, n int, edges store.Edges) pager.Props {
	prev, next := x.Neighbours(edges)
	text := strconv.Itoa(n) + " " + things
	switch {
	case prev != "" || next != "":
		text += " on this page."
	case n == 1:
		text = "1 " + strings.TrimSuffix(things, "s") + "."
	default:
		text += "."
	}
	return pager.Props{Things: things, Text: text, Times: true, Prev: prev, Next: next}
}
