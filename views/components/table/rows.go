package table

import (
	"context"
	"io"

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
//			r.Act("Disable…", k.DisableHref)
//		}
//	})
type Rows struct {
	b   []byte
	err error // of the first part that failed
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

// Row begins a row with the menu of that id (menu.ForRows), or with none.
func (r *Rows) Row(menu string) {
	if menu == "" {
		r.add("<tr>")
		return
	}
	r.add(`<tr data-menu="`, menu, `">`)
}

// Name is the first cell: a linked name over an id.
func (r *Rows) Name(name, href, id string) {
	r.add(`<th scope="row"><a href="`)
	r.escape(href)
	r.add(`">`)
	r.escape(name)
	r.add("</a><code>")
	r.escape(id)
	r.add("</code>")
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

// Owner is a name over an id.
func (r *Rows) Owner(name, id string) {
	r.add("<td>")
	r.escape(name)
	r.add("<code>")
	r.escape(id)
	r.add("</code>")
}

// Link is a linked name over a small fact.
func (r *Rows) Link(text, href, small string) {
	r.add(`<td><a href="`)
	r.escape(href)
	r.add(`">`)
	r.escape(text)
	r.add("</a>")
	r.small(small)
}

// Part is a component over a small fact: a status, a time.
func (r *Rows) Part(ctx context.Context, part templ.Component, small string) {
	r.add("<td>")
	if err := part.Render(ctx, r); err != nil && r.err == nil {
		r.err = err
	}
	r.small(small)
}

// Act is the last cell: a link to an act, or nothing without href.
func (r *Rows) Act(text, href string) {
	if href == "" {
		r.add("<td>")
		return
	}
	r.Link(text, href, "")
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
