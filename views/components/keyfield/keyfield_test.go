package keyfield_test

import (
	"testing"

	"sharedkms/views/components/keyfield"
	"sharedkms/views/viewtest"
)

func TestField(t *testing.T) {
	viewtest.Golden(t, "select", viewtest.Render(t, keyfield.Field(keyfield.Props{
		Groups: []keyfield.Group{{Title: "Own keys", Keys: []keyfield.Key{
			{ID: "k1", Name: "orders", Lines: []string{"AES_256, f4bcdaa5…"}, Chosen: true},
			{ID: "k2", Name: "legacy", Lines: []string{"Pending deletion.", "Cancel the deletion to use it."}, Blocked: true},
		}}},
		Query: "ret", Error: "Choose a key.", Code: "KMS.0301", LeftOut: "Asymmetric keys are left out.",
	})))
	viewtest.Golden(t, "enter", viewtest.Render(t, keyfield.Field(keyfield.Props{
		Enter: true, Typed: "48f0d2a7", Help: "36 characters.", Error: "There is no such key.", Code: "KMS.0207",
	})))
}
