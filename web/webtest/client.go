package webtest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sharedkms/internal/store"
)

// Client is one browser.
type Client struct {
	console *Console
	http    *http.Client
	page    *Page
}

// Page is an answer after all redirects.
type Page struct {
	*goquery.Document
	Status  int
	URL     *url.URL // where the redirects led
	Header  http.Header
	Body    string
	Queries int // SQL statements of the last request, BEGIN and COMMIT not counted

	t testing.TB
}

// Get opens a path, "/kms/eu-west-101/keys".
func (b *Client) Get(path string) *Page {
	b.console.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.console.URL+path, nil)
	if err != nil {
		b.console.t.Fatal(err)
	}
	return b.Do(r)
}

// Post sends values to a path as they are: without the form token, unless values hold one.
func (b *Client) Post(path string, values url.Values) *Page {
	b.console.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.console.URL+path, strings.NewReader(values.Encode()))
	if err != nil {
		b.console.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do(r)
}

// Do sends any request and follows redirects. The page becomes the current one.
func (b *Client) Do(r *http.Request) *Page {
	t := b.console.t
	t.Helper()
	answer, err := b.http.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer func() { _ = answer.Body.Close() }() // read to its end below
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	p := &Page{Document: doc, Status: answer.StatusCode, URL: answer.Request.URL, Header: answer.Header, Body: string(body), t: t}
	if counter, ok := b.console.counts.Load(answer.Header.Get("X-Request-Id")); ok {
		p.Queries = counter.(*store.Counter).N()
	}
	b.page = p
	return p
}

// Page is the one that the last request led to.
func (b *Client) Page() *Page { return b.page }

// Values are what a test types into a form, by field name. A field not named keeps what stands in it.
type Values map[string]string

// Submit sends a form of the current page. selector finds the form, or a submit button in it,
// which is then the one that is pressed; otherwise the form's first submit button is, as
// with the Enter key. A name in values that the form does not have fails the test; to tick
// several boxes or fill repeated fields use SubmitValues.
func (b *Client) Submit(selector string, values Values) *Page {
	b.console.t.Helper()
	many := url.Values{}
	for name, v := range values {
		many.Set(name, v)
	}
	return b.SubmitValues(selector, many)
}

// SubmitValues is Submit for fields that may have several values; a name with no value at all
// unticks its boxes.
func (b *Client) SubmitValues(selector string, values url.Values) *Page {
	t := b.console.t
	t.Helper()
	if b.page == nil {
		t.Fatal("submit: no page was opened")
	}
	form, pressed := b.page.form(selector)
	data := formData(form)
	for name, list := range values {
		if form.Find(fmt.Sprintf(`[name=%q]`, name)).Length() == 0 && outside(b.page, form, name).Length() == 0 {
			t.Fatalf("submit %s: the form has no field %q", selector, name)
		}
		data[name] = list
	}
	if name, ok := pressed.Attr("name"); ok {
		data.Set(name, pressed.AttrOr("value", ""))
	}
	action := form.AttrOr("action", "")
	if to, ok := pressed.Attr("formaction"); ok {
		action = to
	}
	target, err := b.page.URL.Parse(action)
	if err != nil {
		t.Fatalf("submit %s: %v", selector, err)
	}
	if strings.EqualFold(form.AttrOr("method", "get"), "get") {
		target.RawQuery = data.Encode()
		return b.Get(target.RequestURI())
	}
	r, err := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(data.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", b.console.URL)
	r.Header.Set("Referer", b.page.URL.String())
	return b.Do(r)
}

// Follow opens the link that the selector finds.
func (b *Client) Follow(selector string) *Page {
	t := b.console.t
	t.Helper()
	link := b.page.One(selector)
	target, err := b.page.URL.Parse(link.AttrOr("href", ""))
	if err != nil || link.AttrOr("href", "") == "" {
		t.Fatalf("follow %s: no address", selector)
	}
	return b.Get(target.RequestURI())
}

// Cookie is the value of one of the client's cookies, or empty.
func (b *Client) Cookie(name string) string {
	for _, c := range b.http.Jar.Cookies(b.console.url()) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// SetCookie puts a cookie into the client's jar.
func (b *Client) SetCookie(name, value string) {
	b.http.Jar.SetCookies(b.console.url(), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}
