package web_test

import (
	"context"
	"net/url"

	"sharedkms/internal/csms"
	"sharedkms/internal/seal"
	"sharedkms/views/to"
)

func init() {
	secret := func(w *walkWorld) string {
		return w.Once("secret", func() string {
			id, err := w.Services.CSMS.CreateSecret(context.Background(), w.Owner, csms.CreateSecretInput{
				Region: walkRegion, Name: "walked", Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte("x"))}, Once: "walk-secret",
			})
			if err != nil {
				panic(err)
			}
			return string(id)
		})
	}
	walkFixtures["secret.detail"] = func(w *walkWorld) walkCase { return walkCase{Path: to.Secret(walkRegion, secret(w))} }
	walkFixtures["secret.show"] = func(w *walkWorld) walkCase { return walkCase{Path: to.SecretAct(walkRegion, secret(w), "show")} }
	walkFixtures["secret.show.again"] = walkFixtures["secret.show"] // leads to the detail page
	walkFixtures["secret.delete"] = func(w *walkWorld) walkCase {
		return walkCase{Path: to.SecretAct(walkRegion, secret(w), "delete"), Values: url.Values{"confirm": {"walked"}}}
	}
	walkFixtures["secret.delete.ask"] = func(w *walkWorld) walkCase {
		return walkCase{Path: to.SecretAct(walkRegion, secret(w), "delete")}
	}
}
