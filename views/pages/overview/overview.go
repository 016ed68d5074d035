// Package overview shows the first page after sign-in: what needs a decision, what is shared
// with this account and by it, its keys by state, and in the demo world the guided tour.
package overview

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/demo"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/views/components/button"
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
	Open      string // how many decisions there are: "3 open", "8 of 100+ open"
	Rest      []Rest // kinds of decisions of which not all are shown
	Shared    *Shared
	Shares    *Shares
	States    []State
	Expiring  []Expiring
	Tour      []steps.Step
	TourNote  string
	ShowsKeys bool

	total int // decisions that are open, shown or not
	more  bool
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
	DoHref    string // where Do asks first; empty when it posts, or the caller may not
	Action    string // POST; empty when Do asks first, or the caller may not
	Other     string // second act, which asks first; empty for none
	OtherHref string
	ViewHref  string // empty for none
}

func (d Decision) variant() button.Variant {
	if d.Primary {
		return button.Primary
	}
	return button.Secondary
}

// Rest says how many decisions of a kind are shown, and where all of them are.
type Rest struct {
	Text  string // "3 of 12 invitations are shown."
	Links []Link
}

// Link leads to a list.
type Link struct{ Text, Href string }

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
type Expiring struct {
	Name, Href, Note string

	at time.Time
}

// Rights are what the caller may do with what waits.
type Rights struct{ Accept, Reject, CancelDeletion bool }

// New begins the view.
func New(account, region string) View {
	return View{Open: "0 open", Region: region, Lead: "What waits for " + account + ", and what it shares. Region " + region + " where a region matters."}
}

// AddInvitations adds those that wait for an answer; total is how many do.
func (v *View) AddInvitations(list []ram.Waiting, total int, r Rights, now time.Time) {
	for i, w := range list {
		d := Decision{
			Status: label.Status(label.Violet, "Invitation pending"),
			Until:  "expires " + when.Distance(w.ExpiresAt, now) + ", on " + when.Text(w.ExpiresAt),
			Name:   w.OwnerName, Text: "wants to share " + keyList(w.Keys) + ".",
			Note: "Resource share " + w.ShareName + ", owner", ID: string(w.Owner), IDWhat: "Copy account ID of " + w.OwnerName,
			Primary: i == 0, ViewHref: to.ShareReceived(string(w.Share)),
		}
		if r.Accept {
			d.Do, d.DoLabel, d.DoHref = "Accept…", "Accept… "+w.ShareName, to.InvitationAct(string(w.ID), "accept")
		}
		if r.Reject {
			d.Other, d.OtherHref = "Reject…", to.InvitationAct(string(w.ID), "reject")
		}
		v.Decisions = append(v.Decisions, d)
		v.expires(Expiring{w.ShareName, d.ViewHref, "invitation, expires " + when.Distance(w.ExpiresAt, now), w.ExpiresAt})
	}
	if total > len(list) {
		v.Rest = append(v.Rest, Rest{
			fmt.Sprintf("%d of %s invitations are shown.", len(list), capped(total, ram.WaitingCap)),
			[]Link{{"All that wait", to.SharesPending()}},
		})
	}
	v.count(min(total, ram.WaitingCap), total > ram.WaitingCap)
}

// AddOrganizations adds invitations into organizations, at most n of them. Joining is decided on
// the page that says what it means.
func (v *View) AddOrganizations(list []org.Invitation, n int, now time.Time) {
	for _, i := range list[:min(len(list), n)] {
		v.Decisions = append(v.Decisions, Decision{
			Status: label.Status(label.Violet, "Invitation into an organization"),
			Until:  "expires " + when.Distance(i.ExpiresAt, now) + ", on " + when.Text(i.ExpiresAt),
			Name:   i.SenderName, Text: "asks this account to join the organization " + i.OrganizationName + ".",
			Note: "Sent by account", ID: string(i.Sender), IDWhat: "Copy account ID of " + i.SenderName, Other: "See and answer", OtherHref: to.Organization(),
		})
		v.expires(Expiring{i.OrganizationName, to.Organization(), "invitation into the organization, expires " + when.Distance(i.ExpiresAt, now), i.ExpiresAt})
	}
	if len(list) > n {
		v.Rest = append(v.Rest, Rest{
			fmt.Sprintf("%d of %d invitations into organizations are shown.", n, len(list)),
			[]Link{{"All that wait", to.Organization()}},
		})
	}
	v.count(len(list), false)
}

