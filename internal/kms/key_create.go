package kms

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// CreateKeyInput describes a new custom key.
type CreateKeyInput struct {
	Region      string
	Name        string // 1 to 255 of a-z A-Z 0-9 : / _ -, unique in account and region
	Spec        Spec   // AES_256
	Description string // at most 255 characters
	Tags        []Tag  // at most 20
	Once        string // the form's idempotency key
}

const (
	nameMax        = 255
	descriptionMax = 255
)

var nameText = regexp.MustCompile(`^[a-zA-Z0-9:/_-]{1,255}$`)

// SuggestName gives a name for a new key, KMS- and four characters.
func SuggestName() string { return "KMS-" + strings.ToLower(rand.Text()[:4]) }

func checkName(fields *fault.Fields, name string) {
	switch {
	case name == "":
		fields.Add("name", "KMS.1101", "Give the key a name.")
	case len(name) > nameMax:
		fields.Add("name", "KMS.1101", fmt.Sprintf("A name has at most %d characters; this one has %d.", nameMax, utf8.RuneCountInString(name)))
	case !nameText.MatchString(name):
		fields.Add("name", "KMS.1101", "This name holds a character that names cannot have. Use letters a to z, digits and : / _ - only.")
	case strings.HasSuffix(name, "/default"):
		fields.Add("name", "KMS.1101", "Names that end in /default belong to default keys. Choose another name.")
	}
}

func checkDescription(fields *fault.Fields, text string) {
	if n := utf8.RuneCountInString(text); n > descriptionMax {
		fields.Add("description", "KMS.1103", fmt.Sprintf("A description has at most %d characters; this one has %d.", descriptionMax, n))
	} else if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		fields.Add("description", "KMS.1103", "This description holds bytes that are not text.")
	}
}

func (in CreateKeyInput) check(regions []string) error {
	var fields fault.Fields
	checkName(&fields, in.Name)
	checkDescription(&fields, in.Description)
	checkTags(&fields, in.Tags, "tags")
	if in.Spec != AES256 {
		fields.Add("spec", "KMS.1110", "This algorithm is not offered. Choose AES_256.")
	}
	if !slices.Contains(regions, in.Region) {
		fields.Add("region", "KMS.0308", "This region is not offered.")
	}
	return fields.Err()
}

// CreateKey makes a custom key with material of its own, enabled at once. A repeat with
// the same Once gives the first one's id.
//
// Errors: Invalid KMS.1101, 1103, 1110 and tags; Conflict KMS.1104 when the name is in
// use; Quota KMS.1105; Forbidden without kms:cmk:create, or kms:cmkTag:create with tags.
func (s *Service) CreateKey(ctx context.Context, caller iam.Caller, in CreateKeyInput) (KeyID, error) {
	if err := in.check(s.regions); err != nil {
		return "", err
	}
	var id KeyID
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		k := Key{
			ID: newKeyID(), Account: tx.Caller.Account, Region: in.Region, Kind: Custom, Name: in.Name, Description: in.Description,
			Spec: in.Spec, Usage: EncryptDecrypt, Origin: OriginKMS, State: Enabled, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
		}
		urn, first, err := tx.Once("createKey", in.Once, k.URN())
		if err != nil {
			return err
		}
		id = KeyID(urn.ID)
		if err := tx.Allow(ActionCreate, urn); err != nil {
			return err
		}
		tx.Detail("name", k.Name)
		if !first {
			tx.Detail("repeat", "made by an earlier request of the same form")
			return nil
		}
		if err := tx.TakeQuota(keyQuota(in.Region), 1); err != nil {
			return err
		}
		made, err := s.insertKey(tx.DB(), k)
		if err != nil {
			return err
		}
		if !made {
			return nameTaken()
		}
		return s.tagNew(tx, k, in.Tags)
	})
	return id, err
}

func (s *Service) tagNew(tx *iam.Tx, k Key, tags []Tag) error {
	if len(tags) == 0 {
		return nil
	}
	if err := tx.Allow(ActionCreateTag, k.URN()); err != nil {
		return err
	}
	return putTags(tx, k, tags)
}
