package pager_test

import (
	"testing"

	"sharedkms/views/components/pager"
	"sharedkms/views/viewtest"
)

func TestPager(t *testing.T) {
	viewtest.Golden(t, "middle", viewtest.Render(t, pager.Pager(pager.Props{
		Things: "keys", Text: "50 keys on this page.", Times: true, Prev: "?before=a", Next: "?after=b",
		Sizes: []pager.Size{{Rows: "10", Href: "?size=10"}, {Rows: "50", Current: true}},
	})))
	viewtest.Golden(t, "only", viewtest.Render(t, pager.Pager(pager.Props{Things: "keys", Text: "1–5 of 5 keys."})))
}
