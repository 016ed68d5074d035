package handle_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"sharedkms/internal/iam"
	"sharedkms/views/layout"
	"sharedkms/web/handle"
)

// A redirect comes after an act that is done, so no notice fails it: one that is too long for its
// cookie arrives cut, whatever its letters are.
func TestNoticesFitTheirCookie(t *testing.T) {
	signedIn := iam.SignedIn{Caller: iam.Caller{User: "user"}, FormKey: make([]byte, 32)}
	site := &handle.Site{Regions: []string{"eu-west-101"}, Now: time.Now, Secure: true}
	serve := func(cookies []*http.Cookie, act func(*handle.Exchange) error) *http.Response {
		t.Helper()
		r, answer := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		for _, c := range cookies {
			r.AddCookie(c)
		}
		x, err := handle.New(site, echo.New().NewContext(r, answer), signedIn)
		if err != nil {
			t.Fatal(err)
		}
		if err := act(x); err != nil {
			t.Fatal(err)
		}
		return answer.Result()
	}
	for _, text := range []string{"Done", strings.Repeat("<", 400), strings.Repeat("<", 5000), strings.Repeat("\U0001F511", 5000), strings.Repeat("\xff", 5000)} {
		for _, n := range []int{1, 3} {
			given := make([]layout.Notice, n)
			for i := range given {
				given[i] = handle.Done(text)
			}
			a := serve(nil, func(x *handle.Exchange) error { return x.Redirect("/", given...) })
			if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
				t.Fatalf("%d notices of %.8q…: %d with %d cookies", n, text, a.StatusCode, len(a.Cookies()))
			}
			if c := a.Cookies()[0]; len(c.Name)+len(c.Value) > 4096 {
				t.Errorf("%d notices of %.8q…: a cookie of %d bytes", n, text, len(c.Name)+len(c.Value))
			}
			serve(a.Cookies(), func(x *handle.Exchange) error {
				shown := x.Frame("Page").Notices
				if len(shown) != n {
					t.Fatalf("%d notices of %.8q… arrive as %d", n, text, len(shown))
				}
				begins := string([]rune(text)[:min(4, len([]rune(text)))])
				if !strings.HasPrefix(shown[n-1].Text, begins) || text == "Done" && shown[0].Text != text {
					t.Errorf("%.8q… arrives as %q", text, shown[n-1].Text)
				}
				return nil
			})
		}
	}
	// What cannot be cut is left out.
	a := serve(nil, func(x *handle.Exchange) error {
		return x.Redirect("/", layout.Notice{Text: "Done", LinkHref: strings.Repeat("/", 5000)})
	})
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 0 {
		t.Errorf("a link without end: %d with %d cookies", a.StatusCode, len(a.Cookies()))
	}
}
