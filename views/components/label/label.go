// Package label draws status labels and tags. A status is always icon and word, never colour alone;
// tags and counts are grey.
//
// They are written in Go instead of templ, because a list draws several in each row.
package label

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"sharedkms/views/components/icon"
)

// Kind is the colour of a status: green works, amber is about to end, red is broken, violet waits for
// somebody, grey is off or over. Blue marks a stage or a path and has no icon.
type Kind int

const (
	Grey Kind = iota
	Green
	Amber
	Red
	Violet
	Blue
)

const (
	open  = `<span class="pf-v6-c-label pf-m-outline pf-m-compact`
	inner = `"><span class="pf-v6-c-label__content">`
	close = `</span></span></span>`
)

var kinds = [...]string{
	Grey:   open + inner,
	Green:  open + " pf-m-success" + inner,
	Amber:  open + " pf-m-warning" + inner,
	Red:    open + " pf-m-danger" + inner,
	Violet: open + " pf-m-info" + inner,
	Blue:   open + " pf-m-blue" + inner,
}

// Status is a state with the icon of its kind: Status(label.Green, "Enabled"). It is one element, to
// which the style sheet adds the icon, because it stands on every row of every list.
func Status(kind Kind, text string) templ.Component {
	if bare[kind] == "" {
		return With(kind, icon.Icon{}, text)
	}
	return state{kind, text}
}

var bare = [...]string{
	Grey:   `<span class="k-off">`,
	Green:  `<span class="k-ok">`,
	Amber:  `<span class="k-soon">`,
	Red:    `<span class="k-bad">`,
	Violet: `<span class="k-waits">`,
	Blue:   "",
}

// Shared marks what belongs to another account, for lists: one element like Status.
var Shared = templ.Raw(`<span class="k-shared">Shared</span>`)

type state struct {
	kind Kind
	text string
}

func (s state) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, bare[s.kind]+templ.EscapeString(s.text)+`</span>`)
	return err
}

// With is a status with another icon: With(label.Violet, icon.Share, "Shared").
func With(kind Kind, i icon.Icon, text string) templ.Component {
	return status{kind, i, text}
}

type status struct {
	kind Kind
	icon icon.Icon
	text string
}

func (s status) Render(_ context.Context, w io.Writer) error {
	html := kinds[s.kind]
	if !s.icon.None() {
		html += `<span class="pf-v6-c-label__icon">` + s.icon.HTML() + `</span>`
	}
	_, err := io.WriteString(w, html+`<span class="pf-v6-c-label__text">`+templ.EscapeString(s.text)+close)
	return err
}

// Tag is one grey tag, as "key: value" or a bare word.
func Tag(text string) templ.Component { return Tags([]string{text}, 1) }

// Tags shows the first max tags and how many are left, or the grey word None.
func Tags(texts []string, max int) templ.Component { return tags{texts, max} }

type tags struct {
	texts []string
	max   int
}

func (t tags) Render(_ context.Context, w io.Writer) error {
	if len(t.texts) == 0 {
		_, err := io.WriteString(w, `<span class="k-sub">None</span>`)
		return err
	}
	shown, html := t.texts, ""
	if len(shown) > t.max {
		shown = shown[:t.max]
	}
	for i, text := range shown {
		if i > 0 {
			html += " "
		}
		html += tag(text)
	}
	if rest := len(t.texts) - len(shown); rest > 0 {
		html += " " + tag("+"+strconv.Itoa(rest))
	}
	_, err := io.WriteString(w, html)
	return err
}

func tag(text string) string {
	return `<span class="pf-v6-c-label pf-m-filled pf-m-compact"><span class="pf-v6-c-label__content"><span class="pf-v6-c-label__text">` +
		templ.EscapeString(text) + close
}
