package card_test

import (
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/card"
	"sharedkms/views/viewtest"
)

func TestCard(t *testing.T) {
	body := templ.Raw("<p>Body</p>")
	viewtest.Golden(t, "note", viewtest.RenderWith(t, card.Card("Guided tour", card.Props{ID: "tour", Note: "2 of 5 done"}), body))
	viewtest.Golden(t, "link", viewtest.RenderWith(t, card.Card("Shared with me", card.Props{LinkText: "All 12 keys", LinkHref: "/keys"}), body))
	viewtest.Golden(t, "plain", viewtest.RenderWith(t, card.Card("Value", card.Props{}), body))
}
