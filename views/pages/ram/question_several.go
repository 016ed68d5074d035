package ram

import (
	"strconv"

	"sharedkms/internal/ram"
	"sharedkms/views/components/button"
	"sharedkms/views/components/dialog"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Acts on several rows, as forms name them in the field "do".
const (
	DoAccept = "accept"
	DoReject = "reject"
	DoRemove = "remove"
)

// sure tells the post of a question from that of a list.
var sure = dialog.Pair{Name: "sure", Value: "yes"}

// Several says how many rows one press of a button takes.
var Several = "At most " + strconv.Itoa(ram.MaxAtOnce) + " at a time."

// NewAnswer asks before several invitations are accepted or rejected.
func NewAnswer(list []ram.Invitation, accept bool) Question {
	n := count(len(list), "invitation", "invitations")
	q := Question{
		ID: "answer", Title: "Reject " + n + "?", Verb: "Reject", Stay: "Decide later", Action: to.InvitationsAnswer(), Back: to.SharesPending(),
		NotDone: "Nothing was answered", Crumbs: received(layout.Crumb{Text: "Reject"}), Strong: n, AsksWhy: true, Hidden: []dialog.Pair{{Name: "do", Value: DoReject}, sure},
		After: " " + verb(len(list), "is", "are") + " turned down. " + verb(len(list), "Its owner sees", "Their owners see") + " that you rejected.",
		Lines: []string{"Nothing of this account stops working. To get the keys later, the owner must share them again."},
	}
	if accept {
		q.Title, q.Verb, q.variant, q.AsksWhy = "Accept "+n+"?", "Accept", button.Primary, false
		q.Crumbs, q.Hidden[0].Value = received(layout.Crumb{Text: "Accept"}), DoAccept
		q.After = " " + verb(len(list), "is", "are") + " accepted. This account can use the keys at once, as far as each share's permission and its own policies allow."
		q.Lines = []string{"Nothing stops working. A share that was accepted can be left at any time."}
	}
	for _, i := range list {
		q.Names = append(q.Names, Name{i.ShareName, to.ShareReceived(string(i.Share)), "of " + i.OwnerName + ", " + offered(i.Keys) + "; " + onlyPermission(i.Permissions).Name})
		q.Hidden = append(q.Hidden, dialog.Pair{Name: "invitation", Value: string(i.ID)})
	}
	return q
}

// offered says in a line which keys an invitation brings.
func offered(keys []ram.Key) string {
	if len(keys) == 0 {
		return "no key now"
	}
	return keysOf(len(keys)) + ": " + keyNames(keys, 2)
}

// NewRemoval asks before several principals or keys are taken out of an own share. Its name must be
// typed when something stops working.
func NewRemoval(r ram.Removal) Question {
	id := string(r.Share)
	var what []string
	q := Question{
		ID: "remove", Verb: "Remove", Stay: "Keep them", Action: to.ShareRemove(id), Back: to.Share(id), NotDone: "Nothing was removed",
		Crumbs: shares(layout.Crumb{Text: r.ShareName, Href: to.Share(id)}, layout.Crumb{Text: "Remove"}), Stops: othersStop(r.Impact),
		Hidden: []dialog.Pair{{Name: "do", Value: DoRemove}, sure},
	}
	for _, p := range r.Principals {
		note := kindText(p.Kind)
		if p.State == ram.InvitationPending {
			note += ", its invitation is withdrawn"
		}
		q.Names = append(q.Names, Name{p.Name, "", note})
		q.Hidden = append(q.Hidden, dialog.Pair{Name: "principal", Value: string(p.ID)})
	}
	for _, k := range r.Resources {
		q.Names = append(q.Names, Name{withState(k.Key), "", "Key in " + k.Key.Region})
		q.Hidden = append(q.Hidden, dialog.Pair{Name: "resource", Value: string(k.ID)})
	}
	if n := len(r.Principals); n > 0 {
		what = append(what, count(n, "principal", "principals"))
	}
	if n := len(r.Resources); n > 0 {
		what = append(what, keysOf(n))
		q.Lines = append(q.Lines, "Keys stay with this account and work as before.")
	}
	q.Title = "Remove " + list(what) + " from " + r.ShareName + "?"
	q.lose(r.Impact, keysOf(len(r.Lost)), "Nobody loses access.")
	if r.Stops() > 0 {
		q.Confirm = r.ShareName
	}
	return q
}

// NewWithdrawal asks before a principal is taken out of all own shares. Its name must be typed when
// something stops working.
func NewWithdrawal(w ram.Withdrawal, principal string) Question {
	n := count(len(w.Shares), "share", "shares")
	q := Question{
		ID: "withdraw", Title: "Remove " + w.Name + " from " + n + "?", Verb: "Remove", Stay: "Keep the principal", Action: to.PrincipalWithdraw(principal),
		Back: to.SharedPrincipals(), NotDone: "The principal was not removed", Crumbs: PrincipalsByMe.crumbs(), Stops: othersStop(w.Impact),
		Strong: w.Name, After: " loses access to " + keysOf(len(w.Lost)) + " of " + n + " at once, and invitations that wait are withdrawn. You can share with it again at any time.",
	}
	for _, s := range w.Shares {
		note := ""
		if s.Waits {
			note = "invited, has not answered"
		}
		q.Names = append(q.Names, Name{s.Name, "", note})
		q.Hidden = append(q.Hidden, dialog.Pair{Name: "part", Value: string(s.Share) + "/" + string(s.Association)})
	}
	if w.More {
		q.Lines = append(q.Lines, "It is in more shares than these. "+Several)
	}
	if w.Stops() > 0 {
		q.Confirm = w.Name
	}
	return q
}
