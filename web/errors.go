package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"sharedkms/internal/csms"
	"sharedkms/internal/cts"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/errors"
	"sharedkms/views/to"
	"sharedkms/web/handle"
	"sharedkms/web/me"
)

// statusGone is for the log only: the browser went away before the answer.
const statusGone = 499

// problem is the one place that maps an error to a status and a page.
func problem(err error) (status int, p page.Problem) {
	f, isFault := fault.As(err)
	var http4 *echo.HTTPError
	switch {
	case isFault:
		status, p = faultProblem(f)
	case errors.Is(err, context.Canceled):
		status = statusGone
	case store.Unavailable(err):
		status = http.StatusServiceUnavailable
		p.Title = "The console cannot answer at this moment"
		p.Text = "Its database does not answer or is busy. Nothing was changed by this request, unless it ends with a notice that says so. Try again in a moment."
	case errors.As(err, &http4) && http4.Code < 500:
		status = http4.Code
		p.Title, p.Text = "This request cannot be answered", "The address exists, but not for this kind of request. Nothing was changed."
		switch status {
		case http.StatusNotFound:
			return faultProblem(handle.ErrNoPage)
		case http.StatusRequestTimeout:
			p.Title, p.Text = "The form took too long", "It did not arrive in time, so nothing was changed. Open the page again."
		case http.StatusRequestEntityTooLarge:
			p.Title, p.Text = "The form is too large", fmt.Sprint(http4.Message)+" Nothing was changed."
		}
	default:
		status = http.StatusInternalServerError
		p.Title = "Something went wrong in the console"
		p.Text = "This is a defect, not a mistake of yours. The operator finds the cause by the request number. What the request wanted to change was not changed."
	}
	return status, p
}

func faultProblem(f *fault.Error) (status int, p page.Problem) {
	p.Text = f.Message
	if f.Code != "" {
		p.Text += " " + f.Code
	}
	switch f.Kind {
	case fault.Invalid:
		status, p.Title = http.StatusBadRequest, "This request cannot be understood"
		for _, field := range f.Fields {
			p.Text += " " + field.Message
		}
	case fault.Unauthenticated:
		status, p.Title = http.StatusUnauthorized, "Sign in to go on"
	case fault.Forbidden:
		status, p.Title = http.StatusForbidden, "Nothing was changed"
		if len(f.Why) > 0 || f.Code != "" {
			p.Title, p.Why = "You may not do this", page.Chain(f.Why)
			p.Text = strings.TrimSpace(f.Message + " The attempt is recorded in the audit trail. " + f.Code)
		}
	case fault.NotFound:
		status, p.Missing = http.StatusNotFound, true
		if errors.Is(f, handle.ErrNoPage) {
			p.Title, p.Text = "There is no page at this address", "Either the address has a mistake, or what was here is gone."
			break
		}
		p.Title = "There is no such " + thing(f.Code) + " for this account"
		p.Text = f.Message + " The answer is the same for what never existed, what was deleted and what belongs to somebody else, so that nobody can probe. " + f.Code
	case fault.Conflict:
		status, p.Title = http.StatusConflict, "It was changed in the meantime"
	case fault.State:
		status, p.Title = http.StatusConflict, "This is not possible in the present state"
	case fault.Quota:
		status, p.Title = http.StatusConflict, "A quota is reached"
	case fault.Busy:
		status, p.Title = http.StatusTooManyRequests, "Too many requests at once"
	default:
		status, p.Title = http.StatusServiceUnavailable, "The console cannot answer at this moment"
	}
	return status, p
}

// things are what codes of something missing speak of, where the service alone does not say it.
var things = map[string]string{
	"KMS.0416": "tag",
	"RAM.1009": "permission",
	"RAM.1903": "invitation",
	"RAM.1914": "draft",
	"RAM.1916": "principal in this share",
	"RAM.1917": "key in this share",
	"ORG.1901": "member of the organization",
	"ORG.1902": "organizational unit",
	"ORG.1903": "invitation",
}

// thing is what a code of a missing resource speaks of.
func thing(code string) string {
	if word, ok := things[code]; ok {
		return word
	}
	switch service, _, _ := strings.Cut(code, "."); service {
	case "KMS":
		return "key"
	case "RAM":
		return "resource share"
	case "CSMS":
		return "secret"
	}
	return "page"
}

