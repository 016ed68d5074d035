package copyid_test

import (
	"testing"

	"sharedkms/views/components/copyid"
	"sharedkms/views/viewtest"
)

func TestCopyID(t *testing.T) {
	viewtest.Golden(t, "short", viewtest.Render(t, copyid.Short(`f4bc"daa5`, `Copy ID of key <b>`)))
	viewtest.Golden(t, "full", viewtest.Render(t, copyid.Full("f4bcdaa5", "Copy key ID")))
	viewtest.Golden(t, "name_over_id", viewtest.Render(t, copyid.NameOverID(`retail"<orders>`, "/kms/eu-west-101/keys/f4bcdaa5", "f4bcdaa5", "key")))
	viewtest.Golden(t, "account_without_link", viewtest.Render(t, copyid.NameOverID("Harbor Retail", "", "7c9e41d2", "account")))
}
