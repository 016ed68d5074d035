package code_test

import (
	"testing"

	"sharedkms/views/components/code"
	"sharedkms/views/viewtest"
)

func TestCode(t *testing.T) {
	viewtest.Golden(t, "block", viewtest.Render(t, code.Block("line 1\n<line 2>", "Copy ciphertext")))
	viewtest.Golden(t, "masked", viewtest.Render(t, code.Masked()))
}
