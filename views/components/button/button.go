// Package button draws what people press: submit buttons, links that look like buttons, and buttons
// that open a dialog or a menu.
//
// Order on a page: primary, secondary, link, Cancel last; one primary per page, the act the page is
// for. Danger stands in dialogs only. An act that asks first ends in "…". A control the caller may not
// use is left out; one that a state blocks is Blocked, with the reason as visible text beside it.
package button

import "sharedkms/views/components/icon"

// Variant is how loud a button is; its value is the class.
type Variant string

const (
	Primary   Variant = "pf-v6-c-button pf-m-primary"
	Secondary Variant = "pf-v6-c-button pf-m-secondary"
	Danger    Variant = "pf-v6-c-button pf-m-danger"
	Quiet     Variant = "pf-v6-c-button pf-m-link"             // looks like a link, with a button's room around it
	Inline    Variant = "pf-v6-c-button pf-m-link pf-m-inline" // looks like a link within text, cells and card heads
	Plain     Variant = "pf-v6-c-button pf-m-plain"            // an icon alone
)

// Props is what a button may have beside its variant and text.
type Props struct {
	ID      string
	Name    string // name and Value of a submit button, read by the server to tell buttons apart
	Value   string
	Form    string // id of the form, when the button stands outside it
	Action  string // posts the form to another address
	Label   string // aria-label, when the text alone does not say what is acted on; must contain the text
	Why     string // id of the element that says more, or why the button is blocked
	Icon    icon.Icon
	IconEnd icon.Icon
	Small   bool
	Block   bool   // as wide as its column
	Focus   bool   // focused when the page or dialog opens
	Dialog  string // of a Link: id of the dialog with the same content, opened instead when script runs
	Tick    string // of a Link: "all" or "none", ticks the rows of its form when script runs
}

func (p *Props) class(v Variant) string {
	class := string(v)
	if p.Small {
		class += " pf-m-small"
	}
	if p.Block {
		class += " pf-m-block"
	}
	return class
}
