// Package handle is what handlers of all services are written with: the Exchange, one
// request and its answer, and the Route, one line of the console's table.
//
// A handler reads the form into a private struct, calls one method of a service, chooses
// page or redirect, and returns the error; web/errors.go alone turns errors into pages. GET
// shows, POST changes and answers 303 with a notice; a form that came back answers 422 with
// what was typed. Echo's context does not leave this package and web.
//
// Invariants: every page is rendered into a buffer before its status is sent; an anonymous
// GET writes nothing; a notice is signed with a key of the sign-in it is for, so it shows
// once, to that sign-in only, on whichever replica answers.
package handle

import (
	"context"
	"net/http"
	"time"

	"sharedkms/views/layout"
)

// Handler answers one request.
type Handler func(x *Exchange) error

// DefaultBody is how many bytes a POST may have when its route does not say: 64 KiB.
const DefaultBody = 64 << 10

// Route is one line of the table. Path is in Echo's pattern language: ":id" is one segment.
// A path that has ":region" is answered only for regions that are offered.
type Route struct {
	Method  string
	Path    string
	Name    string // noun and verb, "key.disable": for tests and metrics
	Handler Handler

	Body      int64 // bytes a POST may have; 0 is DefaultBody
	Open      bool  // served to people who are not signed in, too
	Unsettled bool  // served while the one-time password has not been changed
}

// Get is a page.
func Get(path, name string, h Handler) Route {
	return Route{Method: http.MethodGet, Path: path, Name: name, Handler: h}
}

// Post is an act.
func Post(path, name string, h Handler) Route {
	return Route{Method: http.MethodPost, Path: path, Name: name, Handler: h}
}

// WithBody is the route with another limit of its body, in bytes.
func (r Route) WithBody(n int64) Route { r.Body = n; return r }

// Site is what all exchanges of one console have in common.
type Site struct {
	Regions []string // offered, the first one is the default
	Demo    bool
	Secure  bool // browsers come by https: cookies are Secure and have the prefix __Host-
	Now     func() time.Time

	// Identities lists the users of the demo world for the account menu; nil outside of it.
	Identities func(ctx context.Context) ([]layout.Identity, error)
}

// CookieName is the name of one of the console's cookies. The prefix makes browsers refuse a
// cookie of that name from another host or by plain HTTP.
func (s *Site) CookieName(name string) string {
	if s.Secure {
		return "__Host-" + name
	}
	return name
}

// Cookie is a cookie with every attribute set. maxAge is in seconds; negative deletes it.
func (s *Site) Cookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: s.CookieName(name), Value: value, Path: "/", MaxAge: maxAge,
		Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
