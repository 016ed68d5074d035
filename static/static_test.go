package static_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"sharedkms/static"
)

func get(t *testing.T, method, url, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	var r io.Reader = resp.Body
	if resp.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFilesAreServedForAYear(t *testing.T) {
	for _, test := range []struct{ name, contentType string }{
		{"patternfly.css", "text/css; charset=utf-8"},
		{"console.css", "text/css; charset=utf-8"},
		{"console.js", "text/javascript; charset=utf-8"},
		{"htmx.min.js", "text/javascript; charset=utf-8"},
		{"icons.svg", "image/svg+xml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			url := static.URL(test.name)
			plain, zipped := get(t, "GET", url, ""), get(t, "GET", url, "br, gzip;q=0.5")
			for _, resp := range []*http.Response{plain, zipped} {
				if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != test.contentType {
					t.Errorf("got %d %q, want 200 %q", resp.StatusCode, resp.Header.Get("Content-Type"), test.contentType)
				}
				if got, want := resp.Header.Get("Cache-Control"), "public, max-age=31536000, immutable"; got != want {
					t.Errorf("Cache-Control %q, want %q", got, want)
				}
				if got := resp.Header.Get("Vary"); got != "Accept-Encoding" {
					t.Errorf("Vary %q, want Accept-Encoding", got)
				}
			}
			if got := zipped.Header.Get("Content-Encoding"); got != "gzip" {
				t.Errorf("Content-Encoding %q, want gzip", got)
			}
			if refused := get(t, "GET", url, "gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
				t.Error("gzip;q=0 was answered with gzip")
			}
			if body(t, plain) != body(t, zipped) {
				t.Error("the compressed file differs from the plain one")
			}
			if head := get(t, "HEAD", url, ""); head.ContentLength != plain.ContentLength || body(t, head) != "" {
				t.Errorf("HEAD: length %d, want %d and no body", head.ContentLength, plain.ContentLength)
			}
		})
	}
}

func TestOnlyExactURLs(t *testing.T) {
	url := static.URL("console.css")
	wrong := url[:len(url)-5] + "0.css"
	if strings.HasSuffix(url, "0.css") {
		wrong = url[:len(url)-5] + "1.css"
	}
	for _, path := range []string{"/static/", "/static/console.css", wrong, url + "/", "/static/../static.go", "/static/fonts/"} {
		if resp := get(t, "GET", path, ""); resp.StatusCode != 404 || strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: got %d, want an uncached 404", path, resp.StatusCode)
		}
	}
	if resp := get(t, "POST", url, ""); resp.StatusCode != 405 {
		t.Errorf("POST: got %d, want 405", resp.StatusCode)
	}
}

func TestStyleSheetsNameOnlyOwnFiles(t *testing.T) {
	found := 0
	for _, name := range []string{"patternfly.css", "console.css"} {
		sheet := body(t, get(t, "GET", static.URL(name), ""))
		for _, match := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(sheet, -1) {
			file, _, icon := strings.Cut(strings.Trim(match[1], `"'`), "#")
			want := "font/woff2"
			if icon {
				want = "image/svg+xml"
			} else {
				found++
			}
			if resp := get(t, "GET", file, ""); resp.StatusCode != 200 || resp.Header.Get("Content-Type") != want {
				t.Errorf("%s names %s: got %d %s", name, match[1], resp.StatusCode, resp.Header.Get("Content-Type"))
			}
		}
		if strings.Contains(sheet, "@import") {
			t.Errorf("%s imports another sheet", name)
		}
	}
	if found < 3 {
		t.Errorf("%d fonts are named, want the three faces", found)
	}
}

// Own rules take colours, sizes and fonts from PatternFly's tokens, so that both themes and later
// releases reach them.
func TestConsoleSheetHasNoColourOfItsOwn(t *testing.T) {
	sheet, err := os.ReadFile("console.css")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|oklch\(|!important`).FindAll(sheet, -1); len(found) > 0 {
		t.Errorf("console.css holds %q", found)
	}
	if lines := strings.Count(string(sheet), "\n"); lines > 190 {
		t.Errorf("console.css has %d lines; it is meant to stay small", lines)
	}
}

// The pruned PatternFly holds both themes, the system's preference, and stays below 40 KB on the wire.
func TestPrunedSheet(t *testing.T) {
	resp := get(t, "GET", static.URL("patternfly.css"), "gzip")
	if resp.ContentLength > 40_000 {
		t.Errorf("patternfly.css is %d bytes compressed, want at most 40,000", resp.ContentLength)
	}
	sheet := body(t, resp)
	for _, want := range []string{".pf-v6-theme-dark", "(prefers-color-scheme:dark)", ".k-theme-system", ".pf-v6-c-wizard__nav-link", ".pf-v6-c-page__main-section"} {
		if !strings.Contains(sheet, want) {
			t.Errorf("patternfly.css lacks %s", want)
		}
	}
}

func TestURLOfAMissingFilePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	static.URL("gone.css")
}
