package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
	"sharedkms/web/handle"
	"sharedkms/web/webtest"
)

// walkWorld is what the fixtures of routes are made in: an owner with things, a recipient that
// some of them are shared with, a stranger to both.
type walkWorld struct {
	*webtest.Console
	Owner     iam.Caller // root of the owner's account
	Recipient iam.Caller // root of an account that a share of the owner reaches
	Stranger  iam.Caller // root of an account that has nothing to do with either
	Powerless iam.Caller // a user of the owner's account without any policy
	memo      map[string]string
}

// Once makes a thing at most once per walk and remembers its id.
func (w *walkWorld) Once(name string, make func() string) string {
	if id, ok := w.memo[name]; ok {
		return id
	}
	w.memo[name] = make()
	return w.memo[name]
}

// walkCase is how a route with ids is walked. Path is that of a live thing of the owner.
type walkCase struct {
	Path      string
	Values    url.Values // of a POST that would be allowed, beside the form token
	Foreign   int        // what the stranger gets for Path; 0 means 404
	Shared    string     // path of a thing that the recipient has a share of, whose action it lacks; "" when there is none
	Powerless int        // what a user without policies gets for Path; 0 means 403
}

// walkFixtures has an entry for each route whose path has ids, and may have one for others.
var walkFixtures = map[string]func(w *walkWorld) walkCase{}

const walkRegion = "eu-west-101"

var pathParam = regexp.MustCompile(`:[a-z]+`)

// TestWalk goes along the whole table and tries each refusal on each route.
func TestWalk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		w := &walkWorld{Console: c, memo: map[string]string{}}
		w.Owner, w.Recipient, w.Stranger = c.Account("Owner"), c.Account("Recipient"), c.Account("Stranger")
		w.Powerless = c.User(w.Owner.Account, "powerless")
		routes := web.Table(web.Config{Regions: []string{walkRegion}, Now: c.Now}, c.Services)
		if len(routes) < 10 {
			t.Fatalf("the table has only %d routes", len(routes))
		}
		names := map[string]bool{}
		for _, r := range routes {
			if names[r.Name] {
				t.Errorf("two routes are named %s", r.Name)
			}
			names[r.Name] = true
			t.Run(r.Name, func(t *testing.T) { walk(t, w, r) })
		}
		for name := range walkFixtures {
			if !names[name] {
				t.Errorf("a fixture is for %s, which is no route", name)
			}
		}
		t.Run("database down", func(t *testing.T) { walkDown(t, w, routes) })
	})
}

func walk(t *testing.T, w *walkWorld, r handle.Route) {
	hasID := strings.Contains(strings.ReplaceAll(r.Path, ":region", ""), ":")
	fixture, ok := walkFixtures[r.Name]
	if hasID && !ok {
		t.Fatalf("%s %s has no fixture with live ids; add walkFixtures[%q]", r.Method, r.Path, r.Name)
	}
	path := strings.ReplaceAll(r.Path, ":region", walkRegion)
	var k walkCase
	if ok {
		k = fixture(w)
		path = k.Path
	}
	if !r.Open {
		p := w.Visitor().Send(r.Method, path, nil)
		if p.Status != http.StatusOK || p.URL.Path != to.SignIn() {
			t.Errorf("signed out: %d at %s, want the sign-in page", p.Status, p.URL.Path)
		}
	}
	if strings.Contains(r.Path, ":region") {
		elsewhere := strings.Replace(path, walkRegion, "nowhere-1", 1)
		wantErrorPage(t, "unknown region", w.SignIn(w.Owner).WithToken(r.Method, elsewhere, nil), http.StatusNotFound)
	}
	if r.Method == http.MethodPost {
		wantErrorPage(t, "no form token", w.SignIn(w.Owner).Send(r.Method, path, k.Values), http.StatusForbidden)
		wantErrorPage(t, "cross-site", w.SignIn(w.Owner).CrossSite(path, k.Values), http.StatusForbidden)
	}
	if r.Open || r.Unsettled {
		return
	}
	wantErrorPage(t, "no policy", w.SignIn(w.Powerless).WithToken(r.Method, path, k.Values), orElse(k.Powerless, http.StatusForbidden))
	if !hasID {
		return
	}
	junk := strings.ReplaceAll(r.Path, ":region", walkRegion)
	for _, id := range []string{"", "junk", "00000000-0000-4000-8000-000000000000", "%00", "..%2f..", strings.Repeat("x", 300)} {
		address := pathParam.ReplaceAllString(junk, strings.ReplaceAll(id, "$", "$$"))
		p := w.SignIn(w.Owner).WithToken(r.Method, address, k.Values)
		if p.Status != http.StatusNotFound {
			t.Errorf("junk id %.20q: %d, want 404. The page says: %s", id, p.Status, p.Text())
		}
		if title := "There is no such " + missing(r.Name) + " for this account"; missing(r.Name) != "" && store.IsUUID(id) && p.Find("h1").Text() != title {
			t.Errorf("the page of a missing thing is titled %q, want %q", p.Find("h1").Text(), title)
		}
	}
	wantErrorPage(t, "other account", w.SignIn(w.Stranger).WithToken(r.Method, path, k.Values), orElse(k.Foreign, http.StatusNotFound))
	if k.Shared != "" {
		wantErrorPage(t, "recipient without the action", w.SignIn(w.Recipient).WithToken(r.Method, k.Shared, k.Values), http.StatusForbidden)
	}
}

// missing is what the page of a route says is not there; empty where it is not looked at.
func missing(route string) string {
	of, act, _ := strings.Cut(route, ".")
	switch of {
	case "share", "received":
		return "resource share"
	case "draft", "invitation", "permission":
		if strings.HasPrefix(act, "version.") {
			return "" // the number of a version is none
		}
		return of
	case "unit":
		return "organizational unit"
	case "member":
		return "member of the organization"
	case "organization":
		return "invitation"
	}
	return ""
}

// walkDown ends the database, asks for every page and tries every act.
func walkDown(t *testing.T, w *walkWorld, routes []handle.Route) {
	b := w.SignIn(w.Owner)
	if err := w.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		path := pathParam.ReplaceAllString(strings.ReplaceAll(r.Path, ":region", walkRegion), "00000000-0000-4000-8000-000000000000")
		p := b.Send(r.Method, path, nil)
		if r.Name != "calendar.show" {
			wantErrorPage(t, r.Name, p, http.StatusServiceUnavailable)
		} else if p.Status != http.StatusServiceUnavailable || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s, which programs read: %d as %s", r.Name, p.Status, p.Header.Get("Content-Type"))
		}
	}
}

func orElse(status, otherwise int) int {
	if status == 0 {
		return otherwise
	}
	return status
}

// wantErrorPage checks status and page: a title, the request number, a way out.
func wantErrorPage(t *testing.T, what string, p *webtest.Page, status int) {
	t.Helper()
	if p.Status != status {
		t.Errorf("%s: %d at %s, want %d. The page says: %s", what, p.Status, p.URL.Path, status, p.Text())
		return
	}
	if status < 400 {
		return
	}
	if n := p.Find("h1").Length(); n != 1 {
		t.Errorf("%s: %d h1", what, n)
	}
	if id := p.Header.Get(handle.HeaderRequestID); id == "" || !strings.Contains(p.Text(), id) {
		t.Errorf("%s: the page does not show the request number %q", what, id)
	}
	if p.Find("main a.pf-m-primary").Length() != 1 {
		t.Errorf("%s: no way out", what)
	}
}
