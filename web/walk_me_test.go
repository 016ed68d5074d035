package web_test

import (
	"context"

	"sharedkms/internal/cts"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

func init() {
	// What is about the user alone needs no policy; the overview leaves out what policies do not allow.
	for name, path := range map[string]string{"overview.show": to.Overview(), "me.show": to.Me(), "calendar.create": to.Feeds()} {
		walkFixtures[name] = func(*walkWorld) walkCase { return walkCase{Path: path, Powerless: 200} }
	}
	walkFixtures["signin.revoke"] = func(w *walkWorld) walkCase {
		id := string(w.World.SignIn(w.Owner.User).SignIn)
		return walkCase{Path: to.RevokeSignIn(id), Powerless: 404} // policies say nothing about own sign-ins; this one is the owner's
	}
	walkFixtures["calendar.revoke"] = func(w *walkWorld) walkCase {
		if _, err := w.Services.IAM.CreateFeed(context.Background(), w.Owner); err != nil {
			panic(err)
		}
		list, err := w.Services.IAM.ListFeeds(context.Background(), w.Owner)
		if err != nil {
			panic(err)
		}
		return walkCase{Path: to.FeedRevoke(string(list[0].ID)), Powerless: 404} // as of sign-ins
	}
	walkFixtures["calendar.show"] = func(w *walkWorld) walkCase { return walkCase{Path: to.Calendar("junk")} }
	walkFixtures["trace.detail"] = func(w *walkWorld) walkCase {
		list, _, err := w.Services.CTS.ListTraces(context.Background(), w.Owner, cts.Filter{}, store.Slice{Size: 1})
		if err != nil {
			panic(err)
		}
		return walkCase{Path: to.Trace(list[0].ID)}
	}
}
