package handle

import "slices"

// regionCookie keeps the region that the browser was in last. It is no secret and
// nothing is decided by it: one that is not offered counts as none.
const regionCookie = "region"

// HomeRegion is the region of pages that belong to none: where the visitor was last,
// else the first one offered.
func (x *Exchange) HomeRegion() string {
	if x.Region != "" {
		return x.Region
	}
	if last := x.lastRegion(); last != "" {
		return last
	}
	return x.Site.Regions[0]
}

func (x *Exchange) lastRegion() string {
	cookie, err := x.echo.Cookie(x.Site.CookieName(regionCookie))
	if err != nil || !slices.Contains(x.Site.Regions, cookie.Value) {
		return ""
	}
	return cookie.Value
}

// rememberRegion keeps the region of the path for a year.
func (x *Exchange) rememberRegion() {
	if x.SignedIn() && x.lastRegion() != x.Region {
		x.echo.SetCookie(x.Site.Cookie(regionCookie, x.Region, 365*24*60*60))
	}
}
