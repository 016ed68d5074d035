package kms

import (
	"sharedkms/internal/fault"
	"sharedkms/internal/tag"
)

// MaxTags is how many tags a key has at most.
const MaxTags = tag.Max

// Tag is a key and a value on a key.
type Tag = tag.Tag

// checkTags notes each wrong key in the field tags, and each wrong value in the one named.
func checkTags(fields *fault.Fields, tags []Tag, value string) {
	for _, p := range tag.Check(tags) {
		name, code := "tags", "KMS.0401"
		switch {
		case p.At == tag.List:
			code = "KMS.0409"
		case p.Value:
			name = value
		}
		fields.Add(name, code, p.Text)
	}
}
