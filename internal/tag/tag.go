// Package tag holds the vendor's tag rules, which are the same for keys, secrets and
// resource shares: a tag is a key with one value, the value may be empty, and the keys
// of one thing differ.
//
// The patterns are the vendor's; characters count, not bytes. They are checked with the
// tables of package unicode (rejected: regular expressions, whose Unicode classes cost
// 22 ms at each start of the program).
package tag

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the vendor's tag rules.
const (
	Max      = 20  // tags of one thing
	MaxKey   = 128 // characters
	MaxValue = 255 // characters
)

// reserved begins the keys that are kept for the system.
const reserved = "_sys_"

// Tag is a key with one value.
type Tag struct{ Key, Value string }

// Texts writes tags as people read them: "key: value", or the key alone.
func Texts(tags []Tag) []string {
	texts := make([]string, len(tags))
	for i, t := range tags {
		texts[i] = t.Key
		if t.Value != "" {
			texts[i] += ": " + t.Value
		}
	}
	return texts
}

// Problem is what is wrong with one tag of a list, in a sentence for people.
type Problem struct {
	At    int  // from 0; List when it is about the list as a whole
	Value bool // it is about the tag's value
	Text  string
}

// List stands for the list as a whole in Problem.At: it has too many tags.
const List = -1

// Check says what is wrong with a list: one problem for each wrong key and each wrong value,
// in their order, or one for the whole list when it is too long.
func Check(tags []Tag) []Problem {
	if len(tags) > Max {
		return []Problem{{At: List, Text: fmt.Sprintf("%d tags were given. At most %d are possible. Remove some.", len(tags), Max)}}
	}
	var problems []Problem
	seen := map[string]bool{}
	for i, t := range tags {
		text := t.keyProblem()
		if text == "" && seen[t.Key] {
			text = fmt.Sprintf("The tag key %q is there twice. Keys must differ.", t.Key)
		}
		if text != "" {
			problems = append(problems, Problem{At: i, Text: text})
		}
		if text := t.valueProblem(); text != "" {
			problems = append(problems, Problem{At: i, Value: true, Text: text})
		}
		seen[t.Key] = true
	}
	return problems
}

func (t Tag) keyProblem() string {
	switch {
	case t.Key == "":
		return "This tag has no key. Type the key, or remove the tag."
	case strings.HasPrefix(t.Key, reserved):
		return "Tag keys that begin with " + reserved + " are reserved."
	case utf8.RuneCountInString(t.Key) > MaxKey || !holdsOnly(t.Key, "_.:=+-@") || strings.TrimSpace(t.Key) != t.Key:
		return fmt.Sprintf("%q cannot be a tag key. A tag key has 1 to %d letters, digits, spaces and _ . : = + - @, no space at its ends.", short(t.Key), MaxKey)
	}
	return ""
}

func (t Tag) valueProblem() string {
	if utf8.RuneCountInString(t.Value) > MaxValue || !holdsOnly(t.Value, "_.:/=+-@") {
		return fmt.Sprintf("The tag %q cannot have this value. A tag value has up to %d letters, digits, spaces and _ . : / = + - @.", short(t.Key), MaxValue)
	}
	return ""
}

// holdsOnly reports whether text has letters, numbers, separators and the marks only.
func holdsOnly(text, marks string) bool {
	for _, r := range text {
		if !unicode.In(r, unicode.L, unicode.N, unicode.Z) && !strings.ContainsRune(marks, r) {
			return false
		}
	}
	return utf8.ValidString(text)
}

// short cuts what somebody typed to a length that a message can show.
func short(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
