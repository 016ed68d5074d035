// Package copyid draws ids with a copy button. The whole id is always in the document, so find, copy
// and print have it; in tables the style sheet clips it to 12 characters. One click selects it, which
// makes copying work without script; without script the button is hidden.
//
// It is written in Go instead of templ, because a list draws one or two in each row.
package copyid

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"sharedkms/views/components/icon"
)

const start = `<button class="pf-v6-c-button pf-m-plain pf-m-small pf-m-no-padding" type="button" data-copy aria-label="`

var end = `"><span class="pf-v6-c-button__icon">` + icon.Copy.HTML() + `</span></button>`

// Button is a copy button without id and label, for script to put beside the ids of long lists.
func Button() templ.Component { return templ.Raw(start + end) }

// Short clips the id, for tables. Label is what the button says: "Copy ID of key retail-orders".
func Short(id, label string) templ.Component {
	return part{`<span class="k-copy"><code class="k-id" title="`, id, label}
}

// Full shows the whole id, for details, dialogs and errors.
func Full(id, label string) templ.Component {
	return part{`<span class="k-copy"><code class="k-id k-full" title="`, id, label}
}

type part struct{ open, id, label string }

func (p part) Render(_ context.Context, w io.Writer) error {
	id := templ.EscapeString(p.id)
	_, err := io.WriteString(w, p.open+id+`">`+id+`</code>`+start+templ.EscapeString(p.label)+end+`</span>`)
	return err
}

// NameOverID is the usual first cell: a linked name, clipped when long, over the id. Noun is the word
// for the thing in the button's label ("key"); without href the name is plain text.
func NameOverID(name, href, id, noun string) templ.Component { return nameOverID{name, href, id, noun} }

type nameOverID struct{ name, href, id, noun string }

func (n nameOverID) Render(ctx context.Context, w io.Writer) error {
	name := templ.EscapeString(n.name)
	html := `<div class="k-two"><span class="k-clip" title="` + name + `">` + name + `</span><div class="k-sub">`
	if n.href != "" {
		html = `<div class="k-two"><a class="k-clip" href="` + templ.EscapeString(string(templ.URL(n.href))) + `" title="` + name + `">` + name + `</a><div class="k-sub">`
	}
	if _, err := io.WriteString(w, html); err != nil {
		return err
	}
	label := "Copy ID of " + n.noun + " " + n.name
	if n.noun == "account" {
		label = "Copy account ID of " + n.name
	}
	if err := Short(n.id, label).Render(ctx, w); err != nil {
		return err
	}
	_, err := io.WriteString(w, `</div></div>`)
	return err
}
