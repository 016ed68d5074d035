package handle

import (
	"net/url"
	"strings"

	"sharedkms/views/to"
)

// LocalPath gives back p when it is an address of this console that leads on after sign-in, else
// the overview: an address of another site must not hide behind a link of ours. Browsers read
// "\\" as "/" and drop tabs and line breaks, so such an address is none.
func LocalPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") ||
		strings.ContainsAny(p, "\\\t\r\n") || strings.HasPrefix(u.Path, "//") || u.Path == to.SignIn() {
		return to.Overview()
	}
	return u.RequestURI()
}
