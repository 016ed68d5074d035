package kms_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

func (w *world) encrypt(caller iam.Caller, id kms.KeyID, plain, aad string) (string, error) {
	out, err := w.kms.EncryptData(ctx(), caller, kms.EncryptInput{Region: region, Key: id, Plain: []byte(plain), AAD: aad})
	return out.Text, err
}

func (w *world) decrypt(caller iam.Caller, text, aad string) (string, error) {
	out, err := w.kms.DecryptData(ctx(), caller, kms.DecryptInput{Region: region, Ciphertext: text, AAD: aad})
	if err != nil {
		return "", err
	}
	defer out.Plain.Wipe()
	return string(out.Plain.Bytes()), nil
}

func TestEncryptAndDecrypt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.key("data")
		for _, plain := range []string{"x", strings.Repeat("é", 2048)} {
			text, err := w.encrypt(w.owner, id, plain, "case 7")
			if err != nil {
				t.Fatal(err)
			}
			if n := len(text); n < 188 || n > 5648 {
				t.Errorf("ciphertext of %d bytes has %d characters, want 188 to 5648", len(plain), n)
			}
			got, err := w.decrypt(w.owner, text, "case 7")
			if err != nil || got != plain {
				t.Errorf("round trip of %d bytes: %d bytes, %v", len(plain), len(got), err)
			}
			_, err = w.decrypt(w.owner, text, "case 8")
			iamtest.WantFault(t, err, fault.State, "KMS.0308")
		}
		for plain, want := range map[string]string{"": "plaintext", strings.Repeat("é", 2049): "plaintext"} {
			_, err := w.encrypt(w.owner, id, plain, "")
			iamtest.WantFault(t, err, fault.Invalid, "KMS.0308")
			if f, _ := fault.As(err); f == nil || f.Fields[0].Name != want {
				t.Errorf("%d bytes: %v, want a message in field %s", len(plain), err, want)
			}
		}
		_, err := w.encrypt(w.owner, id, "x", strings.Repeat("a", 129))
		iamtest.WantFault(t, err, fault.Invalid, "KMS.0208")
		for _, junk := range []string{"", "%%%", strings.Repeat("A", 127), strings.Repeat("A", 200), strings.Repeat("A", 5649), strings.Repeat("A", 190) + "=A"} {
			_, err := w.decrypt(w.owner, junk, "")
			iamtest.WantFault(t, err, fault.Invalid, "KMS.0308")
		}
		for _, tr := range w.Traces(w.owner.Account) {
			if strings.Contains(tr.Body, "é") || strings.Contains(tr.Body, "case 7") {
				t.Errorf("trace holds input: %s", tr.Body)
			}
		}
	})
}

// A bit flipped anywhere, or a ciphertext of another purpose, key or account, does not open.
func TestOnlyTheCiphertextAsMadeOpens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, other := w.key("data"), w.key("other")
		text, err := w.encrypt(w.owner, id, "attack at dawn", "")
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := base64.StdEncoding.DecodeString(text)
		open := func(raw []byte) error {
			_, err := w.decrypt(w.owner, base64.StdEncoding.EncodeToString(raw), "")
			return err
		}
		for i := range raw {
			flipped := bytes.Clone(raw)
			flipped[i] ^= 1 << (i % 8)
			if err := open(flipped); err == nil {
				t.Fatalf("opened with byte %d changed", i)
			} else if _, ok := fault.As(err); !ok {
				t.Fatalf("byte %d changed: %v, want an answer for a person", i, err)
			}
		}
		moved := bytes.Clone(raw)
		otherRaw, err := w.encrypt(w.owner, other, "x", "")
		if err != nil {
			t.Fatal(err)
		}
		header, _ := base64.StdEncoding.DecodeString(otherRaw)
		copy(moved[6:22], header[6:22])
		iamtest.WantFault(t, open(moved), fault.State, "KMS.0308")

		dataKey, err := w.kms.CreateDataKey(ctx(), w.owner, kms.CreateDataKeyRequest{Region: region, Key: id})
		if err != nil {
			t.Fatal(err)
		}
		wrapped, _ := hex.DecodeString(dataKey.Ciphertext)
		iamtest.WantFault(t, open(wrapped), fault.State, "KMS.0308")
		iamtest.WantFault(t, open(w.wrapSecret(w.owner, id)), fault.State, "KMS.0308")
		wrapped[5] = byte(seal.PurposeData) // said to be data
		iamtest.WantFault(t, open(wrapped), fault.State, "KMS.0308")

		// Material sealed for one key does not serve another, even in its row.
		w.Exec("UPDATE key_versions SET sealed = (SELECT sealed FROM key_versions WHERE key_id = ?) WHERE key_id = ?", string(other), string(id))
		if err := open(raw); err == nil {
			t.Error("material moved to another key's row was used")
		}
		traces := w.Traces(w.owner.Account)
		if !slices.ContainsFunc(traces, func(tr iamtest.Trace) bool {
			return tr.Event == "decryptData" && tr.Outcome == "failed" && tr.Repeats > 1
		}) {
			t.Error("no trace of the ciphertexts that did not open")
		}
	})
}

