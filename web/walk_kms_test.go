package web_test

import (
	"context"
	"net/url"

	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

func init() {
	// A key of the owner that the recipient accepted with every permission there is: changes of
	// the key are in none of them.
	key := func(w *walkWorld) string {
		return w.Once("shared key", func() string {
			share := walkShare(w, w.Owner, w.Recipient, "walk-key")
			_, err := w.Services.RAM.AcceptInvitation(context.Background(), w.Recipient, walkInvitation(w, w.Recipient, share))
			must(err)
			list, err := w.Services.KMS.ListKeys(context.Background(), w.Owner, kms.ListKeysInput{Region: walkRegion, Search: "walk-key", Slice: store.Slice{Size: 1}})
			must(err)
			return string(list.Keys[0].ID)
		})
	}
	// Another one that the recipient may look at, no more.
	readable := func(w *walkWorld) string {
		return w.Once("readable key", func() string {
			share := walkShareWith(w, w.Owner, w.Recipient, "walk-readable", "kms KeyId read-only statement")
			_, err := w.Services.RAM.AcceptInvitation(context.Background(), w.Recipient, walkInvitation(w, w.Recipient, share))
			must(err)
			list, err := w.Services.KMS.ListKeys(context.Background(), w.Owner, kms.ListKeysInput{Region: walkRegion, Search: "walk-readable", Slice: store.Slice{Size: 1}})
			must(err)
			return string(list.Keys[0].ID)
		})
	}
	read := func(path func(id string) string) func(w *walkWorld) walkCase {
		return func(w *walkWorld) walkCase { return walkCase{Path: path(key(w))} }
	}
	walkFixtures["key.detail"] = func(w *walkWorld) walkCase {
		return walkCase{Path: to.Key(walkRegion, key(w)), Shared: to.KeyTab(walkRegion, readable(w), "tool")}
	}
	for _, act := range []string{"tool", "tag", "untag"} {
		walkFixtures["key."+act+".again"] = read(func(id string) string { return to.KeyAct(walkRegion, id, act) })
	}
	walkFixtures["key.tool"] = func(w *walkWorld) walkCase {
		return walkCase{
			Path: to.KeyAct(walkRegion, key(w), "tool"), Shared: to.KeyAct(walkRegion, readable(w), "tool"),
			Values: url.Values{"mode": {"encrypt"}, "plaintext": {"x"}},
		}
	}
	for _, c := range []struct {
		name, act string
		values    url.Values
	}{
		{"key.rename", "rename", url.Values{"name": {"other"}}},
		{"key.describe", "description", url.Values{"description": {"other"}}},
		{"key.enable", "enable", nil},
		{"key.disable", "disable", url.Values{"understood": {"on"}}},
		{"key.delete", "delete", url.Values{"days": {"7"}, "confirm": {"DELETE"}}},
		{"key.cancel-deletion", "cancel-deletion", nil},
		{"key.tag", "tag", url.Values{"tag_key": {"team"}, "tag_value": {"red"}}},
		{"key.untag", "untag", url.Values{"tag_key": {"team"}}},
	} {
		change := func(w *walkWorld) walkCase {
			path := to.KeyAct(walkRegion, key(w), c.act)
			return walkCase{Path: path, Shared: path, Values: c.values}
		}
		walkFixtures[c.name] = change
		if c.act != "tag" && c.act != "untag" {
			walkFixtures[c.name+".ask"] = change
		}
	}
}
