package web_test

import (
	"net/http"
	"testing"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestWaysOut follows the main button of error pages, as a user who may see nothing and as one who
// may see keys: no button leads to another refusal.
func TestWaysOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		root := c.Account("Example")
		const region, id = "ap-southeast-3", "99999999-9999-4999-8999-999999999999"
		pages := []string{
			to.Keys(region), to.Key(region, id), to.Secrets(region), to.Secret(region, id),
			to.Shares(), to.Share(id), to.SharesReceived(), to.ShareReceived(id), to.Traces(), to.Traces() + "/" + id, "/nowhere",
		}
		for name, policies := range map[string][]string{"nobody": nil, "reader": {"KMS CMKReadOnlyAccess"}, "auditor": {"CTS ReadOnlyAccess"}, "receiver": {"RAM ReadOnlyAccess"}} {
			b := c.SignIn(c.User(root.Account, name, policies...))
			for _, path := range pages {
				p := b.Get(path)
				if p.Status == http.StatusOK {
					continue
				}
				for _, href := range p.Check().Hrefs("main .k-actions a, main .pf-v6-c-empty-state__actions a") {
					if led := b.Get(href); led.Status != http.StatusOK {
						t.Errorf("%s, refused %s, is led to %s: %d", name, path, href, led.Status)
					}
				}
			}
		}
		b := c.SignIn(c.User(root.Account, "keys", "KMS CMKReadOnlyAccess"))
		b.Get(to.Key(region, id)).Want(http.StatusNotFound)
		b.Follow("main a.pf-m-primary").Want(http.StatusOK)
		if got := b.Page().URL.RequestURI(); got != to.SharedKeys(region) {
			t.Errorf("led to %s, want the shared keys of the region", got)
		}
	})
}
