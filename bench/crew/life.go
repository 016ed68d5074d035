package crew

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"github.com/google/uuid"

	"sharedkms/bench/browser"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

// life is a share of this caller's key, from the wizard to its end. Its stage is what is
// known to be so; states are what the database may say of the share and its principal.
type life struct {
	stage             stage
	name              string
	draft, version    string
	share, invitation string
	states            possible // "active/associating", …; empty before there is a share
	versions          possible // of the draft; empty without one
	ended             []string // shares whose deletion was acknowledged
}

type stage int

// The stages, in their order. At each the next act is that of its name.
const (
	begin stage = iota
	openDetails
	saveDetails
	openPermissions
	savePermissions
	openPrincipals
	savePrincipals
	openConfirm
	confirm
	findInvitation
	accept
	leave
	remove
	unsure // until the next inspection
)

// opening is the stage at which a step of the wizard is opened again.
func (s stage) opening() stage {
	switch s {
	case saveDetails, savePermissions, savePrincipals, confirm:
		return s - 1
	case unsure:
		return openConfirm
	}
	return s
}

// What the database says of a share and its one principal.
const (
	invited = "active/associating"
	joined  = "active/associated"
	left    = "active/disassociated"
	over    = "deleted/disassociated"
)

// steps are the pages of the wizard by the stage that opens each.
var steps = map[stage]string{openDetails: "details", openPermissions: "permissions", openPrincipals: "principals", openConfirm: "confirm"}

func (l *life) next(c *Caller) act {
	switch l.stage {
	case begin:
		return l.begin(c)
	case openDetails, openPermissions, openPrincipals, openConfirm:
		return l.open(c, steps[l.stage])
	case saveDetails:
		return l.save(c, "details", url.Values{"name": {l.name}, "pick": {c.key}})
	case savePermissions:
		return l.save(c, "permissions", url.Values{"permission": {permission}})
	case savePrincipals:
		return l.save(c, "principals", url.Values{"scope": {"any"}, "kind": {"account"}, "accounts": {string(c.pair.Partner.Account)}})
	case confirm:
		return l.confirm(c)
	case findInvitation:
		return l.find(c)
	case accept:
		return l.change(c, "accept share", &c.partner, to.InvitationAct(l.invitation, "accept"), joined, leave)
	case leave:
		return l.change(c, "leave share", &c.partner, to.ShareReceivedAct(l.share, "leave"), left, remove)
	case unsure:
		return c.page()
	}
	return l.change(c, "delete share", &c.owner, to.ShareAct(l.share, "delete"), over, begin)
}

// begin makes a draft. One that nobody heard of lies there until it lapses or Inspect
// discards it.
func (l *life) begin(c *Caller) act {
	return act{
		kind: Share, name: "begin share", by: &c.owner, path: to.ShareDrafts(), status: 303, form: url.Values{},
		done: func(a browser.Answer) error {
			m := draftAt.FindStringSubmatch(a.Location)
			if m == nil {
				return errors.New("a draft was made at " + a.Location)
			}
			*l = life{stage: openDetails, draft: m[1], name: fmt.Sprintf("crew-%d-%s", c.n, uuid.NewString()[:8]), ended: l.ended}
			return nil
		},
	}
}

var (
	draftAt   = regexp.MustCompile(`/drafts/([0-9a-f-]{36})/`)
	versionAt = regexp.MustCompile(`name="version" value="(\d+)"`)
	acceptAt  = regexp.MustCompile(`invitations/([0-9a-f-]{36})/accept`)
)

func (l *life) open(c *Caller, step string) act {
	return act{
		kind: Share, name: "open " + step, by: &c.owner, path: to.ShareDraft(l.draft, step), status: 200, read: true,
		done: func(a browser.Answer) error {
			m := versionAt.FindStringSubmatch(a.Body)
			if m == nil {
				return fmt.Errorf("the step %s has no version: %s", step, says(a.Body))
			}
			l.version, l.versions = m[1], possible{m[1]}
			l.stage++
			return nil
		},
	}
}

// save posts a step. One that was not heard of may still happen, at any later moment while its
// console has been killed and the database has not noticed: another draft is begun.
func (l *life) save(c *Caller, step string, form url.Values) act {
	form.Set("version", l.version)
	form.Set("do", "next")
	next := plusOne(l.version)
	return act{
		kind: Share, name: "save " + step, by: &c.owner, path: to.ShareDraft(l.draft, step), status: 303, form: form,
		done: func(browser.Answer) error { l.stage++; l.versions = possible{next}; return nil },
		lost: func() { *l = life{ended: l.ended} },
	}
}

// confirm makes the share.
func (l *life) confirm(c *Caller) act {
	return act{
		kind: Share, name: "submit share", by: &c.owner, path: to.ShareDraft(l.draft, "confirm"), status: 303, form: url.Values{"version": {l.version}},
		traced: []iam.AccountID{c.pair.Owner.Account, c.pair.Partner.Account},
		done: func(a browser.Answer) error {
			if l.share = lastSegment(a.Location); !store.IsUUID(l.share) {
				return errors.New("a share was made at " + a.Location)
			}
			l.stage, l.states, l.versions = findInvitation, possible{invited}, nil
			return nil
		},
		lost: func() { l.stage, l.states, l.versions = unsure, nil, nil },
	}
}

// find looks for the invitation, as the partner does.
func (l *life) find(c *Caller) act {
	return act{
		kind: Share, name: "find invitation", by: &c.partner, path: to.SharesPending() + "&q=" + l.name, status: 200, read: true,
		done: func(a browser.Answer) error {
			m := acceptAt.FindStringSubmatch(a.Body)
			if m == nil {
				return fmt.Errorf("no invitation to %s: %s", l.name, says(a.Body))
			}
			l.invitation = m[1]
			l.stage = accept
			return nil
		},
	}
}

func (l *life) change(c *Caller, name string, by *session, path, state string, next stage) act {
	both := []iam.AccountID{c.pair.Partner.Account, c.pair.Owner.Account}
	if by == &c.owner {
		slices.Reverse(both)
	}
	share := l.share
	a := act{
		kind: Share, name: name, by: by, path: path, status: 303, traced: both, form: url.Values{"confirm": {l.name}},
		done: func(browser.Answer) error {
			l.stage, l.states = next, possible{state}
			if state == over {
				*l = life{ended: append(l.ended, share)}
			}
			return nil
		},
		lost: func() { l.stage, l.states = unsure, append(l.states, state) },
	}
	if state == over {
		a.traced = both[:1] // whoever left is no party any more
	}
	return a
}
