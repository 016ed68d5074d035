package kms

import (
	"net/http"
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// KeyAsk asks before an act: enable, disable, delete or cancel-deletion.
func (h *Handlers) KeyAsk(act string) handle.Handler {
	return func(x *handle.Exchange) error { return h.ask(x, http.StatusOK, act, page.Typed{}) }
}

func (h *Handlers) ask(x *handle.Exchange, status int, act string, typed page.Typed) error {
	if err := h.kms.BeginChange(x.Context(), x.Caller, x.Region, id(x), actions[act]); err != nil {
		return err
	}
	d, err := h.kms.DescribeKey(x.Context(), x.Caller, x.Region, id(x), kms.WithImpact)
	if err != nil {
		return err
	}
	f := frame(x, d.Name+" | Keys")
	q, ok := page.NewQuestion(d, act, f.FormToken, typed)
	if !ok || d.Kind == kms.Default {
		// The key's state has moved on since the link was drawn; its page says where it is.
		return x.Redirect(to.Key(x.Region, x.Param("id")))
	}
	f.Title = q.Dialog.Title
	return x.Page(status, page.QuestionPage(f, q))
}

// KeyEnable lets a disabled key work again.
func (h *Handlers) KeyEnable(x *handle.Exchange) error {
	return finish(x, h.kms.EnableKey(x.Context(), x.Caller, x.Region, id(x)), "The key was enabled")
}

// KeyDisable stops all use of a key, when the tick says that the impact is understood.
func (h *Handlers) KeyDisable(x *handle.Exchange) error {
	var in struct {
		Understood string `form:"understood"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	if in.Understood == "" {
		return h.ask(x, http.StatusUnprocessableEntity, "disable", page.Typed{TickError: "Tick this to disable the key."})
	}
	return finish(x, h.kms.DisableKey(x.Context(), x.Caller, x.Region, id(x)), "The key was disabled")
}

// KeyDelete schedules the deletion of a key, when the word was typed.
func (h *Handlers) KeyDelete(x *handle.Exchange) error {
	var in struct {
		Days    string `form:"days"`
		Confirm string `form:"confirm"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	typed := page.Typed{Days: in.Days}
	days, err := strconv.Atoi(strings.TrimSpace(in.Days))
	if err != nil {
		days = 0 // out of range, so the domain says what is in it
	}
	if in.Confirm != "DELETE" {
		typed.ConfirmError = "Type DELETE in capital letters to schedule the deletion."
		return h.ask(x, http.StatusUnprocessableEntity, "delete", typed)
	}
	err = h.kms.ScheduleKeyDeletion(x.Context(), x.Caller, x.Region, id(x), days)
	if refusal, ok := handle.Refused(err); ok {
		if typed.DaysError, _ = refusal.Field("days"); typed.DaysError != "" {
			return h.ask(x, http.StatusUnprocessableEntity, "delete", typed)
		}
	}
	return finish(x, err, "The deletion of the key was scheduled")
}

// KeyCancelDeletion keeps a key that is pending deletion.
func (h *Handlers) KeyCancelDeletion(x *handle.Exchange) error {
	return finish(x, h.kms.CancelKeyDeletion(x.Context(), x.Caller, x.Region, id(x)), "The deletion was cancelled; the key is disabled")
}

func finish(x *handle.Exchange, err error, done string) error {
	if err != nil {
		return err
	}
	return x.Redirect(to.Key(x.Region, x.Param("id")), handle.Done(done))
}

// actions are what the acts take.
var actions = map[string]iam.Action{
	"enable": kms.ActionEnable, "disable": kms.ActionDisable, "delete": kms.ActionUpdate, "cancel-deletion": kms.ActionUpdate,
}
