package handle

import (
	"net/http"
	"slices"

	"github.com/gorilla/securecookie"

	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
)

const noticeCookie = "notice"

// maxNotice is how many letters of a notice are kept, maxNotices how many bytes their cookie
// may have: browsers hold 4096 of a cookie's name and value, and what was typed may be quoted
// in it.
const (
	maxNotice  = 400
	maxNotices = 4000
)

// Done is a notice of success: what happened, in the past tense, without a full stop.
func Done(text string) layout.Notice { return layout.Notice{Kind: alert.Success, Text: text} }

// Redirect answers 303: the browser goes to a page of this console, which shows the notices
// once. They travel in a cookie, signed with a key of this sign-in, for at most 5 minutes.
// The act is done when its notice is written, so a notice that does not fit is cut, and one
// that cannot be written is left out.
func (x *Exchange) Redirect(to string, notices ...layout.Notice) error {
	if value := x.encoded(notices); value != "" {
		x.echo.SetCookie(x.Site.Cookie(noticeCookie, value, 300))
	}
	x.echo.Response().Header().Set("Cache-Control", "no-store")
	return x.echo.Redirect(http.StatusSeeOther, to)
}

// encoded cuts notices until their cookie holds them: JSON writes "<" in six bytes, and base64
// makes more of them twice. It is empty for none, or when not even their beginnings fit.
func (x *Exchange) encoded(notices []layout.Notice) string {
	if len(notices) == 0 {
		return ""
	}
	codec, kept := x.noticeCodec(), slices.Clone(notices)
	for most := maxNotice; most > 0; most /= 2 {
		for i, n := range kept {
			if letters := []rune(n.Text); len(letters) > most {
				kept[i].Text = string(letters[:most-1]) + "…"
			}
		}
		if value, err := codec.Encode(noticeCookie, kept); err == nil {
			return value
		}
	}
	return ""
}

func (x *Exchange) noticeCodec() *securecookie.SecureCookie {
	codec := securecookie.New(derive(x.key(), "notice"), nil)
	codec.SetSerializer(securecookie.JSONEncoder{})
	codec.MaxAge(300)
	codec.MaxLength(maxNotices)
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
