package csms

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"sharedkms/internal/fault"
)

// Rules of tags (dew.md section 3.8, the schema of CSMS).
var (
	tagKeyRule   = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:=+\-@]+$`)
	tagValueRule = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// FieldTag names tag i (from 0) in the fields of a fault.
func FieldTag(i int) string { return "tag-" + strconv.Itoa(i+1) }

func checkTags(tags []Tag, fields *fault.Fields) {
	if len(tags) > MaxTags {
		fields.Add("tags", "KMS.0409", fmt.Sprintf("A secret has at most %d tags. Remove %d.", MaxTags, len(tags)-MaxTags))
	}
	seen := map[string]bool{}
	for i, t := range tags {
		switch {
		case t.Key == "":
			fields.Add(FieldTag(i), "CSMS.0002", "This tag has a value and no key. Type the key, or remove the tag.")
		case seen[t.Key]:
			fields.Add(FieldTag(i), "CSMS.0002", "Another tag has this key. Keys must differ.")
		case utf8.RuneCountInString(t.Key) > 128 || !tagKeyRule.MatchString(t.Key) || strings.TrimSpace(t.Key) != t.Key:
			fields.Add(FieldTag(i), "CSMS.0002", "A tag key has 1 to 128 letters, digits, spaces and _ . : = + - @, no space at its ends.")
		case strings.HasPrefix(t.Key, "_sys_"):
			fields.Add(FieldTag(i), "CSMS.0002", "Tag keys that begin with _sys_ are reserved.")
		case utf8.RuneCountInString(t.Value) > 255 || !tagValueRule.MatchString(t.Value):
			fields.Add(FieldTag(i), "CSMS.0002", "A tag value has up to 255 letters, digits, spaces and _ . : / = + - @.")
		}
		seen[t.Key] = true
	}
}
