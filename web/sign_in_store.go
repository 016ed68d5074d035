package web

import (
	"errors"
	"net/http"

	"github.com/gorilla/sessions"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/web/handle"
)

const (
	sessionName = "sign-in"
	keySignedIn = "signed in" // of Session.Values: iam.SignedIn
)

// absoluteSeconds is how long the cookie lives at most: the sign-in's absolute limit.
const absoluteSeconds = 12 * 60 * 60

// signInStore keeps gorilla's sessions as rows of iam. A session's ID is the cookie's token
// and nothing else is kept in it; what the row says is read anew in each request, so a
// revoked sign-in has ended by the next one.
type signInStore struct {
	iam  *iam.Service
	site *handle.Site
}

var _ sessions.Store = (*signInStore)(nil)

// cookieOptions sets every attribute: the library's defaults are weaker.
func cookieOptions(site *handle.Site) *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: absoluteSeconds, Secure: site.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// Get reads the session once per request.
func (s *signInStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session of the request's cookie; one without a live sign-in is new.
func (s *signInStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = cookieOptions(s.site)
	cookie, err := r.Cookie(s.site.CookieName(name))
	if err != nil || cookie.Value == "" || len(cookie.Value) > 100 {
		return session, nil
	}
	in, err := s.iam.Authenticate(r.Context(), cookie.Value)
	if fault.Is(err, fault.Unauthenticated) {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values[keySignedIn] = in
	return session, nil
}

var errNoToken = errors.New("web: a session without a token cannot be saved")

// Save sends the cookie: a new token after sign-in, or, with a negative MaxAge, none.
func (s *signInStore) Save(_ *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	value := session.ID
	if session.Options.MaxAge < 0 {
		value = ""
	} else if value == "" {
		return errNoToken
	}
	http.SetCookie(w, sessions.NewCookie(s.site.CookieName(session.Name()), value, session.Options))
	return nil
}
