package csms

import (
	"net/http"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	page "sharedkms/views/pages/csms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// SecretDetail shows a secret without its value.
func (h *Handlers) SecretDetail(x *handle.Exchange) error {
	return h.detail(x, http.StatusOK, "")
}

func (h *Handlers) detail(x *handle.Exchange, status int, refusal string) error {
	m, err := h.readDetail(x)
	if err != nil {
		return err
	}
	m.Error = refusal
	return x.Page(status, page.SecretDetailPage(frame(x, m.Name+" | Secrets"), m))
}

func (h *Handlers) readDetail(x *handle.Exchange) (page.SecretDetail, error) {
	id := x.Param("id")
	secret, err := h.csms.GetSecret(x.Context(), x.Caller, x.Region, csms.SecretID(id))
	if err != nil {
		return page.SecretDetail{}, err
	}
	key := iam.URN{Service: "kms", Region: x.Region, Account: secret.Key.Owner, Type: iam.TypeKey, ID: string(secret.Key.ID)}
	return page.NewSecretDetail(secret, page.Rights{
		Show: may(x, csms.ActionShow, id), Decrypt: x.Caller.May(kms.ActionDecryptKey, key), Delete: may(x, csms.ActionDelete, id),
	}, x.Caller.UserName), nil
}

// SecretShow answers a POST with the value, on a page that nobody keeps.
func (h *Handlers) SecretShow(x *handle.Exchange) error {
	shown, err := h.csms.ShowSecretValue(x.Context(), x.Caller, x.Region, csms.SecretID(x.Param("id")))
	if f, ok := fault.As(err); ok && f.Kind == fault.State {
		return h.detail(x, http.StatusConflict, f.Message+" "+f.Code)
	}
	if err != nil {
		return err
	}
	defer shown.Value.Wipe()
	x.NoStore()
	return x.Page(http.StatusOK, page.SecretValuePage(frame(x, "Value of "+shown.Secret.Name+" | Secrets"), page.NewSecretValue(shown, x.Now())))
}

// SecretShowAgain answers who comes back to the address of a value: it takes a POST.
func (h *Handlers) SecretShowAgain(x *handle.Exchange) error {
	return x.Redirect(to.Secret(x.Region, x.Param("id")))
}

// SecretAskDelete asks before a secret is deleted.
func (h *Handlers) SecretAskDelete(x *handle.Exchange) error {
	if err := h.csms.BeginDelete(x.Context(), x.Caller, x.Region, csms.SecretID(x.Param("id"))); err != nil {
		return err
	}
	return h.askDelete(x, http.StatusOK, "")
}

func (h *Handlers) askDelete(x *handle.Exchange, status int, refusal string) error {
	m, err := h.readDetail(x)
	if err != nil {
		return err
	}
	return x.Page(status, page.SecretDeletePage(frame(x, "Delete "+m.Name+" | Secrets"), m, refusal))
}

// SecretDelete deletes a secret whose name was typed.
func (h *Handlers) SecretDelete(x *handle.Exchange) error {
	var in struct {
		Confirm string `form:"confirm"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	err := h.csms.DeleteSecret(x.Context(), x.Caller, x.Region, csms.SecretID(x.Param("id")), in.Confirm)
	if refusal, ok := handle.Refused(err); ok {
		message, _ := refusal.Field("confirm")
		if message == "" {
			return err
		}
		return h.askDelete(x, http.StatusUnprocessableEntity, message)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Secrets(x.Region), handle.Done("Secret "+in.Confirm+" was deleted"))
}
