package csms

import (
	"encoding/base64"

	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
)

// Keep seals a typed value so that a form can carry it from page to page: the page
// holds a text that only this sign-in's next post of the same form opens. Nothing is
// stored, and a value is never written back into a page as it was typed. form is the
// form's idempotency key.
func (s *Service) Keep(caller iam.Caller, form string, typed seal.Secret) string {
	if typed.Len() == 0 {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(s.sealer.Seal(typed.Bytes(), keptAAD(caller, form)))
}

// Kept opens what Keep gave. A text that is damaged, or of another form or sign-in, is
// no value: ok is false, and the value has to be typed again.
func (s *Service) Kept(caller iam.Caller, form, kept string) (typed seal.Secret, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(kept)
	if kept == "" || err != nil {
		return seal.Secret{}, false
	}
	typed, err = s.sealer.Open(sealed, keptAAD(caller, form))
	return typed, err == nil
}

func keptAAD(caller iam.Caller, form string) []byte {
	return seal.AAD("form", "secret_value", string(caller.Account), string(caller.SignIn), form)
}
