package iam_test

import (
	"context"
	"strings"
	"testing"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// A link outlives the sign-in that made it, so a sign-in that ended while the request was under
// way makes none. The trail names links by their IDs and holds no token.
func TestCalendarLinkNeedsALiveSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := iamtest.New(t, st)
		owner := w.Account("Owner")
		token, err := w.IAM.CreateFeed(ctx, owner)
		if err != nil {
			t.Fatal(err)
		}
		feeds, err := w.IAM.ListFeeds(ctx, owner)
		if err != nil || len(feeds) != 1 {
			t.Fatalf("%d links, %v", len(feeds), err)
		}
		opened, _, err := w.IAM.OpenFeed(ctx, token)
		if err != nil || opened != feeds[0].ID {
			t.Errorf("the token opens %s, %v; want %s", opened, err, feeds[0].ID)
		}
		if err := w.IAM.RevokeFeed(ctx, owner, feeds[0].ID); err != nil {
			t.Fatal(err)
		}
		var traces []string
		if err := st.Read(ctx).Raw("SELECT body FROM audit_traces WHERE event IN ('createCalendarFeed', 'revokeCalendarFeed')").Scan(&traces).Error; err != nil {
			t.Fatal(err)
		}
		if len(traces) != 2 {
			t.Errorf("%d traces, want one of making and one of revoking", len(traces))
		}
		for _, body := range traces {
			if !strings.Contains(body, string(feeds[0].ID)) || strings.Contains(body, token) {
				t.Errorf("the trail holds %s", body)
			}
		}

		if err := w.IAM.SignOut(ctx, owner); err != nil {
			t.Fatal(err)
		}
		_, err = w.IAM.CreateFeed(ctx, owner)
		iamtest.WantFault(t, err, fault.Unauthenticated, "")
		if feeds, err := w.IAM.ListFeeds(ctx, owner); err != nil || len(feeds) != 0 {
			t.Errorf("%d links after signing out, %v", len(feeds), err)
		}
	})
}
