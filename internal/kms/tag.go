package kms

import (
	"sharedkms/internal/fault"
	"sharedkms/internal/tag"
)

// MaxTags is how many tags a key has at most.
const MaxTags = tag.Max

// Tag is a key and a value on a key.
type Tag = tag.Tag

// checkTags notes the first thing wrong with a list of tags.
func checkTags(fields *fault.Fields, tags []Tag) {
	problems := tag.Check(tags)
	if len(problems) == 0 {
		return
	}
	code := "KMS.0401"
	if problems[0].At == tag.List {
		code = "KMS.0409"
	}
	fields.Add("tags", code, problems[0].Text)
}
