package web_test

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
	"sharedkms/web/webtest"
)

// TestHeaders looks at what stands around every kind of answer.
func TestHeaders(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t), webtest.Configured(func(c *web.Config) { c.PublicURL = "http://kms.example.com" }))
	b := c.SignIn(c.Account("Owner"))
	for _, path := range []string{to.Me(), to.SignIn(), "/nothing", to.TracesExport(), "/healthz", "/static/none.css"} {
		h := b.Get(path).Header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if !strings.Contains(h.Get(name), want) {
				t.Errorf("%s: %s is %q, want %s", path, name, h.Get(name), want)
			}
		}
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS by plain HTTP", path)
		}
	}
	if got := b.Get(to.Me()).Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("a page may be kept: %q", got)
	}
}

// TestSecureCookies has an https origin: each cookie is bound to host and scheme.
func TestSecureCookies(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t), webtest.Demo, webtest.Configured(func(c *web.Config) { c.PublicURL = "https://kms.example.com" }))
	owner := c.Account("Owner")
	v := c.Visitor()
	page := v.Get(to.SignIn())
	if page.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	token := page.One(`form[action="/sign-in/demo"] input[name=form_token]`).AttrOr("value", "")
	r, err := http.NewRequest(http.MethodPost, c.URL+to.SignInDemo(), strings.NewReader(url.Values{"as": {string(owner.User)}, "form_token": {token}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, cookie := range cookies(page.Header) {
		r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-in: %d", answer.StatusCode)
	}
	all := append(cookies(page.Header), cookies(answer.Header)...)
	if len(all) != 2 {
		t.Fatalf("%d cookies, want the visitor's and the sign-in's", len(all))
	}
	for _, cookie := range all {
		if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("cookie %+v", cookie)
		}
	}
}

func cookies(h http.Header) []*http.Cookie { return (&http.Response{Header: h}).Cookies() }

// TestFormTokenIsMasked sees another token in each answer, each of which works, and none of another
// sign-in.
func TestFormTokenIsMasked(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	owner := c.Account("Owner")
	b, other := c.SignIn(owner), c.SignIn(owner)
	first, second := b.Token(), b.Token()
	if first == second || first == "" {
		t.Errorf("tokens %q and %q", first, second)
	}
	send := func(token string) int {
		return b.Post(to.Appearance(), url.Values{"form_token": {token}, "appearance": {"dark"}, "back": {to.Me()}}).Status
	}
	for _, token := range []string{first, second, first} {
		if status := send(token); status != http.StatusOK {
			t.Errorf("a token of this sign-in: %d", status)
		}
	}
	for what, token := range map[string]string{"another sign-in's": other.Token(), "cut": first[:40], "changed": "A" + first[1:], "long": first + first, "no": ""} {
		if what == "changed" && token == first {
			continue
		}
		if status := send(token); status != http.StatusForbidden {
			t.Errorf("%s token: %d, want 403", what, status)
		}
	}
	if b.Get(to.Me()).Find("html.pf-v6-theme-dark").Length() != 1 {
		t.Error("the appearance was not kept")
	}
}

// TestLimits sends what is too large or too much.
func TestLimits(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	b := c.SignIn(c.Account("Owner"))
	p := b.WithToken(http.MethodPost, to.Appearance(), url.Values{"back": {strings.Repeat("x", 70<<10)}})
	wantErrorPage(t, "70 KiB", p, http.StatusRequestEntityTooLarge)
	wantErrorPage(t, "NUL", b.WithToken(http.MethodPost, to.Appearance(), url.Values{"back": {"a\x00b"}}), http.StatusBadRequest)
	wantErrorPage(t, "wrong method", b.WithToken(http.MethodPost, to.Me(), nil), http.StatusMethodNotAllowed)

	v := c.Visitor()
	v.Get(to.SignIn())
	for range 8 {
		v.Submit(`form[action="/sign-in"]`, webtest.Values{"account": "Owner", "user": "root", "password": "wrong"})
	}
	v.Page().Want(http.StatusTooManyRequests).Check().WantText("Try again in")
	if v.Page().Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	c.Advance(10 * time.Minute)
	v.Submit(`form[action="/sign-in"]`, webtest.Values{"password": "wrong"}).Want(http.StatusUnprocessableEntity)
}

// TestTrustedProxy believes a forwarded address from a trusted proxy only, and of that only what the
// proxy itself has seen.
func TestTrustedProxy(t *testing.T) {
	_, loopback, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	for name, trusted := range map[string]bool{"trusted": true, "untrusted": false} {
		t.Run(name, func(t *testing.T) {
			c := webtest.New(t, storetest.SQLite(t), webtest.Demo, webtest.Configured(func(c *web.Config) {
				if trusted {
					c.TrustedProxies = []*net.IPNet{loopback}
				}
			}))
			owner := c.Account("Owner")
			v := c.Visitor()
			page := v.Get(to.SignIn())
			token := page.One(`form[action="/sign-in/demo"] input[name=form_token]`).AttrOr("value", "")
			r, err := http.NewRequest(http.MethodPost, c.URL+to.SignInDemo(), strings.NewReader(url.Values{"as": {string(owner.User)}, "form_token": {token}}.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Forwarded-For", "203.0.113.9, 198.51.100.4")
			v.Do(r)
			want := "127.0.0.1"
			if trusted {
				want = "198.51.100.4"
			}
			text := v.Get(to.Me()).Text()
			if !strings.Contains(text, want) || strings.Contains(text, "203.0.113.9") {
				t.Errorf("want address %s: %s", want, text)
			}
		})
	}
}

// TestCompression answers compressed when asked, with the same page.
func TestCompression(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	c.SignIn(c.Account("Owner"))
	for accept, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "gzip;q=0": "", "identity": ""} {
		r, err := http.NewRequest(http.MethodGet, c.URL+to.SignIn(), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := answer.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q: answered %q", accept, got)
		}
		var body io.Reader = answer.Body
		if want == "gzip" {
			if body, err = gzip.NewReader(answer.Body); err != nil {
				t.Fatal(err)
			}
		}
		text, err := io.ReadAll(body)
		if err != nil || !strings.HasSuffix(string(text), "</html>") {
			t.Errorf("%q: page of %d bytes, %v", accept, len(text), err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestPanicBecomesAPage runs into a defect: the page has a request number and says nothing of it.
func TestPanicBecomesAPage(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t), webtest.Demo, webtest.Broken)
	p := c.SignIn(c.Account("Owner")).Get(to.Overview())
	wantErrorPage(t, "panic", p, http.StatusInternalServerError)
	if strings.Contains(p.Body, "nil pointer") || strings.Contains(p.Body, "goroutine") {
		t.Error("the page tells the defect")
	}
}
