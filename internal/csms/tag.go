package csms

import (
	"strconv"

	"sharedkms/internal/fault"
	"sharedkms/internal/tag"
)

// Tag is a label of a secret.
type Tag = tag.Tag

// FieldTag names tag i (from 0) in the fields of a fault.
func FieldTag(i int) string { return "tag-" + strconv.Itoa(i+1) }

// checkTags notes each wrong tag in its own field.
func checkTags(tags []Tag, fields *fault.Fields) {
	for _, p := range tag.Check(tags) {
		if p.At == tag.List {
			fields.Add("tags", "KMS.0409", p.Text)
			return
		}
		fields.Add(FieldTag(p.At), "CSMS.0002", p.Text)
	}
}
