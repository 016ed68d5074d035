package csms

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// CreateSecretInput is what the form asks for. The caller owns Value and wipes it.
type CreateSecretInput struct {
	Region      string
	Name        string // 1 to 64 letters, digits, - _ . and not . or ..
	Description string // up to 2048 bytes
	Value       Value
	Key         KeyChoice
	Tags        []Tag // up to 20
	Once        string
}

// KeyChoice is the key as chosen in the list or typed.
type KeyChoice struct {
	ID      string // empty, when chosen, for csms/default
	Entered bool   // typed by the user, who may have typed anything
}

// CreateSecret keeps a value as version 1 of a new secret, sealed by a data key that is
// made with the chosen key as the caller. A shared key must carry what opening it again
// takes: kms:cmk:get, createDataKey and decryptDataKey.
//
// Errors: Invalid with fields name, value, entry-<n>, description, tags, tag-<n>, key;
// the field key answers CSMS.0401 with the code of KMS in its sentence. Conflict
// CSMS.0101 in the field name; Quota CSMS.0202; Forbidden without csms:secret:create.
func (s *Service) CreateSecret(ctx context.Context, caller iam.Caller, in CreateSecretInput) (SecretID, error) {
	in, err := in.checked()
	if err != nil {
		return "", err
	}
	text := in.Value.encode()
	defer clear(text)
	id := SecretID(uuid.NewString())
	fresh := urn(caller.Account, in.Region, id)
	err = s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionCreate, fresh); err != nil {
			return err
		}
		tx.PrivateDetail("name", in.Name)
		made, first, err := tx.OnceWithQuota("createSecret", in.Once, fresh, secretQuota(in.Region))
		if err != nil {
			return err
		}
		if id = SecretID(made.ID); !first {
			return errRepeated
		}
		return s.sealNew(tx, in, made, text)
	})
	if errors.Is(err, errRepeated) {
		return id, s.traceRepeat(ctx, caller, fresh, id)
	}
	return id, inKeyField(err)
}

// errRepeated rolls back what a repeat of a form took. As Invalid it leaves no trace of a
// failure; traceRepeat leaves the one of the repeat.
var errRepeated = fault.New(fault.Invalid, "", "The secret was made by the first of two equal posts.")

// traceRepeat decides once more, and names the secret that the first post made.
func (s *Service) traceRepeat(ctx context.Context, caller iam.Caller, fresh iam.URN, made SecretID) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionCreate, fresh); err != nil {
			return err
		}
		tx.Detail("made", string(made))
		return nil
	})
}

// sealNew makes the data key, seals the value under it and writes the secret's rows.
func (s *Service) sealNew(tx *iam.Tx, in CreateSecretInput, made iam.URN, text []byte) error {
	const version = 1
	data, err := s.keys.CreateDataKeyIn(tx, kms.DataKeyInput{
		Region: in.Region, Key: kms.KeyID(in.Key.ID), Default: kms.DefaultSecrets,
		Purpose: seal.PurposeSecret, AAD: wrappedAAD(made, version),
	})
	if err != nil {
		return &keyError{err}
	}
	defer data.Plain.Wipe()
	tx.PrivateDetail("for", made.String())
	if err := fit(tx, data.Key); err != nil {
		return &keyError{err}
	}
	keyID, err := uuid.Parse(string(data.Key.ID))
	if err != nil {
		return fmt.Errorf("key id %s: %w", data.Key.ID, err)
	}
	header := seal.Header{Algorithm: seal.AES256GCM, Purpose: seal.PurposeSecret, KeyID: keyID, Version: data.Version}
	sealed, err := seal.Encrypt(header, data.Plain.Bytes(), text, sealedAAD(made, version))
	if err != nil {
		return fmt.Errorf("seal value of secret %s: %w", made.ID, err)
	}
	use := keyuse.Use{Resource: made, KeyID: string(data.Key.ID), Kind: keyuse.Secret, Name: in.Name}
	insertSecret(tx, in, made, data, sealed, len(text), keyuse.StepIn(tx, use))
	return nil
}

