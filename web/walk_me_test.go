package web_test

import (
	"context"

	"sharedkms/internal/cts"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

func init() {
	walkFixtures["signin.revoke"] = func(w *walkWorld) walkCase {
		id := string(w.World.SignIn(w.Owner.User).SignIn)
		return walkCase{Path: to.RevokeSignIn(id), Powerless: 404} // policies say nothing about own sign-ins; this one is the owner's
	}
	walkFixtures["trace.detail"] = func(w *walkWorld) walkCase {
		list, _, err := w.Services.CTS.ListTraces(context.Background(), w.Owner, cts.Filter{}, store.Slice{Size: 1})
		if err != nil {
			panic(err)
		}
		return walkCase{Path: to.Trace(list[0].ID)}
	}
}
