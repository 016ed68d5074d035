package ram

import (
	"net/http"

	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// ask answers a GET of a question: as a dialog where the page of the list asked for one, else as a page.
func ask(x *handle.Exchange, f layout.Frame, q page.Question) error {
	x.Response().Header().Add("Vary", "HX-Target")
	if x.Request().Header.Get("HX-Target") == page.AskID {
		return x.Page(http.StatusOK, page.QuestionDialog(f, q))
	}
	return x.Page(http.StatusOK, page.QuestionPage(f, q))
}

type confirmForm struct {
	Confirm string `form:"confirm"`
}

// confirmed reports whether the name of the question was typed, where one is asked for. If not, it has
// answered with the question and its error.
func confirmed(x *handle.Exchange, f layout.Frame, q page.Question) (ok bool, err error) {
	var in confirmForm
	if err := x.Form(&in); err != nil {
		return false, err
	}
	if q.Confirm == "" || in.Confirm == q.Confirm {
		return true, nil
	}
	q.Refuse(in.Confirm)
	return false, x.Page(http.StatusUnprocessableEntity, page.QuestionPage(f, q))
}

// told is a notice that is neither success nor failure: somebody else was faster.
func told(text string) layout.Notice { return layout.Notice{Kind: alert.Info, Text: text} }