// fail answers a request that ended with an error.
func (s *server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		// Half an answer must not look like a whole one.
		panic(http.ErrAbortHandler)
	}
	if strings.HasPrefix(c.Request().URL.Path, to.Calendar("")) {
		failCalendar(err, c)
		return
	}
	x, ok := c.Get(keyExchange).(*handle.Exchange)
	if !ok {
		x = s.exchangeForError(c)
	}
	if fault.Is(err, fault.Unauthenticated) {
		if err := x.Redirect(signInFor(c.Request())); err != nil {
			c.Response().WriteHeader(http.StatusInternalServerError)
		}
		return
	}
	status, p := problem(err)
	if status == statusGone {
		c.Response().Status = status
		return
	}
	p.Status = strconv.Itoa(status) + " " + http.StatusText(status)
	p.RequestID = x.RequestID()
	p.Primary, p.Second = waysOut(x, c.Request())
	retryAfter(c.Response().Header(), status)
	if status >= http.StatusInternalServerError || status == http.StatusRequestTimeout {
		// The page must not need what has just failed: its deadline may be over, too.
		c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	}
	f := x.Frame(p.Title)
	f.Area = areaOf(c.Request().URL.Path)
	component := page.Page(f, p)
	if !x.SignedIn() {
		component = page.Bare(f, p)
	}
	if err := x.Page(status, component); err != nil && !c.Response().Committed {
		text(c.Response(), http.StatusInternalServerError, "Something went wrong. Request number "+x.RequestID()+"\n")
	}
}

func retryAfter(h http.Header, status int) {
	switch status {
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "5")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "10")
	}
}

// failCalendar answers at the address of a calendar link, whose token is a secret: the forms of
// a page would name the address, and so would the way to the sign-in page.
func failCalendar(err error, c echo.Context) {
	status, p := problem(err)
	h := c.Response().Header()
	h.Set("Referrer-Policy", "no-referrer")
	retryAfter(h, status)
	switch status {
	case statusGone:
		c.Response().Status = status
	case http.StatusNotFound:
		text(c.Response(), status, me.NoCalendar)
	default:
		text(c.Response(), status, p.Title+". "+p.Text+" Request number "+h.Get(handle.HeaderRequestID)+"\n")
	}
}

// exchangeForError serves addresses without a route, and requests that failed before they had
// an exchange: the page has its menus when the sign-in can be read.
func (s *server) exchangeForError(c echo.Context) *handle.Exchange {
	signedIn, err := s.signedIn(c)
	if err != nil {
		signedIn = iam.SignedIn{}
	}
	x, _ := handle.New(s.site, c, signedIn) // an error comes with an exchange, and there is an error page already
	c.Set(keyExchange, x)
	return x
}

// signInFor is the sign-in page that leads back: to the page itself, or for a POST to the page
// that held the form.
func signInFor(r *http.Request) string {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		back = to.Overview()
		if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
			back = from.RequestURI()
		}
	}
	if back = handle.LocalPath(back); back == to.Overview() {
		return to.SignIn()
	}
	return to.SignIn() + "?" + url.Values{queryReturn: {back}}.Encode()
}

// areaOf keeps the side menu of the service that refused.
func areaOf(path string) layout.Area {
	switch service, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); service {
	case "kms", "csms":
		return layout.AreaWorkshop
	case "ram":
		return layout.AreaSharing
	case "cts":
		return layout.AreaTraces
	}
	return layout.AreaHome
}

// waysOut leads from an error page to the list nearest to where it happened, if the caller may
// see it, and to the overview, which everybody may.
func waysOut(x *handle.Exchange, r *http.Request) (primary, second page.Link) {
	overview := page.Link{Text: "Go to the overview", Href: to.Overview()}
	if !x.SignedIn() {
		return page.Link{Text: "Go to the sign-in page", Href: to.SignIn()}, page.Link{}
	}
	c, region, path := x.Caller, x.HomeRegion(), r.URL.Path
	all := func(service, region, kind string) iam.URN {
		return iam.URN{Service: service, Region: region, Account: c.Account, Type: kind, ID: "*"}
	}
	shares := c.May(ram.ActionSearch, all("ram", "", iam.TypeShare))
	switch {
	case strings.HasPrefix(path, "/kms/") && c.May(kms.ActionList, all("kms", region, iam.TypeKey)):
		second = overview
		if c.May(ram.ActionInvitations, all("ram", "", "resourceShareInvitation")) {
			second = page.Link{Text: "Invitations and shares", Href: to.SharesPending()}
		}
		return page.Link{Text: "Go to Shared Key", Href: to.SharedKeys(region)}, second
	case strings.HasPrefix(path, "/csms/") && c.May(csms.ActionList, all("csms", region, csms.TypeSecret)):
		return page.Link{Text: "Go to the secrets", Href: to.Secrets(region)}, overview
	case strings.HasPrefix(path, to.SharesReceived()) && shares:
		return page.Link{Text: "Go to Shared with Me", Href: to.SharesReceived()}, overview
	case strings.HasPrefix(path, to.Traces()+"/") && c.May(cts.ActionList, cts.TrailURN(c.Account)):
		return page.Link{Text: "Go to the audit trail", Href: to.Traces()}, overview
	case strings.HasPrefix(path, to.Shares()) && shares:
		return page.Link{Text: "Go to Shared by Me", Href: to.Shares()}, overview
	}
	return overview, page.Link{}
}
