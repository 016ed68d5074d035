package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/handle"
	"sharedkms/web/webtest"
)

const passForm = `form[action="/me/password"]`

// TestFirstSignIn goes from the one-time password to a page that was asked for, as the first
// person on a new console does.
func TestFirstSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		b := c.Visitor()
		b.Get(to.Me()).Want(http.StatusOK).Check().WantText("This console has no account yet", "account create")
		_, password, err := c.IAM.CreateAccount(context.Background(), iam.NewAccount{Name: "Example Company"})
		if err != nil {
			t.Fatal(err)
		}
		b.Get(to.Traces())
		form := `form[action="/sign-in"]`
		b.Submit(form, webtest.Values{"account": "example company", "user": "root", "password": "wrong"}).
			Want(http.StatusUnprocessableEntity).Check().WantText("Account, user or password is wrong.")
		if got := b.Page().One("#account").AttrOr("value", ""); got != "example company" {
			t.Errorf("the typed account did not come back: %q", got)
		}
		b.Submit(form, webtest.Values{"password": password}).Want(http.StatusOK)
		if b.Page().URL.Path != to.Password() {
			t.Fatalf("with a one-time password: %s", b.Page().URL.Path)
		}
		for _, closed := range []string{to.Me(), to.Traces()} {
			if p := b.Get(closed); p.URL.Path != to.Password() {
				t.Errorf("%s opens before the password is changed", closed)
			}
		}
		b.Page().Check().WantText("Choose a password of your own")
		b.Submit(passForm, webtest.Values{"current": password, "new": "three blue boats", "again": "three blue goats"}).
			Want(http.StatusUnprocessableEntity).Check().WantText("not the same")
		b.Submit(passForm, webtest.Values{"current": password, "new": "three blue boats", "again": "three blue boats"}).Want(http.StatusOK).
			Check().WantText("Calendar links stay valid until you revoke them")
		b.Get(to.Password()).Want(http.StatusOK).Check().WantText("Calendar links stay valid until they are revoked")
		b.Submit(passForm, webtest.Values{"current": "three blue boats", "new": "four green boats", "again": "four green boats"}).Want(http.StatusOK)
		if p := b.Page().Check(); p.URL.Path != to.Me() || p.Find(`a[href="`+to.Me()+`#calendar"]`).Length() == 0 || p.Find("#calendar").Length() != 1 {
			t.Errorf("after the change %s leads to no calendar links", p.URL.Path)
		}
		b.Get(to.Me()).Want(http.StatusOK).Check().WantText("This sign-in").WantQueries(3)
	})
}

// TestSignOutAndRevoke ends sign-ins: the next request is signed out, and the trail says so.
func TestSignOutAndRevoke(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		owner := c.Account("Owner")
		here, there := c.SignIn(owner), c.SignIn(owner)
		there.Get(to.Me()).Want(http.StatusOK)

		here.Get(to.Me())
		other := here.Page().Find(`tbody button:not([aria-label="End this sign-in"])`).First().Closest("form").AttrOr("action", "")
		for range 3 { // the world's own sign-in and there are two others; end all but this one
			if other == "" {
				break
			}
			here.Submit(`form[action="`+other+`"]`, nil).Want(http.StatusOK).WantText("The sign-in was ended")
			other = here.Page().Find(`tbody button:not([aria-label="End this sign-in"])`).First().Closest("form").AttrOr("action", "")
		}
		if p := there.Get(to.Me()); p.URL.Path != to.SignIn() {
			t.Errorf("a revoked sign-in opens %s", p.URL.Path)
		}
		p := here.Get(to.Me())
		if strings.Contains(p.Text(), "was ended") {
			t.Error("a notice was shown twice")
		}
		here.Submit(`form[action="/sign-out"]`, nil).Want(http.StatusOK).WantText("You have signed out")
		if p := here.Get(to.Me()); p.URL.Path != to.SignIn() {
			t.Errorf("after sign-out %s opens", p.URL.Path)
		}
	})
}

// TestSignInEndsAlone lets time pass: a sign-in ends after 30 minutes without use.
func TestSignInEndsAlone(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	b := c.SignIn(c.Account("Owner"))
	for range 3 {
		c.Advance(29 * time.Minute)
		b.Get(to.Me()).Want(http.StatusOK)
		if b.Page().URL.Path != to.Me() {
			t.Fatalf("a used sign-in ended: %s", b.Page().URL.Path)
		}
	}
	c.Advance(31 * time.Minute)
	if p := b.Get(to.Me()); p.URL.Path != to.SignIn() {
		t.Errorf("an idle sign-in opens %s", p.URL.Path)
	}
}

// TestReturnPath goes back to the page that asked for the sign-in, and never to another site.
func TestReturnPath(t *testing.T) {
	for given, want := range map[string]string{
		"/kms/eu-west-101/keys?tab=shared": "/kms/eu-west-101/keys?tab=shared",
		"/cts/traces?q=a%20b":              "/cts/traces?q=a%20b",
		"":                                 "/",
		"https://elsewhere.example/":       "/",
		"//elsewhere.example/":             "/",
		"/\\elsewhere.example":             "/",
		"/\t/elsewhere.example":            "/",
		"/%2f/elsewhere.example":           "/",
		"javascript:alert(1)":              "/",
		"elsewhere":                        "/",
		"/sign-in?to=/x":                   "/",
	} {
		if got := handle.LocalPath(given); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", given, got, want)
		}
	}
}

// TestDemoIdentities signs in by one click and switches; outside of the demo it is no page.
func TestDemoIdentities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st, webtest.Demo)
		first, second := c.Account("First Company"), c.Account("Second Company")
		b := c.Visitor()
		b.Get(to.SignIn()).Want(http.StatusOK).Check().WantText("First Company", "Second Company", "Must accept invitations")
		b.Submit(`button[value="`+string(first.User)+`"]`, nil)
		b.Get(to.Me()).Want(http.StatusOK).WantText("First Company")
		old := b.Cookie("sign-in")
		b.Get(to.SignIn()).Want(http.StatusOK).Check().WantText("This is you")
		b.Submit(`main button[value="`+string(second.User)+`"]`, nil)
		b.Get(to.Me()).Want(http.StatusOK).WantText("Second Company")
		if b.Cookie("sign-in") == old {
			t.Error("the switch kept the token")
		}
		left := c.Visitor()
		left.SetCookie("sign-in", old)
		if p := left.Get(to.Me()); p.URL.Path != to.SignIn() {
			t.Errorf("the identity switched away from still opens %s", p.URL.Path)
		}
	})
	t.Run("not in a real console", func(t *testing.T) {
		c := webtest.New(t, storetest.SQLite(t))
		owner := c.Account("Owner")
		b := c.SignIn(owner)
		p := b.WithToken(http.MethodPost, to.SignInDemo(), map[string][]string{"as": {string(owner.User)}})
		wantErrorPage(t, "one-click sign-in", p, http.StatusNotFound)
	})
}

// TestAnonymousWritesNothing reads the sign-in page many times: no row is written.
func TestAnonymousWritesNothing(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	c.Account("Owner")
	before := c.Rows()
	for range 20 {
		c.Visitor().Get(to.SignIn()).Want(http.StatusOK)
		c.Visitor().Get(to.Traces()).Want(http.StatusOK)
	}
	if after := c.Rows(); after != before {
		t.Errorf("anonymous visits changed the database: %s, before %s", after, before)
	}
}
