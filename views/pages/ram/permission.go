package ram

import (
	"slices"
	"strconv"
	"strings"
)

// Permission is a managed permission in words.
type Permission struct {
	ID      string
	Name    string
	Version string // "version 1, 9 actions"
	Chosen  bool
	Default bool
	May     []Sentence
	MayNot  []Sentence
}

// Sentence is one thing that principals may or may not do, and the actions behind it.
type Sentence struct {
	Text string
	Note string
}

// NewPermission words a permission of the resource type kms:KeyId.
func NewPermission(id, name string, version int, actions []string) Permission {
	may, mayNot := say(actions)
	return Permission{
		ID: id, Name: name,
		Version: "version " + strconv.Itoa(version) + ", " + count(len(actions), "action", "actions"),
		May:     may, MayNot: mayNot,
	}
}

// deed is an action with the words for it in its group's sentence.
type deed struct{ action, words string }

// group is actions that people think of as one thing. Whole is the sentence when all of them are
// allowed or none; otherwise the sentence lists the words between before and after.
type group struct {
	whole         string
	before, after string
	deeds         []deed
}

var groups = []group{
	{"Encrypt and decrypt data, in the console and by API", "", " data, in the console and by API", []deed{
		{"encryptData", "encrypt"}, {"decryptData", "decrypt"},
	}},
	{"Make and open data keys, so that secrets can be protected", "", ", as secrets need it", []deed{
		{"createDataKey", "make data keys"}, {"createDataKeyWithoutPlaintext", "make sealed data keys"},
		{"encryptDataKey", "seal data keys"}, {"decryptDataKey", "open data keys"},
	}},
	{"Sign, verify, and make and check message codes", "", "", []deed{
		{"sign", "sign"}, {"verify", "verify"}, {"generateMac", "make message codes"}, {"verifyMac", "check message codes"},
	}},
	{"See name, state, algorithm, public key, rotation and tags of a key", "see ", " of a key", []deed{
		{"get", "name, state and algorithm"}, {"getPublicKey", "public key"}, {"getRotation", "rotation"}, {"getTags", "tags"},
	}},
}

// never is what no permission holds.
var never = []Sentence{
	{"Rename, disable, rotate or delete a key, or change its tags", "never part of a share"},
	{"Share a key on to others", "never part of a share"},
}

const keyAction = "kms:cmk:"

// say words what is in actions and what of the groups is not. An action outside of the groups stands
// for itself.
func say(actions []string) (may, mayNot []Sentence) {
	left := map[string]bool{}
	for _, a := range actions {
		left[a] = true
	}
	for _, g := range groups {
		var in, out []deed
		for _, d := range g.deeds {
			if left[keyAction+d.action] {
				in = append(in, d)
				delete(left, keyAction+d.action)
			} else {
				out = append(out, d)
			}
		}
		if len(in) > 0 {
			may = append(may, Sentence{g.sentence(in), names(in)})
		}
		if len(out) > 0 {
			mayNot = append(mayNot, Sentence{g.sentence(out), "not in this permission"})
		}
	}
	for _, a := range actions {
		if left[a] {
			may = append(may, Sentence{"Call " + a, a})
		}
	}
	return may, append(mayNot, never...)
}

func (g group) sentence(deeds []deed) string {
	if len(deeds) == len(g.deeds) {
		return g.whole
	}
	words := make([]string, len(deeds))
	for i, d := range deeds {
		words[i] = d.words
	}
	s := g.before + list(words) + g.after
	return strings.ToUpper(s[:1]) + s[1:]
}

func names(deeds []deed) string {
	all := make([]string, len(deeds))
	for i, d := range deeds {
		all[i] = d.action
	}
	return strings.Join(all, ", ")
}

// list joins words: "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	head := slices.Clone(words[:len(words)-1])
	return strings.Join(head, ", ") + " and " + words[len(words)-1]
}
