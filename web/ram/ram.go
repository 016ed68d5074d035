// Package ram answers the addresses of the Resource Access Manager: own shares and the wizard that
// creates them, invitations, and received shares.
//
// A step of the wizard is an address of a draft. GET shows what is saved; POST saves and answers 303,
// to the next step when Next was pressed, to the same step when it was a named button inside the step.
// Region and search of the key picker are no part of the draft; they live in the step's query.
//
// Questions (delete, remove, reject, leave) are pages. When htmx asks for one as the target "ask", the
// answer is the same question as a dialog.
package ram

import (
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"

	"sharedkms/views/layout"
	"sharedkms/web/handle"
)

// pageSize is how many rows a list shows.
const pageSize = 50

// Handlers answer for the service.
type Handlers struct{ ram *ram.Service }

// New makes the handlers.
func New(svc *ram.Service) *Handlers { return &Handlers{ram: svc} }

func frameByMe(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaSharing, layout.ItemSharesByMe
	return f
}

func frameWithMe(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaSharing, layout.ItemSharesWithMe
	return f
}

// frameOf is the frame of a list that stands in the side menu as item.
func frameOf(x *handle.Exchange, title string, item layout.Item) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaSharing, item
	return f
}

// mayShare reports whether the caller's policies allow action on an own share.
func mayShare(x *handle.Exchange, action iam.Action, id string) bool {
	return x.Caller.May(action, iam.URN{Service: "ram", Account: x.Caller.Account, Type: iam.TypeShare, ID: id})
}

// rights are what the caller's policies allow on an own share.
func rights(x *handle.Exchange, id string) page.Rights {
	return page.Rights{
		Create: mayShare(x, ram.ActionCreate, "*"), Update: mayShare(x, ram.ActionUpdate, id), Delete: mayShare(x, ram.ActionDelete, id),
		Remove: mayShare(x, ram.ActionDisassociate, id), Add: mayShare(x, ram.ActionAssociate, id), Replace: mayShare(x, ram.ActionReplace, id),
		Tag: mayShare(x, ram.ActionTag, id), Untag: mayShare(x, ram.ActionUntag, id),
	}
}

// receiverRights are what the caller's policies allow on invitations and received shares. They are the
// same for all of them, because the gate decides by the URN again.
func receiverRights(x *handle.Exchange, share iam.URN) page.ReceiverRights {
	invitation := iam.URN{Service: "ram", Account: x.Caller.Account, Type: "resourceShareInvitation", ID: "*"}
	return page.ReceiverRights{
		Accept: x.Caller.May(ram.ActionAccept, invitation),
		Reject: x.Caller.May(ram.ActionReject, invitation),
		Leave:  x.Caller.May(ram.ActionLeave, share),
	}
}

func shareURN(owner iam.AccountID, id ram.ShareID) iam.URN {
	return iam.URN{Service: "ram", Account: owner, Type: iam.TypeShare, ID: string(id)}
}
