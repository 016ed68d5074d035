package kms

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"sharedkms/internal/fault"
	"sharedkms/internal/kms"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// ToolBody is how many bytes the tool's form may have: 4096 bytes of text triple on the wire,
// and both texts travel with it.
const ToolBody = 48 << 10

type typedTool struct {
	Mode       string `form:"mode"`
	Plaintext  string `form:"plaintext"`
	Ciphertext string `form:"ciphertext"`
	AAD        string `form:"aad"`
}

// KeyTool encrypts with the key of the page, or decrypts with the key that the ciphertext
// names. The answer is kept by nobody.
func (h *Handlers) KeyTool(x *handle.Exchange) error {
	var in typedTool
	if err := x.Form(&in); err != nil {
		return err
	}
	x.NoStore()
	var result *page.Result
	var err error
	if in.Mode == "decrypt" {
		result, err = h.decrypt(x, in)
	} else {
		result, err = h.encrypt(x, in)
	}
	refusal, refused := handle.Refused(err)
	if err != nil && !refused && in.Mode == "decrypt" && (fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden)) {
		refusal, refused = foreignCiphertext(err)
	}
	if err != nil && !refused {
		return err
	}
	m, err := h.readDetail(x, page.TabTool)
	if err != nil {
		return err
	}
	if m.Tool == nil {
		return x.Redirect(to.Key(x.Region, x.Param("id")))
	}
	t := m.Tool
	t.Decrypts, t.AAD.Value, t.Result = in.Mode == "decrypt", in.AAD, result
	if !refused {
		return showDetail(x, http.StatusOK, m)
	}
	t.Plain.Value, t.Cipher.Value = in.Plaintext, in.Ciphertext
	t.Plain.Error, t.Plain.Code = refusal.Field("plaintext")
	t.Cipher.Error, t.Cipher.Code = refusal.Field("ciphertext")
	t.AAD.Error, t.AAD.Code = refusal.Field("aad")
	t.Problems = refusal.Problems(handle.Label{Field: "plaintext", Text: "Plaintext"}, handle.Label{Field: "ciphertext", Text: "Ciphertext"}, handle.Label{Field: "aad", Text: "Additional data"})
	return showDetail(x, http.StatusUnprocessableEntity, m)
}

// foreignCiphertext turns "no such key" and "not allowed" about the key that a ciphertext names
// into a message beside the ciphertext: the page's own key is there and allowed.
func foreignCiphertext(err error) (handle.Refusal, bool) {
	f, _ := fault.As(err)
	text := "The key that this ciphertext names is not available to this account."
	if f.Kind == fault.Forbidden {
		text = "This ciphertext names another key. " + f.Message
	}
	return handle.Refused(&fault.Error{Kind: fault.Invalid, Code: f.Code, Message: text, Fields: []fault.Field{{Name: "ciphertext", Message: text, Code: f.Code}}})
}

func (h *Handlers) encrypt(x *handle.Exchange, in typedTool) (*page.Result, error) {
	plain := []byte(in.Plaintext)
	defer clear(plain)
	out, err := h.kms.EncryptData(x.Context(), x.Caller, kms.EncryptInput{Region: x.Region, Key: id(x), Plain: plain, AAD: in.AAD})
	if err != nil {
		return nil, err
	}
	note := "Base64. It names its key, so nothing else has to be kept with it."
	if in.AAD != "" {
		note = "Base64. It names its key; keep the additional data too."
	}
	return &page.Result{Title: "Ciphertext", Text: out.Text, Label: "Copy ciphertext", Note: note}, nil
}

func (h *Handlers) decrypt(x *handle.Exchange, in typedTool) (*page.Result, error) {
	out, err := h.kms.DecryptData(x.Context(), x.Caller, kms.DecryptInput{Region: x.Region, Ciphertext: strings.TrimSpace(in.Ciphertext), AAD: in.AAD})
	if err != nil {
		return nil, err
	}
	defer out.Plain.Wipe()
	r := &page.Result{Title: "Plaintext", Label: "Copy plaintext", Note: "Shown once, on a page that no browser keeps."}
	if printable(out.Plain.Bytes()) {
		r.Text = string(out.Plain.Bytes())
	} else {
		r.Text = base64.StdEncoding.EncodeToString(out.Plain.Bytes())
		r.Note = "These bytes are no text, so they are shown as Base64. " + r.Note
	}
	if out.Key.ID != id(x) {
		r.KeyName, r.KeyHref = out.Key.Name, to.Key(x.Region, string(out.Key.ID))
	}
	return r, nil
}

func printable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	return !strings.ContainsFunc(string(b), func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' })
}
