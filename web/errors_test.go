package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

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
