// Package icon names the symbols of static/icons.svg. An Icon is a component: @icon.Key in a template.
// The zero Icon draws nothing.
//
// Icons repeat or decorate a word beside them, so they are hidden from screen readers; a button that
// shows nothing else carries an aria-label. The HTML is built once, because a list draws hundreds.
package icon

import (
	"context"
	"io"

	"sharedkms/static"
)

// Icon is one symbol, ready to be written.
type Icon struct{ html string }

// The symbols. Their names say the shape or, where the console gives it one meaning, the meaning.
var (
	Account  = named("acct")
	Arrow    = named("arrow")
	Bad      = named("bad") // a circle with a cross: danger, error
	Check    = named("check")
	Clock    = named("clock")
	Copy     = named("copy")
	Dash     = named("dash")
	Dots     = named("dots")
	Down     = named("down")
	Download = named("dl")
	Edit     = named("edit")
	External = named("external")
	Eye      = named("eye")
	Grid     = named("grid")
	History  = named("history")
	Info     = named("info")
	Key      = named("key")
	Left     = named("left")
	List     = named("list")
	Lock     = named("lock")
	Logout   = named("logout")
	Menu     = named("menu")
	Minus    = named("minus") // a circle with a bar: off, ended
	Moon     = named("moon")
	OK       = named("ok") // a circle with a tick: works, success
	Org      = named("org")
	Pin      = named("pin")
	Plus     = named("plus")
	Right    = named("right")
	Screen   = named("screen")
	Search   = named("search")
	Share    = named("share")
	Shield   = named("shield")
	Sort     = named("sort")
	SortDown = named("sortd")
	SortUp   = named("sortu")
	Sun      = named("sun")
	Trash    = named("trash")
	Unlock   = named("unlock")
	User     = named("user")
	Warning  = named("warn")
	X        = named("x")
)

func named(symbol string) Icon {
	return Icon{`<svg aria-hidden="true"><use href="` +
		static.URL("icons.svg") + "#" + symbol + `"></use></svg>`}
}

// Render writes the symbol.
func (i Icon) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, i.html)
	return err
}

// HTML returns the symbol for components that are written in Go.
func (i Icon) HTML() string { return i.html }

// None reports whether the icon draws nothing.
func (i Icon) None() bool { return i.html == "" }
