package kms

import (
	"strconv"

	"sharedkms/internal/kms"
	"sharedkms/views/components/button"
	"sharedkms/views/components/dialog"
	"sharedkms/views/components/field"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Question is what is asked before an act on a key: shown as a dialog of the key's page, or as a page.
type Question struct {
	Act        string // "disable", the last part of the address
	Key        string
	Dialog     dialog.Props
	Losing     bool   // things stop; Stops says which
	Before     string // what the act does
	Shared     string // in how many shares the key is, and whom they reach; empty when it is in none
	Stops      []stop
	After      string // what stays, and what undoes it
	Days       *field.Props
	Understood *field.Props
}

// Typed is what came back with a refused answer.
type Typed struct{ Days, DaysError, ConfirmError, TickError string }

// NewQuestion words the question before act; ok is false when the key's state has no such act.
func NewQuestion(d kms.Detail, act, token string, t Typed) (q Question, ok bool) {
	q = Question{Act: act, Key: d.Name, Dialog: dialog.Props{
		ID: act, Action: to.KeyAct(d.Region, string(d.ID), act), Token: token, Back: to.Key(d.Region, string(d.ID)),
	}}
	p := &q.Dialog
	switch {
	case act == "enable" && d.State == kms.Disabled:
		p.Title, p.Verb, p.Stay, p.Variant, p.Small = "Enable "+d.Name+"?", "Enable", "Leave it disabled", button.Primary, true
		q.Before = "The key works again at once, for this account and for every account it is shared with. What it protects becomes readable again."
	case act == "cancel-deletion" && d.State == kms.PendingDeletion:
		p.Title, p.Verb, p.Stay, p.Variant, p.Small = "Cancel the deletion of "+d.Name+"?", "Cancel deletion", "Leave it scheduled", button.Primary, true
		q.Before = "The key is kept. It is disabled afterwards, not enabled: enable it to use it again."
	case act == "disable" && d.State == kms.Enabled:
		p.Title, p.Verb, p.Stay = "Disable "+d.Name+"?", "Disable", "Leave it enabled"
		q.Before = "All cryptography with this key stops at once, for this account and for every account it is shared with."
		q.Shared, q.Stops = shared(d), stops(d.Impact)
		q.After = "Nothing is lost: enabling the key brings everything back. A disabled key still counts towards the quota."
		q.Understood = &field.Props{Required: true, Error: t.TickError}
	case act == "delete" && d.State != kms.PendingDeletion:
		p.Title, p.Verb, p.Stay, p.Confirm, p.Error = "Schedule the deletion of "+d.Name+"?", "Schedule deletion", "Keep the key", "DELETE", t.ConfirmError
		q.Before = "The key stops working at once. When the waiting time is over its material is destroyed, and everything encrypted with it is lost for good."
		q.Shared, q.Stops = shared(d), stops(d.Impact)
		q.After = "Until then the deletion can be cancelled."
		days := t.Days
		if days == "" {
			days = strconv.Itoa(30)
		}
		q.Days = &field.Props{
			Value: days, Type: "number", Required: true, Error: t.DaysError, Code: codeOf(t.DaysError, "KMS.1401"),
			Help: strconv.Itoa(kms.DeletionDaysMin) + " to " + strconv.Itoa(kms.DeletionDaysMax) + " days from now.",
		}
	default:
		return q, false
	}
	return q, true
}

// shared says whom a key is shared with, in numbers.
func shared(d kms.Detail) string {
	upTo := func(n int, one, many string) string {
		if n > kms.SharesShown {
			return "more than " + count(kms.SharesShown, one, many)
		}
		return count(n, one, many)
	}
	switch n := d.Sharing; {
	case d.SharesHidden:
		return "Your policies do not show whether this key is shared. Whoever it is shared with cannot use it any more."
	case n.Shares == 0:
		return ""
	case n.Principals == 0:
		return "In " + upTo(n.Shares, "share", "shares") + ", reaching no principal now."
	default:
		return "In " + upTo(n.Shares, "share", "shares") + ", reaching " + upTo(n.Principals, "principal", "principals") + ". None of them can use the key any more."
	}
}

func codeOf(message, c string) string {
	if message == "" {
		return ""
	}
	return c
}

func questionCrumbs(f layout.Frame, q Question) []layout.Crumb {
	return keys(f.Region, layout.Crumb{Text: q.Key, Href: q.Dialog.Back}, layout.Crumb{Text: q.Dialog.Verb})
}
