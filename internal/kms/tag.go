package kms

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"sharedkms/internal/fault"
)

// Tag is a key and a value on a key.
type Tag struct{ Key, Value string }

const (
	tagsMax     = 20
	tagKeyMax   = 128 // characters
	tagValueMax = 255
)

var (
	tagKeyText   = regexp.MustCompile(`^[\p{L}\p{Zs}\p{N}_.:=+\-@]+$`)
	tagValueText = regexp.MustCompile(`^[\p{L}\p{Zs}\p{N}_.:/=+\-@]*$`)
)

// checkTags notes the first thing wrong with a list of tags (dew.md section 3.8).
func checkTags(fields *fault.Fields, tags []Tag) {
	seen := map[string]bool{}
	if len(tags) > tagsMax {
		fields.Add("tags", "KMS.0409", fmt.Sprintf("%d tags were given. A key has at most %d.", len(tags), tagsMax))
		return
	}
	for _, t := range tags {
		if text := tagRefusal(t); text != "" {
			fields.Add("tags", "KMS.0401", text)
			return
		}
		if seen[t.Key] {
			fields.Add("tags", "KMS.0401", fmt.Sprintf("The tag key %q is given twice. Each tag key is unique on a key.", t.Key))
			return
		}
		seen[t.Key] = true
	}
}

func tagRefusal(t Tag) string {
	switch {
	case t.Key == "":
		return "A tag has a value but no key. Give it a key, or remove it."
	case utf8.RuneCountInString(t.Key) > tagKeyMax:
		return fmt.Sprintf("A tag key has at most %d characters; one has %d.", tagKeyMax, utf8.RuneCountInString(t.Key))
	case utf8.RuneCountInString(t.Value) > tagValueMax:
		return fmt.Sprintf("A tag value has at most %d characters; that of %q has %d.", tagValueMax, t.Key, utf8.RuneCountInString(t.Value))
	case strings.HasPrefix(t.Key, "_sys_"):
		return "Tag keys that begin with _sys_ are reserved."
	case !tagKeyText.MatchString(t.Key) || strings.TrimSpace(t.Key) != t.Key:
		return fmt.Sprintf("The tag key %q holds something other than letters, digits, inner spaces and _ . : = + - @.", t.Key)
	case !tagValueText.MatchString(t.Value):
		return fmt.Sprintf("The value of the tag %q holds something other than letters, digits, spaces and _ . : / = + - @.", t.Key)
	}
	return ""
}
