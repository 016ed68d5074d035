package web_test

import (
	"context"
	"net/url"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/to"
)

func init() {
	// A permission of the owner's own that no share uses, with two versions.
	permission := func(w *walkWorld) string {
		return w.Once("permission", func() string {
			ctx := context.Background()
			id, err := w.Services.RAM.CreatePermission(ctx, w.Owner, ram.CreatePermissionInput{Name: "walk-permission", Actions: []iam.Action{"kms:cmk:get"}, Once: "walk"})
			must(err)
			_, err = w.Services.RAM.CreatePermissionVersion(ctx, w.Owner, id, ram.CreateVersionInput{Actions: []iam.Action{"kms:cmk:sign"}, Once: "walk"})
			must(err)
			return string(id)
		})
	}
	share := func(w *walkWorld) string {
		return w.Once("permission-share", func() string {
			id := walkShare(w, w.Owner, w.Recipient, "walk-permission-share")
			_, err := w.Services.RAM.AcceptInvitation(context.Background(), w.Recipient, walkInvitation(w, w.Recipient, id))
			must(err)
			return string(id)
		})
	}
	add := func(name string, values url.Values, path func(w *walkWorld) string) {
		walkFixtures[name] = func(w *walkWorld) walkCase { return walkCase{Path: path(w), Values: values} }
	}
	add("permission.detail", nil, func(w *walkWorld) string { return to.Permission(permission(w)) })
	actions := url.Values{"action": {"kms:cmk:get", "kms:cmk:sign"}, "once": {"walk-version"}}
	for _, act := range []string{"delete", "update"} {
		path := func(w *walkWorld) string { return to.PermissionAct(permission(w), act) }
		add("permission."+act+".ask", nil, path)
		add("permission."+act, url.Values{"to": {"1"}}, path)
	}
	for _, act := range []string{"new", "create"} {
		add("permission.version."+act, actions, func(w *walkWorld) string { return to.PermissionVersionNew(permission(w)) })
	}
	for name, act := range map[string]string{"default": "default", "delete.ask": "delete", "delete": "delete"} {
		add("permission.version."+name, nil, func(w *walkWorld) string { return to.PermissionVersionAct(permission(w), 2, act) })
	}
	for _, name := range []string{"share.permission.ask", "share.permission"} {
		walkFixtures[name] = func(w *walkWorld) walkCase {
			path := to.ShareAct(share(w), "permission")
			return walkCase{Path: path, Shared: path, Values: url.Values{"to": {"1"}}}
		}
	}
}
