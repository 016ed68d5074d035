package web_test

import (
	"net/http"
	"testing"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestLastRegion moves between regions: the overview and the menu of global pages stay where the
// browser was last, and a region that is not offered is never one of them.
func TestLastRegion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		b := c.SignIn(c.Account("Example"))
		wants := func(region string) {
			t.Helper()
			b.Get(to.Overview()).Want(http.StatusOK).WantText("Region " + region + " where a region matters")
			if n := b.Get(to.Me()).Find(`nav a[href="` + to.Keys(region) + `"]`).Length(); n == 0 {
				t.Errorf("no link to the keys of %s", region)
			}
		}
		wants("eu-west-101")
		b.Get(to.Keys("cn-north-4")).Want(http.StatusOK)
		wants("cn-north-4")
		if cookie := b.Get(to.Keys("cn-north-4")).Header.Get("Set-Cookie"); cookie != "" {
			t.Errorf("the same region again sets %s", cookie)
		}
		b.Get(to.Keys("mars-1")).Want(http.StatusNotFound)
		wants("cn-north-4")
		b.SetCookie("region", "mars-1")
		wants("eu-west-101")
		b.Get(to.Secrets("ap-southeast-3")).Want(http.StatusOK)
		wants("ap-southeast-3")

		v := c.Visitor()
		v.Get(to.Keys("ap-southeast-3"))
		if v.Cookie("region") != "" {
			t.Error("a visitor who is not signed in was given a region")
		}
	})
}