// wrapSecret makes a data key as csms does and gives its wrapped form.
func (w *world) wrapSecret(caller iam.Caller, id kms.KeyID) []byte {
	w.t.Helper()
	var made kms.WrappedKey
	err := w.Gate.Write(ctx(), caller, func(tx *iam.Tx) (err error) {
		made, err = w.kms.CreateDataKeyIn(tx, kms.DataKeyInput{Region: region, Key: id, Purpose: seal.PurposeSecret, AAD: []byte("here")})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return made.Wrapped
}

func (w *world) unwrapSecret(caller iam.Caller, wrapped []byte, aad string) error {
	var open kms.OpenKey
	return w.Gate.Use(ctx(), caller, func(tx *iam.Tx) (err error) {
		open, err = w.kms.OpenDataKeyIn(tx, region, wrapped)
		return err
	}, func() error {
		plain, err := open.Unwrap(seal.PurposeSecret, wrapped, []byte(aad))
		plain.Wipe()
		return err
	})
}

func TestDataKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, other := w.key("wrapping"), w.key("other")
		for _, bits := range []int{0, 8, 8192} {
			made, err := w.kms.CreateDataKey(ctx(), w.owner, kms.CreateDataKeyRequest{Region: region, Key: id, Bits: bits, AAD: "a"})
			if err != nil {
				t.Fatal(err)
			}
			opened, err := w.kms.DecryptDataKey(ctx(), w.owner, kms.DecryptDataKeyRequest{Region: region, Key: id, Ciphertext: made.Ciphertext, AAD: "a"})
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(made.Plain.Bytes())
			if !bytes.Equal(opened.Plain.Bytes(), made.Plain.Bytes()) || opened.Digest != hex.EncodeToString(sum[:]) {
				t.Errorf("data key of %d bits came back different", bits)
			}
			if want := map[int]int{0: 32, 8: 1, 8192: 1024}[bits]; made.Plain.Len() != want {
				t.Errorf("%d bits gave %d bytes, want %d", bits, made.Plain.Len(), want)
			}
			_, err = w.kms.DecryptDataKey(ctx(), w.owner, kms.DecryptDataKeyRequest{Region: region, Key: other, Ciphertext: made.Ciphertext, AAD: "a"})
			iamtest.WantFault(t, err, fault.Invalid, "KMS.2201")
		}
		for _, bits := range []int{-8, 7, 12, 8200} {
			_, err := w.kms.CreateDataKey(ctx(), w.owner, kms.CreateDataKeyRequest{Region: region, Key: id, Bits: bits})
			iamtest.WantFault(t, err, fault.Invalid, "KMS.1901")
		}
		hidden, err := w.kms.CreateDataKeyWithoutPlaintext(ctx(), w.owner, kms.CreateDataKeyRequest{Region: region, Key: id})
		if err != nil || hidden.Plain.Len() != 0 || hidden.Ciphertext == "" {
			t.Errorf("without plaintext: %d bytes in plain, %q, %v", hidden.Plain.Len(), hidden.Ciphertext, err)
		}
	})
}

