package web

import (
	"net/http"

	"github.com/gorilla/sessions"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	page "sharedkms/views/pages/signin"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// queryReturn names the page that sign-in leads back to.
const queryReturn = "to"

// queryEnded says that the visitor has just signed out.
const queryEnded = "ended"

func (s *server) showSignIn(x *handle.Exchange) error {
	if x.SignedIn() && !s.cfg.Demo {
		return x.Redirect(handle.LocalPath(x.Query(queryReturn)))
	}
	return s.signInPage(x, http.StatusOK, page.View{Return: x.Query(queryReturn), Ended: x.Query(queryEnded) != ""})
}

// signInPage shows the form, and in the demo world the identities.
func (s *server) signInPage(x *handle.Exchange, status int, v page.View) error {
	demo, others, err := s.services.IAM.AccountKinds(x.Context())
	if err != nil {
		return err
	}
	v.NoAccounts = !demo && !others
	v.Action, v.DemoAction = to.SignIn(), to.SignInDemo()
	if s.cfg.Demo {
		users, err := s.services.IAM.DemoUsers(x.Context())
		if err != nil {
			return err
		}
		v.Worlds = page.Worlds(users, x.Caller.User)
	}
	f := x.Frame("Sign in")
	f.Notices = nil // one who is signed in sees them on the next page
	return x.Page(status, page.Page(f, v))
}

type signInForm struct {
	Account  string `form:"account"`
	User     string `form:"user"`
	Password string `form:"password"`
	Return   string `form:"to"`
}

func (s *server) signIn(x *handle.Exchange) error {
	var in signInForm
	if err := x.Form(&in); err != nil {
		return err
	}
	token, err := s.services.IAM.SignIn(x.Context(), in.Account, in.User, in.Password, x.Device())
	if err != nil {
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Unauthenticated && f.Kind != fault.Busy {
			return err
		}
		status := http.StatusUnprocessableEntity
		if f.Kind == fault.Busy {
			status = http.StatusTooManyRequests
			x.Response().Header().Set("Retry-After", "5")
		}
		return s.signInPage(x, status, page.View{Account: in.Account, User: in.User, Return: in.Return, Refused: f.Message})
	}
	return s.begin(x, token, handle.LocalPath(in.Return))
}

// signInDemo serves the one-click identities and the switch between them.
func (s *server) signInDemo(x *handle.Exchange) error {
	if !s.cfg.Demo {
		return handle.ErrNoPage
	}
	var in struct {
		As     string `form:"as"`
		Return string `form:"to"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	token, err := s.services.IAM.SignInDemo(x.Context(), iam.UserID(in.As), x.Device())
	if err != nil {
		return err
	}
	return s.begin(x, token, handle.LocalPath(in.Return))
}

// begin ends the sign-in that this browser has, if any, and hands out the new token.
func (s *server) begin(x *handle.Exchange, token, next string) error {
	if x.SignedIn() {
		if err := s.services.IAM.SignOut(x.Context(), x.Caller); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	session := sessions.NewSession(s.sessions, sessionName)
	session.ID = token
	session.Options = cookieOptions(s.site)
	if err := session.Save(x.Request(), x.Response()); err != nil {
		return err
	}
	return x.Redirect(next)
}

// signOut ends the sign-in at once and empties the browser's cache, so that Back shows no page
// of it.
func (s *server) signOut(x *handle.Exchange) error {
	if err := s.services.IAM.SignOut(x.Context(), x.Caller); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	session := sessions.NewSession(s.sessions, sessionName)
	session.Options = cookieOptions(s.site)
	session.Options.MaxAge = -1
	if err := session.Save(x.Request(), x.Response()); err != nil {
		return err
	}
	x.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return x.Redirect(to.SignIn() + "?" + queryEnded + "=1")
}
