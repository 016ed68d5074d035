package ram

import (
	"sharedkms/internal/ram"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// NewDeleteShare asks before an own share is deleted. The name must be typed when somebody is in it.
func NewDeleteShare(i ram.Impact) Question {
	id := string(i.Share)
	q := Question{
		ID: "delete-share", Title: "Delete " + i.Name + "?", Verb: "Delete", Stay: "Keep the share",
		Action: to.ShareAct(id, "delete"), Back: to.Share(id), NotDone: "The share was not deleted",
		Crumbs: shares(layout.Crumb{Text: i.ShareName, Href: to.Share(id)}, layout.Crumb{Text: "Delete"}),
		Stops:  othersStop(i),
		Lines:  []string{"The keys and everything protected by them stay as they are. The share is shown for 48 h more. It cannot be brought back; until then, Create from this share on its page copies it into a new draft."},
	}
	q.lose(i, keysOf(len(i.Lost)), "Nobody is in this share.")
	if len(i.Reached) > 0 {
		q.Confirm = i.ShareName
	}
	return q
}

// VerbCancel is the verb when what is removed is an invitation that waits.
const VerbCancel = "Cancel invitation"

// NewRemovePrincipal asks before a principal is taken out of an own share. Its name must be typed when
// something stops working.
func NewRemovePrincipal(i ram.Impact, association string) Question {
	id := string(i.Share)
	q := Question{
		ID: "remove-principal", Title: "Remove " + i.Name + " from " + i.ShareName + "?", Verb: "Remove", Stay: "Keep the principal",
		Action: to.SharePrincipalRemove(id, association), Back: to.Share(id), NotDone: "The principal was not removed",
		Crumbs: shares(layout.Crumb{Text: i.ShareName, Href: to.Share(id)}, layout.Crumb{Text: "Remove principal"}),
		Stops:  othersStop(i), Strong: i.Name,
	}
	access, invited := reached(i)
	switch {
	case access > 0:
		q.After = " loses access to " + keysOf(len(i.Lost)) + " at once. You can share with it again at any time."
	case invited > 0:
		q.Title, q.Verb, q.Stay = "Cancel the invitation to "+i.Name+"?", VerbCancel, "Keep the invitation"
		q.NotDone = "The invitation was not cancelled"
		q.After = " has not answered yet. Its invitation is withdrawn; nobody loses access."
	default:
		q.After = " has no access through this share now."
	}
	if i.Stops() > 0 {
		q.Confirm = i.Name
	}
	return q
}

// NewUntag asks before a tag of an own share is deleted.
func NewUntag(s ram.Share, t ram.Tag) Question {
	id := string(s.ID)
	return Question{
		ID: "untag", Title: "Delete tag " + t.Key + "?", Verb: "Delete", Stay: "Keep the tag",
		Action: to.ShareUntag(id, t.Key), Back: to.Share(id), NotDone: "The tag was not deleted",
		Crumbs: shares(layout.Crumb{Text: s.Name, Href: to.Share(id)}, layout.Crumb{Text: "Delete tag"}),
		Before: "The tag ", Strong: tagText(t.Key, t.Value), After: " is taken off " + s.Name + ". Who has access stays as it is.",
	}
}

// CopyNotice says what of a share is in the draft made from it.
func CopyNotice(leftKeys, leftPrincipals int) string {
	text := "This draft holds what the share holds. Nobody has access through it until you submit it"
	var left []string
	if leftKeys > 0 {
		left = append(left, keysOf(leftKeys))
	}
	if leftPrincipals > 0 {
		left = append(left, count(leftPrincipals, "principal", "principals"))
	}
	if len(left) > 0 {
		text += ". Left out: " + list(left) + " that cannot be added now, or beyond 20 at a time"
	}
	return text
}

// NewRemoveResource asks before a key is taken out of an own share. Its name must be typed when
// something stops working.
func NewRemoveResource(i ram.Impact, association string) Question {
	id := string(i.Share)
	q := Question{
		ID: "remove-resource", Title: "Remove key " + i.Name + " from " + i.ShareName + "?", Verb: "Remove", Stay: "Keep the key",
		Action: to.ShareResourceRemove(id, association), Back: to.Share(id), NotDone: "The key was not removed",
		Crumbs: shares(layout.Crumb{Text: i.ShareName, Href: to.Share(id)}, layout.Crumb{Text: "Remove key"}),
		Stops:  othersStop(i),
		Lines:  []string{"The key itself stays with this account and works as before."},
	}
	q.lose(i, "this key", "Nobody has access to this key through this share.")
	if i.Stops() > 0 {
		q.Confirm = i.Name
	}
	return q
}

// reached counts principals that have access and those whose invitation waits.
func reached(i ram.Impact) (access, invited int) {
	for _, p := range i.Reached {
		switch p.State {
		case ram.AccessAtOnce, ram.Accepted:
			access++
		case ram.InvitationPending:
			invited++
		}
	}
	return access, invited
}

// lose says who loses access to what, and which invitations end with it.
func (q *Question) lose(i ram.Impact, what, nobody string) {
	access, invited := reached(i)
	withdrawn := count(invited, "invitation that waits is", "invitations that wait are") + " withdrawn."
	switch {
	case access > 0:
		q.Strong = count(access, "principal", "principals")
		q.After = " " + verb(access, "loses", "lose") + " access to " + what + " at once, for all " + verb(access, "its", "their") + " users."
		if invited > 0 && q.ID == "delete-share" {
			q.After += " " + withdrawn
		}
	case invited > 0 && q.ID == "delete-share":
		q.Before = "Nobody has access through this share yet. " + withdrawn
	default:
		q.Before = nobody
	}
}
