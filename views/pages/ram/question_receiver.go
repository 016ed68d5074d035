package ram

import (
	"strings"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/components/button"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// NewAccept asks before an invitation is accepted: who the owner is, which keys, what is allowed.
func NewAccept(i ram.Invitation, now time.Time) Question {
	keys := "This account gets " + keysOf(len(i.Keys)) + " at once: " + keyNames(i.Keys, ram.MaxKeys) + "."
	if len(i.Keys) == 0 {
		keys = "The share holds no key now; this account gets those that the owner adds."
	}
	if i.EndsAt != nil {
		keys += " Access " + ends(i.EndsAt, now) + "."
	}
	return Question{
		ID: "accept", Title: "Accept " + i.ShareName + "?", Verb: "Accept", Stay: "Decide later", variant: button.Primary,
		Action: to.InvitationAct(string(i.ID), "accept"), Back: to.SharesPending(), NotDone: "The invitation was not accepted",
		Crumbs: received(layout.Crumb{Text: i.ShareName, Href: to.ShareReceived(string(i.Share))}, layout.Crumb{Text: "Accept"}),
		Before: "The owner of the share is ", Strong: i.OwnerName, After: ", account " + string(i.Owner) + ".",
		Lines: []string{keys, allowed(onlyPermission(i.Permissions)), notAllowed(onlyPermission(i.Permissions)), "Nothing stops working. A share that was accepted can be left at any time."},
	}
}

// allowed says in a sentence what a permission comes to, and notAllowed what it leaves out.
func allowed(p Permission) string {
	return "Its permission, " + p.Name + ", allows this account to: " + inOne(p.May)
}

func notAllowed(p Permission) string {
	return "It does not allow this account to: " + inOne(p.MayNot)
}

func inOne(sentences []ram.Sentence) string {
	words := make([]string, len(sentences))
	for n, s := range sentences {
		words[n] = strings.ToLower(s.Text[:1]) + s.Text[1:]
	}
	return strings.Join(words, "; ") + "."
}

// NewReject asks before an invitation is turned down.
func NewReject(i ram.Invitation) Question {
	return Question{
		ID: "reject", Title: "Reject " + i.ShareName + "?", Verb: "Reject", Stay: "Decide later",
		Action: to.InvitationAct(string(i.ID), "reject"), Back: to.SharesPending(), NotDone: "The invitation was not rejected",
		Crumbs: received(layout.Crumb{Text: i.ShareName, Href: to.ShareReceived(string(i.Share))}, layout.Crumb{Text: "Reject"}),
		Before: "This account does not get " + keysOf(len(i.Keys)) + " of ", Strong: i.OwnerName, After: ", who sees that you rejected.", AsksWhy: true,
		Lines: []string{"Nothing of this account stops working. To get the keys later, the owner must share them again."},
	}
}

// NewLeave asks before account leaves a share. The name must be typed when something stops working.
func NewLeave(i ram.Impact, account string) Question {
	id := string(i.Share)
	q := Question{
		ID: "leave", Title: "Leave " + i.Name + "?", Verb: "Leave", Stay: "Stay in the share",
		Action: to.ShareReceivedAct(id, "leave"), Back: to.ShareReceived(id), NotDone: "The share was not left",
		Crumbs: received(layout.Crumb{Text: i.Name, Href: to.ShareReceived(id)}, layout.Crumb{Text: "Leave"}),
		Stops:  ownStops(i),
	}
	if len(i.Lost) > 0 {
		q.Before = account + " loses " + keysOf(len(i.Lost)) + " of "
		q.Strong, q.After = i.OwnerName, " at once, for all its users. To come back, the owner must share "+verb(len(i.Lost), "it", "them")+" again and you must accept."
	} else {
		q.Before, q.Strong, q.After = account+" leaves this share of ", i.OwnerName, "."
	}
	var losses []string
	for _, k := range i.Kept {
		q.Keeps.Lines = append(q.Keeps.Lines, withState(k.Key)+" is also shared with you"+through(k.Path)+", by the share "+k.Name+".")
		if len(k.Lost) > 0 {
			actions := make([]string, len(k.Lost))
			for n, a := range k.Lost {
				actions[n] = strings.TrimPrefix(string(a), "kms:cmk:")
			}
			losses = append(losses, "What you lose of "+withState(k.Key)+": "+strings.Join(actions, ", ")+", which only this share allows.")
		}
	}
	if n := len(i.Kept); n > 0 {
		q.Keeps.Title = "You keep access to " + keysOf(n)
	}
	if i.OwnCount() == 0 {
		q.Lines = append(q.Lines, "Nothing of this account stops working.")
	} else {
		q.Confirm = i.Name
	}
	q.Lines = append(q.Lines, losses...)
	return q
}

func through(path ram.PrincipalKind) string {
	if path == ram.KindUnit || path == ram.KindOrganization {
		return " through the organization"
	}
	return ""
}
