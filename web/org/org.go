// Package org answers the addresses of Organizations: the organization with its units and accounts,
// invitations into it, and what joins, moves and leaves.
//
// Questions that end sharing are those of the Resource Access Manager, which knows what ends; they are
// pages. A form that came back is the page it stands on, with what was typed.
package org

import (
	"net/http"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/org"
	rampage "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// Handlers answer for the service.
type Handlers struct {
	org *org.Service
	ram *ram.Service
}

// New makes the handlers; sharing tells what leaving and removing end.
func New(svc *org.Service, sharing *ram.Service) *Handlers { return &Handlers{org: svc, ram: sharing} }

func frame(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaOrganizations, layout.ItemOrganization
	return f
}

// rights are what the caller's policies allow. The gate decides again.
func rights(x *handle.Exchange) page.Rights {
	may := func(action iam.Action) bool {
		return x.Caller.May(action, iam.URN{Service: "organizations", Account: x.Caller.Account, Type: "organization", ID: "*"})
	}
	return page.Rights{
		Create: may(org.ActionCreate), Delete: may(org.ActionDelete), Leave: may(org.ActionLeave),
		Invite: may(org.ActionInvite), Cancel: may(org.ActionCancel), Answer: may(org.ActionAccept) && may(org.ActionDecline),
		CreateUnit: may(org.ActionCreateUnit), RenameUnit: may(org.ActionRenameUnit), MoveUnit: may(org.ActionMoveUnit), DeleteUnit: may(org.ActionDeleteUnit),
		MoveAccount: may(org.ActionMove), RemoveAccount: may(org.ActionRemove), ListAccounts: may(org.ActionAccounts),
	}
}

func typed(r handle.Refusal, field, value string) page.Typed {
	message, code := r.Field(field)
	return page.Typed{Value: value, Error: message, Code: code}
}

// confirmed reports whether the name that the question asks for was typed. If not, it has answered.
func confirmed(x *handle.Exchange, title string, q rampage.Question) (ok bool, err error) {
	var in struct {
		Confirm string `form:"confirm"`
	}
	if err := x.Form(&in); err != nil {
		return false, err
	}
	if q.Confirm == "" || in.Confirm == q.Confirm {
		return true, nil
	}
	q.Refuse(in.Confirm)
	return false, x.Page(http.StatusUnprocessableEntity, rampage.QuestionPage(frame(x, title), q))
}
