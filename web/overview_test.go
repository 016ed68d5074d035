package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"sharedkms/internal/demo"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestOverview opens the first page of every identity of the demo world, within the budget of
// queries, and answers an invitation from there.
func TestOverview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st, webtest.Demo)
		if err := demo.Seed(context.Background(), st, c.Sealer, iamtest.Regions, time.Now()); err != nil {
			t.Fatal(err)
		}
		users, err := c.IAM.DemoUsers(context.Background())
		if err != nil || len(users) < 10 {
			t.Fatalf("%d identities, error %v", len(users), err)
		}
		c.SignIn(iam.Caller{User: users[0].ID}).Get(to.Me()) // the identities of the menu are read now
		accepted := false
		for _, u := range users {
			b := c.SignIn(iam.Caller{User: u.ID})
			b.Get(to.Me()) // compiles the user's policies, once per process and version
			before := c.Traces(u.Account)
			p := b.Get(to.Overview()).Want(http.StatusOK).Check().WantText("Overview", "Guided tour").WantQueries(8)
			if u.Kind == iam.RootUser {
				p.WantText("Keys by state", "Shared with me", "Shared by me")
			}
			if after := c.Traces(u.Account); len(after) != len(before) {
				t.Errorf("%s of %s: opening the page left a trace", u.Name, u.AccountName)
			}
			if accept := p.Find(`a[href$="/accept"]`).First(); u.Kind == iam.RootUser && accept.Length() == 1 && !accepted {
				accepted = true
				link := `a[href="` + accept.AttrOr("href", "") + `"]`
				b.Follow(link)
				b.Submit("#accept-form", nil).Want(http.StatusOK)
				if b.Get(to.Overview()).Find(link).Length() != 0 {
					t.Error("an accepted invitation still waits")
				}
			}
		}
		if !accepted {
			t.Error("no identity of the demo world has an invitation to accept")
		}
	})
}
