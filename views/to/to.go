// Package to makes the addresses of the console, so that no page and no handler writes one by hand:
// to.Key(region, id) reads as it links. Filters and cursors are added with url.Values.Encode.
//
// Words: area, list and detail as in the table of pages; a detail's address is its list's plus the id.
// Ids are escaped as path segments, so a junk id read from a request cannot lead elsewhere.
package to

import "net/url"

// Overview is the first page after sign-in.
func Overview() string { return "/" }

// SignIn shows the form on GET and signs in on POST.
func SignIn() string { return "/sign-in" }

// SignInDemo signs in as one of the demo world's identities; POST with the field "as", the user's id.
func SignInDemo() string { return "/sign-in/demo" }

// SignOut ends the sign-in; POST.
func SignOut() string { return "/sign-out" }

// Me lists the sign-ins of the user, with password and appearance.
func Me() string { return "/me" }

// Password changes the user's password.
func Password() string { return "/me/password" }

// RevokeSignIn ends one of the user's own sign-ins; POST.
func RevokeSignIn(id string) string { return "/me/sign-ins/" + url.PathEscape(id) + "/revoke" }

// Feeds makes a link to the calendar of what ends; POST.
func Feeds() string { return "/me/calendar-links" }

// FeedRevoke ends one of the user's own links; POST.
func FeedRevoke(id string) string { return Feeds() + "/" + url.PathEscape(id) + "/revoke" }

// Calendar is a link to the calendar of what ends. Its token is the one secret that stands in an address.
func Calendar(token string) string { return "/calendar/" + token }

// Appearance sets the theme; POST with the fields "appearance" (light, dark, system) and "back", a path.
func Appearance() string { return "/me/appearance" }
