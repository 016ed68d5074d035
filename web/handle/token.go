package handle

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"sharedkms/internal/fault"
	"sharedkms/views/components/form"
)

// derive makes a key for one purpose out of the form key.
func derive(key []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(purpose)) // never fails
	return mac.Sum(nil)
}

// FormToken is the hidden value that every form posts back: the token of the sign-in, masked
// by a random pad (pad ‖ pad XOR token, base64), so that it differs in each answer and
// compressing the page tells nothing about it.
func (x *Exchange) FormToken() string {
	token := derive(x.key(), "form token")
	masked := make([]byte, 2*len(token))
	_, _ = rand.Read(masked[:len(token)]) // never fails
	subtle.XORBytes(masked[len(token):], masked[:len(token)], token)
	return base64.RawURLEncoding.EncodeToString(masked)
}

// CheckFormToken reads the posted token.
//
// Errors: Forbidden when it is missing or belongs to another sign-in.
func (x *Exchange) CheckFormToken() error {
	masked, err := base64.RawURLEncoding.DecodeString(x.echo.Request().PostForm.Get(form.NameToken))
	if err != nil || len(masked) != 2*sha256.Size || x.formKey == nil {
		return errToken
	}
	token := make([]byte, sha256.Size)
	subtle.XORBytes(token, masked[:sha256.Size], masked[sha256.Size:])
	if subtle.ConstantTimeCompare(token, derive(x.formKey, "form token")) != 1 {
		return errToken
	}
	return nil
}

var errToken = fault.New(fault.Forbidden, "", "The form was opened in another sign-in, or too long ago. Nothing was changed. Open the page again and repeat the step.")
