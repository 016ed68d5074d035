package handle

import (
	"fmt"
	"log/slog"
	"strings"

	"sharedkms/views/layout"
)

const appearanceCookie = "appearance"

// Frame is what stands around a page: account, menus, notices, form token. Handlers add
// Area and Active. Title is the document's, the object first: "retail-orders | Keys".
func (x *Exchange) Frame(title string) layout.Frame {
	c := x.Caller
	f := layout.Frame{
		Title: title, Path: x.Path(), RequestID: x.RequestID(), Demo: x.Site.Demo,
		AccountID: string(c.Account), AccountName: c.AccountName, UserName: c.UserName,
		Region: x.Region, HomeRegion: x.HomeRegion(), Regions: x.regions(),
		FormToken: x.FormToken(), Appearance: x.appearance(), Notices: x.takeNotices(),
	}
	if x.SignedIn() && x.Site.Demo && x.Site.Identities != nil {
		identities, err := x.Site.Identities(x.Context())
		if err != nil {
			// The menu is a convenience; the page is what was asked for.
			slog.WarnContext(x.Context(), "identities of the demo world were not read", "request", x.RequestID(), "error", err)
		}
		f.Identities = append([]layout.Identity(nil), identities...)
		for i := range f.Identities {
			f.Identities[i].Current = f.Identities[i].ID == string(c.User)
		}
	}
	return f
}

// regions links the same list in each region: a detail page leads to its list.
func (x *Exchange) regions() []layout.Region {
	parts := strings.Split(x.Request().URL.Path, "/") // "", service, region, things, …
	if x.Region == "" || len(parts) < 4 {
		return nil
	}
	list := make([]layout.Region, len(x.Site.Regions))
	for i, r := range x.Site.Regions {
		list[i] = layout.Region{Name: r, Href: fmt.Sprintf("/%s/%s/%s", parts[1], r, parts[3])}
	}
	return list
}

// RequestID is the number by which the log names this request.
func (x *Exchange) RequestID() string { return x.echo.Response().Header().Get(HeaderRequestID) }

// HeaderRequestID carries the request number in every answer.
const HeaderRequestID = "X-Request-Id"

func (x *Exchange) appearance() layout.Appearance {
	cookie, err := x.echo.Cookie(x.Site.CookieName(appearanceCookie))
	if err != nil {
		return layout.System
	}
	switch a := layout.Appearance(cookie.Value); a {
	case layout.Light, layout.Dark:
		return a
	}
	return layout.System
}

// SetAppearance keeps the theme in a cookie for a year; what is no theme means system.
func (x *Exchange) SetAppearance(a layout.Appearance) {
	if a != layout.Light && a != layout.Dark {
		a = layout.System
	}
	x.echo.SetCookie(x.Site.Cookie(appearanceCookie, string(a), 365*24*60*60))
}
