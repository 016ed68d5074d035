// Package layout draws what stands around every page: the document, the demo banner, the masthead, the
// side menu, breadcrumb, heading and notices.
//
// A page calls Page with its Frame and inside it Head, which draws the h1 and, below it, the notices;
// then its sections. Bare is for people who are not signed in. Nothing is inline: the content security
// policy needs 'self' for script-src, style-src, img-src (the icons), font-src, connect-src and
// form-action, and nothing else.
//
// Services that are not built do not appear in menus; a new one is added to areas.go.
package layout

import (
	"github.com/a-h/templ"

	"sharedkms/views/components/alert"
)

// Appearance is the theme that the user chose.
type Appearance string

const (
	Light  Appearance = "light"
	Dark   Appearance = "dark"
	System Appearance = "system"
)

// Frame is what every page shows around its own content. One function in web makes it.
type Frame struct {
	Title     string // of the document, without the name of the console
	Path      string // path and query of this page; where Appearance returns to
	RequestID string // shown by error pages

	AccountID   string
	AccountName string
	UserName    string

	Demo       bool
	Identities []Identity // of the demo world, for switching in the account menu

	Region     string // that the page belongs to; empty on global pages
	HomeRegion string // that regional links on global pages lead to
	Regions    []Region

	Area   Area // which side menu
	Active Item // which entry of it is this page or its parent

	FormToken  string
	Appearance Appearance // empty is System
	Notices    []Notice
}

// Region is one entry of the region menu.
type Region struct {
	Name string
	Href string // the same list there; a detail page leads to its list
}

// Identity is a user of the demo world.
type Identity struct {
	ID      string // posted as "as"
	Account string
	User    string
	Current bool
}

// Notice says in the past tense what happened before the redirect that led here.
type Notice struct {
	Kind     alert.Kind
	Text     string
	LinkText string
	LinkHref string
}

// Crumb is one step of the breadcrumb. The last one is the page itself and needs no Href.
type Crumb struct {
	Text string
	Href string
}

// Heading is the h1 with one grey sentence below it.
type Heading struct {
	Title string
	Lead  string          // at most 75 characters wide
	Under templ.Component // instead of Lead: status label and words; nil for none
}

// themeClass is the class of <html>.
func (f *Frame) themeClass() string {
	switch f.Appearance {
	case Light:
		return "pf-v6-theme-light"
	case Dark:
		return "pf-v6-theme-dark"
	default:
		return "k-theme-system"
	}
}

// colorScheme is what the browser draws its own parts in before the style sheet arrives.
func (f *Frame) colorScheme() string {
	switch f.Appearance {
	case Light:
		return "light"
	case Dark:
		return "dark"
	default:
		return "light dark"
	}
}

// region is where regional links lead.
func (f *Frame) region() string {
	switch {
	case f.Region != "":
		return f.Region
	case f.HomeRegion != "":
		return f.HomeRegion
	case len(f.Regions) > 0:
		return f.Regions[0].Name
	default:
		return ""
	}
}

func (f *Frame) documentTitle() string {
	if f.Title == "" {
		return "Shared KMS console"
	}
	return f.Title + " | Shared KMS console"
}
