// Package overview shows the first page after sign-in: what needs a decision, what is shared
// with this account and by it, its keys by state, and in the demo world the guided tour.
package overview

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/demo"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/components/steps"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// View is the page. A part that the caller may not see is nil.
type View struct {
	Lead      string
	Region    string
	Decisions []Decision
	Shared    *Shared
	Shares    *Shares
	States    []State
	Expiring  []Expiring
	Tour      []steps.Step
	TourNote  string
	ShowsKeys bool
}

// Decision is one thing that waits for the account.
type Decision struct {
	Status templ.Component
	Until  string
	Text   string // with Name in bold before it
	Name   string
	Note   string
	ID     string // copyable, of the owner; empty for none
	IDWhat string

	Primary   bool // the one primary button of the page
	Do        string
	DoLabel   string
	Action    string // POST; empty when the caller may not
	Other     string // second act, which asks first; empty for none
	OtherHref string
	ViewHref  string
}

// Shared lists the newest foreign keys.
type Shared struct {
	AllHref string
	Keys    []Key
}

// Key is a foreign key.
type Key struct {
	ID, Name, Href, Owner, OwnerID, How string
	Since                               time.Time
}

// Shares lists the newest own shares.
type Shares struct {
	AllHref string
	Shares  []Share
}

// Share is an own share.
type Share struct{ Name, Href, Keys, Principals, Note string }

// State is a count of keys.
type State struct {
	Status templ.Component
	Count  string
	Href   string
}

// Expiring is something that ends by itself.
type Expiring struct{ Name, Href, Note string }

// Rights are what the caller may do with what waits.
type Rights struct{ Accept, Reject, CancelDeletion bool }

// New begins the view.
func New(account, region string) View {
	return View{Region: region, Lead: "What waits for " + account + ", and what it shares. Region " + region + " where a region matters."}
}

// AddInvitations adds those that wait for an answer.
func (v *View) AddInvitations(list []ram.Waiting, r Rights, now time.Time) {
	for i, w := range list {
		d := Decision{
			Status: label.Status(label.Violet, "Invitation pending"),
			Until:  "expires " + when.Distance(w.ExpiresAt, now) + ", on " + when.Text(w.ExpiresAt),
			Name:   w.OwnerName, Text: "wants to share " + keyList(w.Keys) + ".",
			Note: "Resource share " + w.ShareName + ", owner", ID: string(w.Owner), IDWhat: "Copy account ID of " + w.OwnerName,
			Primary: i == 0, ViewHref: to.ShareReceived(string(w.Share)),
		}
		if r.Accept {
			d.Do, d.DoLabel, d.Action = "Accept", "Accept "+w.ShareName, to.InvitationAct(string(w.ID), "accept")
		}
		if r.Reject {
			d.Other, d.OtherHref = "Reject…", to.InvitationAct(string(w.ID), "reject")
		}
		v.Decisions = append(v.Decisions, d)
		v.Expiring = append(v.Expiring, Expiring{w.ShareName, d.ViewHref, "invitation, expires " + when.Distance(w.ExpiresAt, now)})
	}
}

// keyList names up to 3 keys, and the region when it is the same for all.
func keyList(keys []ram.Key) string {
	text := plural(len(keys), "key", "keys") + " with this account"
	if len(keys) == 0 {
		return text
	}
	var names []string
	one := true
	for i, k := range keys {
		if i < 3 {
			names = append(names, k.Name)
		}
		one = one && k.Region == keys[0].Region
	}
	if more := len(keys) - len(names); more > 0 {
		names = append(names, strconv.Itoa(more)+" more")
	}
	text += ": " + join(names)
	if one {
		text += ", in " + keys[0].Region
	}
	return text
}