// Whether a key can be used is decided by its state, then for a foreign one by its shares.
func TestUseFollowsStateAndShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.key("shared")
		text, err := w.encrypt(w.owner, id, "words", "")
		if err != nil {
			t.Fatal(err)
		}
		wrapped := w.wrapSecret(w.owner, id)
		iamtest.WantFault(t, w.unwrapSecret(w.recipient, wrapped, "here"), fault.NotFound, "KMS.0207")
		share := w.share("all", allActions, id)
		iamtest.WantFault(t, w.unwrapSecret(w.recipient, wrapped, "here"), 0, "")
		iamtest.WantFault(t, w.unwrapSecret(w.recipient, wrapped, "there"), fault.State, "KMS.0308")
		w.Advance(time.Second)
		if got, err := w.decrypt(w.recipient, text, ""); err != nil || got != "words" {
			t.Errorf("recipient decrypts: %q, %v", got, err)
		}
		wantTrail(t, w, w.recipient.Account, "decryptData succeeded")
		wantTrail(t, w, w.owner.Account, "decryptData succeeded")
		narrow := w.User(w.recipient.Account, "narrow", "KMS CMKReadOnlyAccess")
		_, err = w.decrypt(narrow, text, "")
		iamtest.WantFault(t, err, fault.Forbidden, "KMS.0306")

		for state, code := range map[kms.State]string{kms.Disabled: "KMS.0209", kms.PendingDeletion: "KMS.0210", kms.PendingImport: "KMS.1301"} {
			w.setState(id, state)
			for _, caller := range []iam.Caller{w.owner, w.recipient} {
				_, err := w.decrypt(caller, text, "")
				iamtest.WantFault(t, err, fault.State, code)
				_, err = w.encrypt(caller, id, "x", "")
				iamtest.WantFault(t, err, fault.State, code)
				if f, _ := fault.As(err); caller.Account == w.recipient.Account && (len(f.Why) == 0 || f.Why[0].Subject != "Key state" || f.Why[0].Holds) {
					t.Errorf("%s: the reason for the recipient begins with %+v, want the key's state", state, f.Why)
				}
			}
		}
		w.setState(id, kms.Enabled)
		w.unshare(share)
		_, err = w.decrypt(w.recipient, text, "")
		iamtest.WantFault(t, err, fault.NotFound, "KMS.0207")
		w.share("read", readOnly, id)
		_, err = w.decrypt(w.recipient, text, "")
		iamtest.WantFault(t, err, fault.Forbidden, "KMS.0306")

		far := w.keyOf(w.owner, "cn-north-4", "far")
		_, err = w.encrypt(w.owner, far, "x", "")
		iamtest.WantFault(t, err, fault.State, "KMS.0207")
	})
}

// A missing key and another account's answer the same, ask the database as often and
// leave the same trace, for reading and for use.
func TestMissingAndForeignAreAlike(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		foreign := w.key("unshared")
		missing := kms.KeyID("b6f2ad50-3f0c-4a7e-9b53-0a5f0c7f3f11")
		type answer struct {
			err   string
			n     int
			trace string
		}
		ask := func(id kms.KeyID, act func(id kms.KeyID) error) answer {
			w.Advance(time.Minute) // a trace of its own
			counted, n := store.Count(ctx())
			w.counted = counted
			err := act(id)
			traces := w.Traces(w.stranger.Account)
			tr := traces[len(traces)-1]
			mask := strings.NewReplacer(string(id), "ID", tr.Field("id"), "TRACE", tr.Field("time"), "TIME")
			if err == nil {
				t.Fatalf("key %s was found", id)
			}
			return answer{err.Error(), n.N(), mask.Replace(tr.Body)}
		}
		for name, act := range map[string]func(id kms.KeyID) error{
			"describe": func(id kms.KeyID) error {
				_, err := w.kms.DescribeKey(w.counted, w.stranger, region, id, kms.WithTags)
				return err
			},
			"encrypt": func(id kms.KeyID) error {
				_, err := w.kms.EncryptData(w.counted, w.stranger, kms.EncryptInput{Region: region, Key: id, Plain: []byte("x")})
				return err
			},
			"disable": func(id kms.KeyID) error { return w.kms.DisableKey(w.counted, w.stranger, region, id) },
		} {
			want := ask(missing, act)
			if got := ask(foreign, act); got != want {
				t.Errorf("%s: foreign %+v, missing %+v", name, got, want)
			}
			if got := ask("junk", act); got != want {
				t.Errorf("%s: junk %+v, missing %+v", name, got, want)
			}
		}
		if got := len(w.Traces(w.owner.Account)); got != 1 {
			t.Errorf("the owner's trail has %d traces, want its own one", got)
		}
	})
}
