package table

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Rows writes the rows of a List. It is Go instead of templ, because an expression of a template costs
// two allocations and a list of fifty rows has five hundred; and it leaves out the end tags of rows and
// cells, as HTML allows.
//
//	table.NewRows(func(ctx context.Context, r *table.Rows) {
//		for _, k := range keys {
//			r.Row("m0")
//			r.Name(k.Name, k.Href, k.ID)
//			r.Part(ctx, k.Status, "")
//			r.Text("AES_256", "Encrypt, decrypt")
//			r.Acts()
//			r.Act("Disable…", k.DisableHref)
//		}
//	})
type Rows struct {
	b    []byte
	base string
	err  error // of the first part that failed
}

// NewRows is the child of a List that write makes.
func NewRows(write func(context.Context, *Rows)) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		r := Rows{b: make([]byte, 0, 32<<10)}
		write(ctx, &r)
		if r.err != nil {
			return r.err
		}
		_, err := w.Write(r.b)
		return err
	})
}

// In says the address of the page that holds the list. Addresses below its folder are written relative
// to it, which on fifty rows saves 2 KB.
func (r *Rows) In(page string) { r.base = page[:strings.LastIndexByte(page, '/')+1] }

// Row begins a row with the menu of that id (menu.ForRows), or with none.
func (r *Rows) Row(menu string) {
	if menu == "" {
		r.add("<tr>")
		return
	}
	r.add(`<tr data-menu="`, menu, `">`)
}

// Tick is the cell before the name of a row that can be ticked. Label names the row: "Select orders".
func (r *Rows) Tick(name, value, label string, ticked bool) {
	r.add(`<td class="k-tick"><input type="checkbox" name="`, name, `" value="`, value, `" aria-label="`)
	r.escape(label)
	r.add(`"`)
	if ticked {
		r.add(` checked`)
	}
	r.add(`>`)
}

// Name is the first cell: a linked name over an id. Without href the name is plain.
func (r *Rows) Name(name, href, id string) {
	r.add(`<th scope="row">`)
	if href == "" {
		r.add(`<span>`)
		r.escape(name)
		r.add(`</span>`)
	} else {
		r.link(name, href)
	}
	r.id(id)
}

// Title is the header of a row that begins with another cell: a linked name over a small fact.
func (r *Rows) Title(name, href, small string) {
	r.add(`<th scope="row">`)
	r.link(name, href)
	r.small(small)
}

// Text is a fact over a small one, which may be empty.
func (r *Rows) Text(text, small string) {
	r.add("<td>")
	r.escape(text)
	r.small(small)
}

// Optional is the cell of an optional column.
func (r *Rows) Optional(text string) {
	r.add(`<td class="k-lo">`)
	r.escape(text)
}

// Prose is the cell of an optional column with a text of people, which is clipped to two lines, or the
// grey word None.
func (r *Rows) Prose(text string) {
	r.add(`<td class="k-lo">`)
	if text == "" {
		r.small("None")
		return
	}
	r.add(`<p>`)
	r.escape(text)
}

// Tags are the first two tags and how many are left, or the grey word None.
func (r *Rows) Tags(texts []string) {
	r.add("<td>")
	if len(texts) == 0 {
		r.small("None")
		return
	}
	shown := texts[:min(len(texts), 2)]
	for _, text := range shown {
		r.tag(text)
	}
	if rest := len(texts) - len(shown); rest > 0 {
		r.tag("+" + strconv.Itoa(rest))
	}
}

// Owner is a name over an id.
func (r *Rows) Owner(name, id string) {
	r.add("<td>")
	r.escape(name)
	r.id(id)
}

// Party is a name over an id, which may be empty or stand instead of the name.
func (r *Rows) Party(name, id string) {
	r.add("<td>")
	if name != id {
		r.escape(name)
	}
	if id != "" {
		r.id(id)
	}
}

// OwnerLink is a linked name over an id; without href the name is plain.
func (r *Rows) OwnerLink(name, href, id string) {
	if href == "" {
		r.Owner(name, id)
		return
	}
	r.add("<td>")
	r.link(name, href)
	r.id(id)
}

// Link is a linked name over a small fact.
func (r *Rows) Link(text, href, small string) {
	r.add("<td>")
	r.link(text, href)
	r.small(small)
}

// Part is a component over a small fact: a status, a time.
func (r *Rows) Part(ctx context.Context, part templ.Component, small string) {
	r.add("<td>")
	r.draw(ctx, part)
	r.small(small)
}

// PartBelow is a fact over a component, which may be nil.
func (r *Rows) PartBelow(ctx context.Context, text string, part templ.Component) {
	r.add("<td>")
	r.escape(text)
	if part != nil {
		r.draw(ctx, part)
	}
}

// Small adds a grey line to the cell.
func (r *Rows) Small(text string) { r.small(text) }

// Acts begins the last cell, where acts stand side by side.
func (r *Rows) Acts() { r.add("<td>") }

// Act adds a link to an act, or nothing without href.
func (r *Rows) Act(text, href string) {
	if href != "" {
		r.link(text, href)
	}
}

// Post adds a button that posts the form around the list to action, which may be empty. With name it
// sends the value, too.
func (r *Rows) Post(text, action, name, value string) {
	if action == "" {
		return
	}
	r.add(`<button formaction="`)
	r.href(action)
	if name != "" {
		r.add(`" name="`, name, `" value="`)
		r.escape(value)
	}
	r.add(`">`)
	r.escape(text)
	r.add(`</button>`)
}

// Write lets components draw into the row.
func (r *Rows) Write(html []byte) (int, error) {
	r.b = append(r.b, html...)
	return len(html), nil
}

// WriteString is Write without a copy.
func (r *Rows) WriteString(html string) (int, error) {
	r.b = append(r.b, html...)
	return len(html), nil
}

func (r *Rows) draw(ctx context.Context, part templ.Component) {
	if err := part.Render(ctx, r); err != nil && r.err == nil {
		r.err = err
	}
}

func (r *Rows) link(text, href string) {
	r.add(`<a href="`)
	r.href(href)
	r.add(`">`)
	r.escape(text)
	r.add("</a>")
}

func (r *Rows) href(href string) {
	if below, ok := strings.CutPrefix(href, r.base); ok && r.base != "" {
		href = below
	}
	r.escape(href)
}

func (r *Rows) id(id string) {
	r.add("<code>")
	r.escape(id)
	r.add("</code>")
}

func (r *Rows) tag(text string) {
	r.add("<i>")
	r.escape(text)
	r.add("</i> ")
}

func (r *Rows) small(text string) {
	if text != "" {
		r.add("<small>")
		r.escape(text)
		r.add("</small>")
	}
}

func (r *Rows) add(html ...string) {
	for _, part := range html {
		r.b = append(r.b, part...)
	}
}

func (r *Rows) escape(text string) { r.b = append(r.b, templ.EscapeString(text)...) }
