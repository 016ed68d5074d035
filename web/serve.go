package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"

	"github.com/labstack/echo/v4"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// keyExchange is where Echo's context keeps the exchange for the error page and the log.
const keyExchange = "exchange"

var errSignIn = fault.New(fault.Unauthenticated, "", "Sign in to open this page.")

// serve is what stands around the handler of a route.
func (s *server) serve(route handle.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		x, err := s.exchange(c)
		if x != nil {
			c.Set(keyExchange, x)
		}
		switch {
		case err != nil && (x == nil || x.SignedIn() || route.Open):
			return err
		case !x.SignedIn() && !route.Open:
			return errSignIn
		case x.Caller.MustChangePassword && !route.Unsettled && !route.Open:
			return x.Redirect(to.Password())
		}
		// An empty segment names nothing, and to a service nothing may mean all.
		if err := handle.CheckText(url.Values{"": c.ParamValues()}); err != nil || slices.Contains(c.ParamValues(), "") {
			return handle.ErrNoPage
		}
		if err := handle.CheckText(c.QueryParams()); err != nil {
			return err
		}
		if route.Method == http.MethodPost {
			if err := readForm(c, x, route.Body); err != nil {
				return err
			}
		}
		return route.Handler(x)
	}
}

// exchange finds who asks. Its error may come with an exchange, whose page it will be.
func (s *server) exchange(c echo.Context) (*handle.Exchange, error) {
	signedIn, err := s.signedIn(c)
	if err != nil {
		return nil, err
	}
	x, err := handle.New(s.site, c, signedIn)
	return x, err
}

// signedIn reads the sign-in of the request's cookie; the zero value when nobody is.
func (s *server) signedIn(c echo.Context) (iam.SignedIn, error) {
	session, err := s.sessions.Get(c.Request(), sessionName)
	if err != nil {
		return iam.SignedIn{}, err
	}
	in, _ := session.Values[keySignedIn].(iam.SignedIn)
	if in.Caller.User != "" {
		in.Caller.Address, in.Caller.Agent = c.RealIP(), c.Request().UserAgent()
		in.Caller.RequestID = c.Response().Header().Get(handle.HeaderRequestID)
	}
	return in, nil
}

// readForm reads the body of a POST and checks its token before anything else sees it.
func readForm(c echo.Context, x *handle.Exchange, limit int64) error {
	if limit == 0 {
		limit = handle.DefaultBody
	}
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return echo.NewHTTPError(http.StatusRequestEntityTooLarge, fmt.Sprintf("This form may have at most %d bytes.", limit))
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return echo.NewHTTPError(http.StatusRequestTimeout) // whoever sends so slowly is no defect of ours
		}
		return &fault.Error{Kind: fault.Invalid, Message: "The form cannot be read. Open the page again.", Cause: err}
	}
	if err := x.CheckFormToken(); err != nil {
		return err
	}
	return handle.CheckText(r.PostForm)
}

// sameSite refuses changes that another site sends.
func (s *server) sameSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.origins.Check(c.Request()); err != nil {
			return &fault.Error{Kind: fault.Forbidden, Message: "The request came from another site. Nothing was changed. Open the page here and repeat the step.", Cause: err}
		}
		return next(c)
	}
}
