package webtest

import (
	"net/http"
	"net/url"
	"strings"

	"sharedkms/views/to"
)

// Send sends a request as it is, values as the body of a POST. There is no form token unless
// values hold one.
func (b *Client) Send(method, path string, values url.Values) *Page {
	b.console.t.Helper()
	if method == http.MethodPost {
		return b.Post(path, values)
	}
	return b.Get(path)
}

// WithToken is Send with the form token of the client's sign-in, as from a form that was opened
// before the rights changed.
func (b *Client) WithToken(method, path string, values url.Values) *Page {
	b.console.t.Helper()
	if method != http.MethodPost {
		return b.Get(path)
	}
	with := url.Values{"form_token": {b.Token()}}
	for name, list := range values {
		with[name] = list
	}
	return b.Post(path, with)
}

// Token is a form token of the client's sign-in.
func (b *Client) Token() string {
	b.console.t.Helper()
	return b.Get(to.Password()).Find("input[name=form_token]").First().AttrOr("value", "")
}

// CrossSite sends a POST with a valid token, as a page of another site would.
func (b *Client) CrossSite(path string, values url.Values) *Page {
	t := b.console.t
	t.Helper()
	with := url.Values{"form_token": {b.Token()}}
	for name, list := range values {
		with[name] = list
	}
	r, err := http.NewRequest(http.MethodPost, b.console.URL+path, strings.NewReader(with.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://elsewhere.example")
	return b.Do(r)
}
