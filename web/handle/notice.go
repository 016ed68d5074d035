package handle

import (
	"net/http"

	"github.com/gorilla/securecookie"

	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
)

const noticeCookie = "notice"

// maxNotice is how many letters of a notice are kept: a cookie holds 4096 bytes, and what was
// typed may be quoted in it.
const maxNotice = 400

// Done is a notice of success: what happened, in the past tense, without a full stop.
func Done(text string) layout.Notice { return layout.Notice{Kind: alert.Success, Text: text} }

// Redirect answers 303: the browser goes to a page of this console, which shows the notices
// once. They travel in a cookie, signed with a key of this sign-in, for at most 5 minutes.
func (x *Exchange) Redirect(to string, notices ...layout.Notice) error {
	if len(notices) > 0 {
		for i, n := range notices {
			if letters := []rune(n.Text); len(letters) > maxNotice {
				notices[i].Text = string(letters[:maxNotice-1]) + "…"
			}
		}
		value, err := x.noticeCodec().Encode(noticeCookie, notices)
		if err != nil {
			return err
		}
		x.echo.SetCookie(x.Site.Cookie(noticeCookie, value, 300))
	}
	x.echo.Response().Header().Set("Cache-Control", "no-store")
	return x.echo.Redirect(http.StatusSeeOther, to)
}

func (x *Exchange) noticeCodec() *securecookie.SecureCookie {
	codec := securecookie.New(derive(x.key(), "notice"), nil)
	codec.SetSerializer(securecookie.JSONEncoder{})
	codec.MaxAge(300)
	return codec
}

// takeNotices reads the notices and takes the cookie away. One that is forged, late or of
// another sign-in shows nothing.
func (x *Exchange) takeNotices() []layout.Notice {
	cookie, err := x.echo.Cookie(x.Site.CookieName(noticeCookie))
	if err != nil {
		return nil
	}
	x.echo.SetCookie(x.Site.Cookie(noticeCookie, "", -1))
	var notices []layout.Notice
	if x.formKey == nil || x.noticeCodec().Decode(noticeCookie, cookie.Value, &notices) != nil {
		return nil
	}
	return notices
}
