package ram

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sharedkms/internal/fault"
	"sharedkms/internal/tag"
)

// shareName is the vendor's pattern (Huawei Cloud RAM API Reference, Creating a Resource
// Share) in a form RE2 takes; it counts characters.
var shareName = regexp.MustCompile(`^[\x{4e00}-\x{9fa5}A-Za-z0-9_.-]{1,64}$`)

// suggestedName is what a new draft is called until its user says otherwise.
func suggestedName() string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, 4)
	for i := range b {
		b[i] = letters[rand.IntN(len(letters))]
	}
	return "resource-share-" + string(b)
}

func checkName(f *fault.Fields, name string) {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		f.Add("name", "", "Enter a name.")
	case n > MaxNameLength:
		f.Add("name", "", fmt.Sprintf("This name has %d characters, %d are allowed.", n, MaxNameLength))
	case !shareName.MatchString(name):
		f.Add("name", "", "Use letters, digits, Chinese characters, hyphens, underscores and full stops.")
	}
}

func checkDescription(f *fault.Fields, text string) { checkLine(f, "description", "description", text) }

// checkLine checks a text that people read: a description, a reason.
func checkLine(f *fault.Fields, field, noun, text string) {
	switch n := utf8.RuneCountInString(text); {
	case n > MaxDescriptionLength:
		f.Add(field, "", fmt.Sprintf("This %s has %d characters, %d are allowed.", noun, n, MaxDescriptionLength))
	case strings.ContainsAny(text, "<>"):
		f.Add(field, "", fmt.Sprintf("A %s cannot hold < or >.", noun))
	case strings.ContainsAny(text, "\r\n"):
		f.Add(field, "", fmt.Sprintf("A %s is one line.", noun))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		f.Add(field, "", fmt.Sprintf("A %s cannot hold control characters.", noun))
	}
}

// checkTags reports each wrong key in the field tags, and each wrong value in the one named.
func checkTags(f *fault.Fields, tags []Tag, value string) {
	for _, p := range tag.Check(tags) {
		name, code := "tags", ""
		switch {
		case p.At == tag.List:
			code = codeTagLimit
		case p.Value:
			name = value
		}
		f.Add(name, code, p.Text)
	}
}

// short cuts what somebody typed to a length that a message can show.
func short(text string) string {
	const most = 80
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}

// clip keeps an unfinished field within what a draft stores.
func clip(text string, runes int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
	if r := []rune(text); len(r) > runes {
		return string(r[:runes])
	}
	return text
}
