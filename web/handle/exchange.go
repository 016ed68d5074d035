package handle

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// Exchange is one request and its answer. It is used by one goroutine.
type Exchange struct {
	Site   *Site
	Caller iam.Caller // the zero Caller when nobody is signed in
	Region string     // from the path, one of those offered; empty on global pages

	echo    echo.Context
	formKey []byte // of the sign-in, or of the cookie of an anonymous visitor
	secret  bool   // see NoStore
	now     time.Time
}

// New makes the exchange of a request. signedIn is the zero value when nobody is.
//
// Errors: NotFound when the path names a region that is not offered.
func New(site *Site, c echo.Context, signedIn iam.SignedIn) (*Exchange, error) {
	x := &Exchange{Site: site, Caller: signedIn.Caller, echo: c, formKey: signedIn.FormKey, now: site.Now().UTC()}
	if !x.SignedIn() {
		x.formKey = x.anonymousKey()
	}
	if slices.Contains(c.ParamNames(), "region") {
		if x.Region = c.Param("region"); !slices.Contains(site.Regions, x.Region) {
			x.Region = ""
			return x, ErrNoPage
		}
		x.rememberRegion()
	}
	return x, nil
}

// ErrNoPage is the answer for an address that leads nowhere.
var ErrNoPage = fault.New(fault.NotFound, "", "There is no page at this address.")

// SignedIn reports whether somebody is.
func (x *Exchange) SignedIn() bool { return x.Caller.User != "" }

// Context is the request's: it ends when the browser goes away or time is up.
func (x *Exchange) Context() context.Context { return x.echo.Request().Context() }

// Request is the request itself, for what the other methods do not give.
func (x *Exchange) Request() *http.Request { return x.echo.Request() }

// Response is the answer itself, for downloads.
func (x *Exchange) Response() http.ResponseWriter { return x.echo.Response() }

// Now is the instant of the request, in UTC.
func (x *Exchange) Now() time.Time { return x.now }

// Param is a segment of the path: Param("id"). It is what was typed, so it may be junk.
func (x *Exchange) Param(name string) string { return x.echo.Param(name) }

// Query is a value of the address's query, without surrounding space.
func (x *Exchange) Query(name string) string { return strings.TrimSpace(x.echo.QueryParam(name)) }

// QueryAll are all values that a name has in the address's query.
func (x *Exchange) QueryAll(name string) []string { return x.echo.QueryParams()[name] }

// Path is path and query of this page.
func (x *Exchange) Path() string { return x.echo.Request().URL.RequestURI() }

// Here is the address of this page with other values in its query: Here("tab", "tags"). An
// empty value takes the name away. Cursors are dropped, because they belong to one list.
func (x *Exchange) Here(pairs ...string) string {
	u := x.echo.Request().URL
	q := url.Values{}
	for name, values := range u.Query() {
		if name != queryCursor && name != queryBack {
			q[name] = values
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + q.Encode()
}

// Origin is where the console is reached, for addresses that are copied out of it. The
// request's host was checked to be one of the console's.
func (x *Exchange) Origin() string {
	if x.Site.Secure {
		return "https://" + x.Request().Host
	}
	return "http://" + x.Request().Host
}

// Once is the idempotency key of a form that creates something: a new one, or the one that
// was posted when the form comes back.
func (x *Exchange) Once() string {
	if posted := x.echo.Request().PostForm.Get("once"); posted != "" && len(posted) <= 64 {
		return posted
	}
	return uuid.NewString()
}

// Device is where the request comes from.
func (x *Exchange) Device() iam.Device {
	return iam.Device{Address: x.echo.RealIP(), Agent: x.echo.Request().UserAgent()}
}

const anonymousCookie = "visitor"

// anonymousKey is the random value that form tokens before sign-in are bound to. It lives in
// the visitor's cookie and nowhere else.
func (x *Exchange) anonymousKey() []byte {
	cookie, err := x.echo.Cookie(x.Site.CookieName(anonymousCookie))
	if err != nil {
		return nil
	}
	key, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(key) != 32 {
		return nil
	}
	return key
}

// key is the form key; a visitor without one gets it now, with this answer.
func (x *Exchange) key() []byte {
	if x.formKey == nil {
		x.formKey = make([]byte, 32)
		_, _ = rand.Read(x.formKey) // never fails
		x.echo.SetCookie(x.Site.Cookie(anonymousCookie, base64.RawURLEncoding.EncodeToString(x.formKey), 0))
	}
	return x.formKey
}