// insertSecret writes secret, version, stage, use of the key, and tags, with the traces.
func insertSecret(tx *iam.Tx, in CreateSecretInput, made iam.URN, data kms.WrappedKey, sealed []byte, size int, use store.Step) {
	now := store.At(tx.Now)
	account, id, keyID := string(made.Account), made.ID, string(data.Key.ID)
	steps := []store.Step{
		{SQL: "INSERT INTO secrets (id, account_id, region, name, name_lower, description, type, state, key_id, key_owner, key_name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'COMMON', 'enabled', ?, ?, ?, ?, ?)",
			Args: []any{id, account, in.Region, in.Name, strings.ToLower(in.Name), in.Description, keyID, string(data.Key.Account), data.Key.Name, now, now}},
		{SQL: "INSERT INTO secret_versions (secret_id, version, account_id, key_id, wrapped_key, sealed, form, size, entries, created_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
			Args: []any{id, account, keyID, data.Wrapped, sealed, string(in.Value.Form), size, len(in.Value.Entries), now}},
		{SQL: "INSERT INTO secret_stages (secret_id, stage, version, updated_at) VALUES (?, ?, 1, ?)",
			Args: []any{id, StageCurrent, now}},
		use,
	}
	if len(in.Tags) > 0 {
		tags := store.Step{SQL: "INSERT INTO secret_tags (secret_id, account_id, tag_key, tag_value, region, created_at) VALUES (?, ?, ?, ?, ?, ?)" + strings.Repeat(", (?, ?, ?, ?, ?, ?)", len(in.Tags)-1)}
		for _, t := range in.Tags {
			tags.Args = append(tags.Args, id, account, t.Key, t.Value, in.Region, now)
		}
		steps = append(steps, tags)
	}
	tx.Last(func(err error) error {
		if store.Duplicate(err) { // ids are random and tags were checked, so it is the name
			return nameTaken(in.Region)
		}
		return fmt.Errorf("insert secret: %w", err)
	}, steps...)
}

func nameTaken(region string) error {
	text := fmt.Sprintf("Another secret of this account has this name in %s. Choose another name.", region)
	return &fault.Error{Kind: fault.Conflict, Code: "CSMS.0101", Message: "The secret was not created.", Fields: []fault.Field{{Name: "name", Message: text, Code: "CSMS.0101"}}}
}

func wrappedAAD(secret iam.URN, version int) []byte {
	return seal.AAD("secret_versions", "wrapped_key", string(secret.Account), secret.ID, strconv.Itoa(version))
}

func sealedAAD(secret iam.URN, version int) []byte {
	return seal.AAD("secret_versions", "sealed", string(secret.Account), secret.ID, strconv.Itoa(version))
}

// checked gives the input with its key id in its stored form, or all that is wrong
// with it.
func (in CreateSecretInput) checked() (CreateSecretInput, error) {
	var fields fault.Fields
	switch {
	case in.Name == "":
		fields.Add("name", "CSMS.0002", "Type a name. It has 1 to 64 letters, digits and - _ .")
	case len(in.Name) > 64:
		fields.Add("name", "CSMS.0002", fmt.Sprintf("The name has %d characters. 64 are possible.", utf8.RuneCountInString(in.Name)))
	case !nameRule.MatchString(in.Name):
		fields.Add("name", "CSMS.0002", "A name has letters, digits and - _ . only; spaces and slashes are not possible.")
	case in.Name == "." || in.Name == "..":
		fields.Add("name", "CSMS.0002", "A name of periods alone is not possible. Add a letter or digit.")
	}
	in.Value.check(&fields)
	if n := len(in.Description); n > MaxDescription {
		fields.Add("description", "CSMS.0002", fmt.Sprintf("The description has %d bytes. %d are possible.", n, MaxDescription))
	} else if !utf8.ValidString(in.Description) {
		fields.Add("description", "CSMS.0002", "The description is not text in UTF-8.")
	}
	in.Key = in.Key.checked(&fields)
	checkTags(in.Tags, &fields)
	return in, fields.Err()
}
