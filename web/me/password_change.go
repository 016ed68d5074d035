package me

import (
	"net/http"

	"sharedkms/internal/fault"
	page "sharedkms/views/pages/me"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// PasswordForm shows the form; a user with a one-time password sees nothing else before it is
// changed.
func (h *Handlers) PasswordForm(x *handle.Exchange) error {
	return passwordPage(x, http.StatusOK, handle.Refusal{})
}

type passwordForm struct {
	Current string `form:"current"`
	New     string `form:"new"`
	Again   string `form:"again"`
}

// PasswordChange sets the new password, which ends the user's other sign-ins, but no calendar
// links; both pages say so.
func (h *Handlers) PasswordChange(x *handle.Exchange) error {
	var in passwordForm
	if err := x.Form(&in); err != nil {
		return err
	}
	err := error(fault.InField("again", "", "This is not the same as the new password."))
	if in.New == in.Again {
		err = h.iam.ChangePassword(x.Context(), x.Caller, in.Current, in.New)
	}
	if refusal, ok := handle.Refused(err); ok {
		return passwordPage(x, http.StatusUnprocessableEntity, refusal)
	}
	if err != nil {
		return err
	}
	next := to.Me()
	if x.Caller.MustChangePassword {
		next = to.Overview()
	}
	done := handle.Done("The password was changed; other sign-ins were ended. Calendar links stay valid until you revoke them")
	done.LinkText, done.LinkHref = "Calendar links", to.Me()+"#calendar"
	return x.Redirect(next, done)
}

func passwordPage(x *handle.Exchange, status int, refusal handle.Refusal) error {
	field := func(name string) page.Input {
		message, code := refusal.Field(name)
		return page.Input{Error: message, Code: code}
	}
	return x.Page(status, page.Password(frame(x, "Change password"), page.PasswordView{
		Must: x.Caller.MustChangePassword, Current: field("current"), New: field("new"), Again: field("again"),
		Problems: refusal.Problems(
			handle.Label{Field: "current", Text: "Current password"}, handle.Label{Field: "new", Text: "New password"}, handle.Label{Field: "again", Text: "New password again"}),
	}))
}