// expires adds to what ends by itself, the first to end first.
func (v *View) expires(e Expiring) {
	v.Expiring = append(v.Expiring, e)
	slices.SortStableFunc(v.Expiring, func(a, b Expiring) int { return a.at.Compare(b.at) })
}

// AddEnding adds shares, given and received, that end soon.
func (v *View) AddEnding(list []ram.Ending, now time.Time) {
	for _, e := range list {
		one := Expiring{e.Name, to.ShareReceived(string(e.Share)), "received share, ends " + when.Distance(e.EndsAt, now), e.EndsAt}
		if e.Given {
			one.Href, one.Note = to.Share(string(e.Share)), "share, ends "+when.Distance(e.EndsAt, now)
		}
		if e.Part != "" {
			one.Note = "access of one principal, ends " + when.Distance(e.EndsAt, now)
		}
		v.expires(one)
	}
}

// count adds to how many decisions there are. It is called once for each kind, after the kind's
// decisions were added.
func (v *View) count(total int, more bool) {
	v.total, v.more = v.total+total, v.more || more
	v.Open = strconv.Itoa(v.total)
	if v.more {
		v.Open += "+"
	}
	if v.more || v.total > len(v.Decisions) {
		v.Open = strconv.Itoa(len(v.Decisions)) + " of " + v.Open
	}
	v.Open += " open"
}

// capped writes a number that was counted up to limit only.
func capped(n, limit int) string {
	switch {
	case n <= limit:
		return strconv.Itoa(n)
	case limit < 1000:
		return strconv.Itoa(limit) + "+"
	}
	return fmt.Sprintf("%d,%03d+", limit/1000, limit%1000)
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
			name := k.Name
			if k.State != string(kms.Enabled) {
				name += " (" + inWords(k.State) + ")"
			}
			names = append(names, name)
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

// inWords writes the state of a key that cannot be used.
func inWords(state string) string { return strings.ReplaceAll(state, "_", " ") }

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
		v.expires(Expiring{k.Name, href, "key, deleted " + when.Distance(*k.DeletionAt, now), *k.DeletionAt})
	}
	v.countDue(o)
	v.Shared = &Shared{AllHref: to.SharedKeys(v.Region)}
	for _, k := range o.Shared {
		how := "through the organization"
		if k.Invited {
			how = "invitation accepted"
		}
		if k.State != kms.Enabled {
			how += "; " + inWords(string(k.State)) + " now"
		}
		v.Shared.Keys = append(v.Shared.Keys, Key{string(k.ID), k.Name, to.Key(v.Region, string(k.ID)), k.OwnerName, string(k.Owner), how, k.Since})
	}
	looks := map[kms.State]templ.Component{
		kms.Enabled: label.Status(label.Green, "Enabled"), kms.Disabled: label.Status(label.Grey, "Disabled"),
		kms.PendingDeletion: label.Status(label.Amber, "Pending deletion"), kms.PendingImport: label.With(label.Violet, icon.Download, "Pending import"),
	}
	for _, s := range kms.States {
		v.States = append(v.States, State{looks[s], capped(o.States[s], kms.CountCap), to.Keys(v.Region) + "?status=" + string(s)})
	}
}

// countDue says how many keys are pending deletion, and links the lists of their regions when
// not all of them are shown.
func (v *View) countDue(o kms.Overview) {
	total, more := 0, false
	var links []Link
	for _, region := range slices.Sorted(maps.Keys(o.Pending)) {
		n := o.Pending[region]
		if n == 0 {
			continue
		}
		total, more = total+min(n, kms.CountCap), more || n > kms.CountCap
		links = append(links, Link{capped(n, kms.CountCap) + " in " + region, to.Keys(region) + "?status=" + string(kms.PendingDeletion)})
	}
	if more || total > len(o.Due) {
		text := strconv.Itoa(total)
		if more {
			text += "+"
		}
		v.Rest = append(v.Rest, Rest{fmt.Sprintf("%d of %s keys pending deletion are shown. All of them:", len(o.Due), text), links})
	}
	v.count(total, more)
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
