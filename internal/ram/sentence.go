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
	title   string
	actions []ActionText
	text    string // after "Principals may", when all of the actions are there
	not     string // after "Principals may not", when none is
}

// ActionText is one action that a permission can hold, and a sentence for it.
type ActionText struct {
	Action iam.Action
	Text   string
}

// ActionGroup is some actions that people think of as one thing.
type ActionGroup struct {
	Title   string
	Actions []ActionText
}

// meanings covers every action that a permission can hold once: the fourteen of the
// vendor (Huawei Cloud DEW User Guide, Shared KMS, actions of recipients).
var meanings = []meaning{
	{"Data", []ActionText{
		{"kms:cmk:encryptData", "Encrypt data"},
		{"kms:cmk:decryptData", "Decrypt data"},
	}, "Encrypt and decrypt data, in the console and by API", "Encrypt or decrypt data"},
	{"Data keys", []ActionText{
		{"kms:cmk:createDataKey", "Make data keys and see them in plain"},
		{"kms:cmk:createDataKeyWithoutPlaintext", "Make data keys without seeing them"},
		{"kms:cmk:encryptDataKey", "Encrypt data keys made elsewhere"},
		{"kms:cmk:decryptDataKey", "Open data keys, and with them secrets, key pairs, databases and buckets"},
	}, "Make and open data keys, so that secrets, key pairs, databases and buckets can be protected", "Make or open data keys, so that nothing can be protected with a key"},
	{"Signatures", []ActionText{
		{"kms:cmk:sign", "Sign messages and digests"},
		{"kms:cmk:verify", "Verify signatures"},
	}, "Sign, and verify signatures", "Sign or verify"},
	{"Message codes", []ActionText{
		{"kms:cmk:generateMac", "Make message codes"},
		{"kms:cmk:verifyMac", "Verify message codes"},
	}, "Make and verify message codes", "Make or verify message codes"},
	{"Public key", []ActionText{
		{"kms:cmk:getPublicKey", "Read the public key of a key pair"},
	}, "Read the public key of a key pair", "Read the public key of a key pair"},
	{"Reading", []ActionText{
		{"kms:cmk:get", "See name, state and algorithm of a key"},
		{"kms:cmk:getRotation", "See whether and when a key rotates"},
		{"kms:cmk:getTags", "See the tags of a key"},
	}, "See name, state, algorithm, rotation and tags of a key", "See a key"},
}

// ActionGroups lists every action that a permission can hold, with a sentence for each.
func ActionGroups() []ActionGroup {
	groups := make([]ActionGroup, len(meanings))
	for i, m := range meanings {
		groups[i] = ActionGroup{m.title, slices.Clone(m.actions)}
	}
	return groups
}

// TextOf is the sentence of an action, or the action itself when no permission can hold it.
func TextOf(a iam.Action) string {
	for _, m := range meanings {
		for _, one := range m.actions {
			if one.Action == a {
				return one.Text
			}
		}
	}
	return string(a)
}

// never lists what no permission holds.
var never = []Sentence{
	{"Rename, disable, rotate or delete a key, or change its tags", "never part of a share"},
	{"Share a key on to others", "never part of a share"},
}

const notInPermission = "not in this permission"

// sentences says what actions come to, and what is left out. Of a group that is there in
// part each action has its own sentence.
func sentences(actions []iam.Action) (may, mayNot []Sentence) {
	for _, m := range meanings {
		var have, lack []Sentence
		var words []string
		for _, one := range m.actions {
			if slices.Contains(actions, one.Action) {
				words = append(words, lastWord(one.Action))
				have = append(have, Sentence{one.Text, lastWord(one.Action)})
			} else {
				lack = append(lack, Sentence{one.Text, notInPermission})
			}
		}
		switch {
		case len(lack) == 0:
			may = append(may, Sentence{m.text, strings.Join(words, ", ")})
		case len(have) == 0:
			mayNot = append(mayNot, Sentence{m.not, notInPermission})
		default:
			may, mayNot = append(may, have...), append(mayNot, lack...)
		}
	}
	return may, append(mayNot, never...)
}

func lastWord(a iam.Action) string { return string(a)[strings.LastIndexByte(string(a), ':')+1:] }
