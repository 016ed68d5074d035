// Package viewtest helps to test templates: it renders them and compares the HTML with a golden file
// in testdata, which `go test -update` rewrites and a review reads.
//
// Golden files are the HTML with a line break between tags, so that a difference reads as a few lines,
// and with the hashes of static files blanked, so that a new icon does not touch each of them.
package viewtest

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Render returns the HTML of a component.
func Render(t *testing.T, component templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := component.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// RenderWith returns the HTML of a component that has children.
func RenderWith(t *testing.T, component templ.Component, children ...templ.Component) string {
	t.Helper()
	ctx := templ.WithChildren(context.Background(), templ.Join(children...))
	var out strings.Builder
	if err := component.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Golden compares HTML with testdata/<name>.html.
func Golden(t *testing.T, name, html string) {
	t.Helper()
	path := filepath.Join("testdata", name+".html")
	got := lines(html)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); if this is meant, run go test -update:\n%s", path, diff)
	}
}

var staticHash = regexp.MustCompile(`(/static/[\w./-]+)\.[0-9a-f]{10}\.`)

func lines(html string) string {
	html = staticHash.ReplaceAllString(html, "$1.HASH.")
	return strings.TrimSpace(strings.ReplaceAll(html, "><", ">\n<")) + "\n"
}
