package icon_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"sharedkms/views/components/icon"
	"sharedkms/views/viewtest"
)

// Every icon named here is in the file, and every symbol of the file has a name here.
func TestNamesAndSymbolsAgree(t *testing.T) {
	source, err := os.ReadFile("icon.go")
	if err != nil {
		t.Fatal(err)
	}
	sprite, err := os.ReadFile("../../../static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`named\("(\w+)"\)`).FindAllStringSubmatch(string(source), -1) {
		named[m[1]] = true
		if !strings.Contains(string(sprite), `<symbol id="`+m[1]+`"`) {
			t.Errorf("icons.svg lacks %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`<symbol id="(\w+)"`).FindAllStringSubmatch(string(sprite), -1) {
		if !named[m[1]] {
			t.Errorf("symbol %s has no name", m[1])
		}
	}
}

func TestIcon(t *testing.T) {
	if got := viewtest.Render(t, icon.Icon{}); got != "" {
		t.Errorf("the zero icon draws %q", got)
	}
	viewtest.Golden(t, "key", viewtest.Render(t, icon.Key))
}
