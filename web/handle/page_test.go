package handle_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"sharedkms/internal/iam"
	"sharedkms/web/handle"
)

// kept is an answer that remembers the memory it was written from.
type kept struct {
	*httptest.ResponseRecorder
	from [][]byte
}

func (k *kept) Write(p []byte) (int, error) {
	k.from = append(k.from, p)
	return k.ResponseRecorder.Write(p)
}

// A page that shows a secret is rendered into memory that does not move while the page grows, and
// that is overwritten when the page was sent.
func TestSecretPageLeavesNoCopy(t *testing.T) {
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 3 << 20} {
		answer := &kept{ResponseRecorder: httptest.NewRecorder()}
		c := echo.New().NewContext(httptest.NewRequest(http.MethodPost, "/", nil), answer)
		x, err := handle.New(&handle.Site{Now: time.Now}, c, iam.SignedIn{})
		if err != nil {
			t.Fatal(err)
		}
		x.NoStore()
		page := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			for left := size; left > 0; left -= 1000 {
				if _, err := io.WriteString(w, strings.Repeat("s", min(left, 1000))); err != nil {
					return err
				}
			}
			return nil
		})
		if err := x.Page(http.StatusOK, page); err != nil {
			t.Fatal(err)
		}
		if got := answer.Body.Bytes(); len(got) != size || bytes.Count(got, []byte("s")) != size {
			t.Errorf("a page of %d bytes arrives with %d", size, len(got))
		}
		for _, memory := range answer.from {
			if len(memory) > 64<<10 {
				t.Errorf("%d bytes in one piece, which had to grow", len(memory))
			}
			if bytes.Contains(memory, []byte("s")) {
				t.Error("the page is still in memory")
			}
		}
	}
}