func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// AddKeys adds what the account has and was given; a key pending deletion needs a decision.
func (v *View) AddKeys(o kms.Overview, r Rights, now time.Time) {
	v.ShowsKeys = true
	for _, k := range o.Due {
		href := to.Key(k.Region, string(k.ID))
		d := Decision{
			Status: label.Status(label.Amber, "Pending deletion"),
			Until:  "deleted for good " + when.Distance(*k.DeletionAt, now) + ", on " + when.Text(*k.DeletionAt),
			Name:   k.Name, Text: stops(k.Dependents), ViewHref: href,
		}
		if r.CancelDeletion {
			d.Do, d.DoLabel, d.Action = "Cancel deletion", "Cancel deletion of "+k.Name, to.KeyAct(k.Region, string(k.ID), "cancel-deletion")
		}
		v.Decisions = append(v.Decisions, d)
		v.Expiring = append(v.Expiring, Expiring{k.Name, href, "key, deleted " + when.Distance(*k.DeletionAt, now)})
	}
	v.Shared = &Shared{AllHref: to.SharedKeys(v.Region)}
	for _, k := range o.Shared {
		how := "through the organization"
		if k.Invited {
			how = "invitation accepted"
		}
		v.Shared.Keys = append(v.Shared.Keys, Key{string(k.ID), k.Name, to.Key(v.Region, string(k.ID)), k.OwnerName, string(k.Owner), how, k.Since})
	}
	looks := map[kms.State]templ.Component{
		kms.Enabled: label.Status(label.Green, "Enabled"), kms.Disabled: label.Status(label.Grey, "Disabled"),
		kms.PendingDeletion: label.Status(label.Amber, "Pending deletion"), kms.PendingImport: label.With(label.Violet, icon.Download, "Pending import"),
	}
	for _, s := range kms.States {
		count := strconv.Itoa(o.States[s])
		if o.States[s] > kms.CountCap {
			count = "1,000+"
		}
		v.States = append(v.States, State{looks[s], count, to.Keys(v.Region) + "?status=" + string(s)})
	}
}

// stops says what depends on a key that is about to go.
func stops(d keyuse.Dependents) string {
	own := plural(d.Own, "secret", "secrets") + " of this account"
	others := plural(d.Others, "secret", "secrets") + " of " + plural(d.OtherAccounts, "other account", "other accounts")
	switch {
	case d.Own > 0 && d.Others > 0:
		return "is still used by " + own + " and by " + others + "."
	case d.Own > 0:
		return "is still used by " + own + "."
	case d.Others > 0:
		return "is still used by " + others + "."
	}
	return "protects nothing at present."
}

// AddShares adds the account's own shares.
func (v *View) AddShares(list []ram.NewestShare) {
	v.Shares = &Shares{AllHref: to.Shares()}
	for _, s := range list {
		row := Share{Name: s.Name, Href: to.Share(string(s.ID)), Keys: strconv.Itoa(s.Keys), Principals: plural(s.Principals, "principal", "principals")}
		if s.Waiting > 0 {
			row.Note = plural(s.Waiting, "invitation waits", "invitations wait")
		}
		v.Shares.Shares = append(v.Shares.Shares, row)
	}
}

// AddTour adds the guided tour; the first step that is not done is the next.
func (v *View) AddTour(done [demo.TourSteps]bool) {
	v.Tour = []steps.Step{
		{Title: "Create a key", Href: to.KeyNew(v.Region), Text: "It never leaves the console; others can only use it."},
		{Title: "Share it with an account", Href: to.Shares(), Text: "By account ID, or through the organization."},
		{Title: "Accept an invitation", Href: to.SharesPending(), Text: "Switch to the account that was invited."},
		{Title: "Protect a secret with a shared key", Href: to.SecretNew(v.Region), Text: "Choose the key from the list or by its ID."},
		{Title: "Leave the share and look again", Href: to.SharesReceived(), Text: "The value can no longer be read."},
	}
	n, next := 0, true
	for i := range v.Tour {
		switch {
		case done[i]:
			v.Tour[i].State = steps.Done
			n++
		case next:
			v.Tour[i].State, next = steps.Current, false
		}
	}
	v.TourNote = fmt.Sprintf("%d of %d done", n, len(v.Tour))
}
