package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
)

// An operator gives an account more or less; its next act is held to it, and its trail says
// so.
func TestAccountQuota(t *testing.T) {
	ctx := context.Background()
	c := settings(t, filepath.Join(t.TempDir(), "data"))
	var made strings.Builder
	if err := createAccount(ctx, c, "Example Company", &made); err != nil {
		t.Fatal(err)
	}
	quota := func(words ...string) (string, error) {
		var out strings.Builder
		err := accountQuota(ctx, c, words, &out)
		return strings.Join(strings.Fields(out.String()), " "), err
	}
	for _, want := range []struct{ words, says string }{
		{"example company", "kms:key eu-west-101 0 100 kms:key ap-southeast-3 0 100 kms:key cn-north-4 0 100 csms:secret eu-west-101 0 500"},
		{"example company|kms:key|5000", "kms:key eu-west-101 0 5000 kms:key ap-southeast-3 0 5000"},
		{"Example Company|kms:key|1|cn-north-4", "kms:key cn-north-4 0 1"},
		{"Example Company|resource_share|0", "resource_share 0 0"},
	} {
		got, err := quota(strings.Split(want.words, "|")...)
		if err != nil || !strings.Contains(got, want.says) {
			t.Errorf("account quota %s says %q, %v; want %q", want.words, got, err, want.says)
		}
	}
	for words, why := range map[string]string{
		"Nobody": "no account", "Example Company|kms:cmk|5": "there are kms:key", "Example Company|kms:key|many": "whole number",
		"Example Company|kms:key|-1": "whole number", "Example Company|kms:key|5|mars": "no region", "Example Company|kms:key": "the limit",
	} {
		if _, err := quota(strings.Split(words, "|")...); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("account quota %s: %v, want an error about %q", words, err, why)
		}
	}

	con, err := c.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := con.store.Close(); err != nil {
			t.Error(err)
		}
	}()
	password := strings.Fields(made.String()[strings.Index(made.String(), "One-time password"):])[2]
	token, err := con.services.IAM.SignIn(ctx, "Example Company", "root", password, iam.Device{Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := con.services.IAM.Authenticate(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	var answers []error
	for _, name := range []string{"first", "second"} {
		_, err := con.services.KMS.CreateKey(ctx, in.Caller, kms.CreateKeyInput{Region: "cn-north-4", Name: name, Spec: kms.AES256, Once: name})
		answers = append(answers, err)
	}
	if answers[0] != nil || answers[1] == nil || !strings.Contains(answers[1].Error(), "reached its quota of custom keys in cn-north-4") {
		t.Errorf("two keys with a quota of one: %v", answers)
	}
	var body string
	if err := con.store.Read(ctx).Raw("SELECT body FROM audit_traces WHERE account_id = ? AND event = 'setAccountQuota' ORDER BY id DESC LIMIT 1", string(in.Caller.Account)).Scan(&body).Error; err != nil {
		t.Fatal(err)
	}
	if want := `"details":{"kind":"resource_share","quota":"0"}`; !strings.Contains(body, want) || !strings.Contains(body, `"agency":"system"`) {
		t.Errorf("the trace says %s, want %s of the agency system", body, want)
	}
}
