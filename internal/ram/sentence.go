package ram

import (
	"slices"
	"strings"

	"sharedkms/internal/iam"
)

// Sentence says what a group of actions means. Note is the last words of the actions,
// or why the sentence is not in a permission.
type Sentence struct {
	Text string
	Note string
}

// A meaning is a group of actions that people think of as one thing.
type meaning struct {
	actions []iam.Action
	text    string // after "Principals may"
	not     string // after "Principals may not", when none of the actions is there
}

// meanings covers every action of every system-defined permission once.
var meanings = []meaning{
	{[]iam.Action{"kms:cmk:encryptData", "kms:cmk:decryptData"},
		"Encrypt and decrypt data, in the console and by API", "Encrypt or decrypt data"},
	{[]iam.Action{"kms:cmk:createDataKey", "kms:cmk:createDataKeyWithoutPlaintext", "kms:cmk:encryptDataKey", "kms:cmk:decryptDataKey"},
		"Make and open data keys, so that secrets, key pairs, databases and buckets can be protected", "Make or open data keys, so nothing of theirs can be protected with a key"},
	{[]iam.Action{"kms:cmk:sign", "kms:cmk:verify"},
		"Sign, and verify signatures", "Sign or verify"},
	{[]iam.Action{"kms:cmk:generateMac", "kms:cmk:verifyMac"},
		"Make and verify message codes", "Make or verify message codes"},
	{[]iam.Action{"kms:cmk:getPublicKey"},
		"Read the public key of a key pair", "Read the public key of a key pair"},
	{[]iam.Action{"kms:cmk:get", "kms:cmk:getRotation", "kms:cmk:getTags"},
		"See name, state, algorithm, rotation and tags of a key", "See a key"},
}

// never lists what no permission holds.
var never = []Sentence{
	{"Rename, disable, rotate or delete a key, or change its tags", "never part of a share"},
	{"Share a key on to others", "never part of a share"},
}

const notInPermission = "not in this permission"

// sentences says what actions come to, and what is left out.
func sentences(actions []iam.Action) (may, mayNot []Sentence) {
	for _, m := range meanings {
		var words []string
		for _, a := range m.actions {
			if slices.Contains(actions, a) {
				words = append(words, string(a)[strings.LastIndexByte(string(a), ':')+1:])
			}
		}
		if len(words) == 0 {
			mayNot = append(mayNot, Sentence{m.not, notInPermission})
			continue
		}
		may = append(may, Sentence{m.text, strings.Join(words, ", ")})
	}
	return may, append(mayNot, never...)
}
