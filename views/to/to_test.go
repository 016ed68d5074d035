package to_test

import (
	"testing"

	"sharedkms/views/to"
)

// Ids and regions come from requests and rows; none can lead out of its place in the address.
func TestJunkStaysASegment(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{to.Key("eu-west-101", "../../x?y#z"), "/kms/eu-west-101/keys/..%2F..%2Fx%3Fy%23z"},
		{to.Keys("a/b"), "/kms/a%2Fb/keys"},
		{to.KeyTab("eu-west-101", "1", "a&b"), "/kms/eu-west-101/keys/1?tab=a%26b"},
		{to.SecretNewWithKey("eu-west-101", "k&x=1"), "/csms/eu-west-101/secrets/new?key=k%26x%3D1"},
		{to.ShareDraft("1", "confirm"), "/ram/shared-by-me/resource-shares/drafts/1/confirm"},
		{to.ShareReceivedAct("1", "leave"), "/ram/shared-with-me/resource-shares/1/leave"},
		{to.TracesOf("kms:eu-west-101:a:KeyId:1"), "/cts/traces?resource=kms%3Aeu-west-101%3Aa%3AKeyId%3A1"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}
