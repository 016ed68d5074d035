package ram

import (
	"strconv"

	"sharedkms/internal/store"
	"sharedkms/views/components/pager"
	"sharedkms/web/handle"
)

// pagerOf is the line below a list of n rows. There are no totals, because counting costs more than the page.
func pagerOf(x *handle.Exchange, things string, n int, edges store.Edges) pager.Props {
	prev, next := x.Neighbours(edges)
	text := strconv.Itoa(n) + " " + things + " on this page."
	if prev == "" && next == "" {
		text = "1–" + strconv.Itoa(n) + " of " + strconv.Itoa(n) + " " + things + "."
	}
	return pager.Props{Things: things, Text: text, Times: true, Prev: prev, Next: next}
}
