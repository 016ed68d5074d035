package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"sharedkms/internal/fault"
	"sharedkms/web"
)

// An error of the router may carry a message of any type: echo takes whatever a handler gives it.
func TestProblemOfAnyMessage(t *testing.T) {
	for _, message := range []any{"at most 9 bytes.", errors.New("at most 9 bytes."), struct{ Text string }{"at most 9 bytes."}} {
		status, p := web.Problem(&echo.HTTPError{Code: http.StatusRequestEntityTooLarge, Message: message})
		if status != http.StatusRequestEntityTooLarge || !strings.HasSuffix(p.Text, " Nothing was changed.") {
			t.Errorf("%#v: status %d, text %q", message, status, p.Text)
		}
		if !strings.Contains(p.Text, "at most 9 bytes.") {
			t.Errorf("%#v is lost in %q", message, p.Text)
		}
	}
}

// The page of something missing names what is missing, by its code.
func TestTitleOfTheMissing(t *testing.T) {
	for code, want := range map[string]string{
		"KMS.0207": "key", "KMS.0416": "tag", "CSMS.0106": "secret", "RAM.1901": "resource share", "RAM.1009": "permission", "RAM.1903": "invitation",
		"RAM.1914": "draft", "RAM.1916": "principal in this share", "RAM.1917": "key in this share",
		"ORG.1901": "member of the organization", "ORG.1902": "organizational unit", "ORG.1903": "invitation", "": "page",
	} {
		status, p := web.Problem(fault.New(fault.NotFound, code, "It is not there."))
		if title := "There is no such " + want + " for this account"; status != http.StatusNotFound || p.Title != title || !strings.Contains(p.Text, code) {
			t.Errorf("%s: %d %q, want %q. It says: %s", code, status, p.Title, title, p.Text)
		}
	}
}
