package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An operator publishes a version of a built-in permission once; the start after it leaves
// it alone, and a file that names anything else changes nothing.
func TestPermissionPublish(t *testing.T) {
	ctx := context.Background()
	c := settings(t, filepath.Join(t.TempDir(), "data"))
	publish := func(text string) (string, error) {
		file := filepath.Join(t.TempDir(), "permissions.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		err := publishPermissions(ctx, c, file, &out)
		return out.String(), err
	}
	const narrower = `[{"permission": "kms KeyId sign-verify statement", "actions": ["kms:cmk:get", "kms:cmk:verify"]}]`
	for _, says := range []string{"version 2 is published", "is at version 2 already"} {
		if got, err := publish(narrower); err != nil || !strings.Contains(got, says) {
			t.Errorf("publish says %q, %v; want %q", got, err, says)
		}
	}
	for text, says := range map[string]string{
		`[{"permission": "kms KeyId sign-verify statement", "actions": ["kms:cmk:update"]}]`: "Nothing was published",
		`[{"permission": "nobody's", "actions": ["kms:cmk:get"]}]`:                           "no system-defined permission",
	} {
		if got, err := publish(text); err == nil || got != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("publish %s says %q, %v; want an error about %q", text, got, err, says)
		}
	}
	if err := publishPermissions(ctx, c, filepath.Join(t.TempDir(), "none.json"), &strings.Builder{}); err == nil {
		t.Error("a file that is not there is published")
	}
}
