package csms

import (
	"net/http"

	"sharedkms/internal/csms"
	"sharedkms/internal/kms"
	page "sharedkms/views/pages/csms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// SecretNew shows the empty form; ?key= chooses the key.
func (h *Handlers) SecretNew(x *handle.Exchange) error {
	t := typed{Once: x.Once(), Form: string(csms.KeyValue), Key: kms.DefaultSecrets}
	t.addRow()
	t.addTag()
	if key := x.Query("key"); key != "" {
		t.Key, t.prefilled = key, true
	}
	return h.form(x, http.StatusOK, t, handle.Refusal{})
}

// SecretCreate answers every button of the two steps.
func (h *Handlers) SecretCreate(x *handle.Exchange) error {
	t, err := h.readTyped(x)
	if err != nil {
		return err
	}
	defer t.wipe()
	switch do := x.Do(); do {
	case "", "review":
		return h.review(x, t)
	case "create":
		return h.create(x, t)
	default:
		t.change(do)
		return h.form(x, http.StatusOK, t, handle.Refusal{})
	}
}

// review shows what would be made.
func (h *Handlers) review(x *handle.Exchange, t typed) error {
	in := t.input(x.Region)
	review, err := h.csms.ReviewSecret(x.Context(), x.Caller, in)
	if refusal, ok := handle.Refused(err); ok {
		return h.form(x, http.StatusUnprocessableEntity, t, refusal)
	}
	if err != nil {
		return err
	}
	x.NoStore()
	return x.Page(http.StatusOK, page.SecretConfirmPage(frame(x, "Confirm secret | Secrets"), page.NewSecretConfirm(in, review, t.hidden())))
}

func (h *Handlers) create(x *handle.Exchange, t typed) error {
	id, err := h.csms.CreateSecret(x.Context(), x.Caller, t.input(x.Region))
	if refusal, ok := handle.Refused(err); ok {
		return h.form(x, http.StatusUnprocessableEntity, t, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Secret(x.Region, string(id)), handle.Done("Secret "+t.Name+" was created"))
}
