// Package kms answers the addresses of the Key Management Service.
//
// A question before an act is one address: GET asks, POST does, and a refused answer shows the
// question again. Own and foreign keys have the same address; what a page offers follows from
// what the caller may do, and the gate decides again on each POST.
package kms

import (
	"strconv"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/kms"
	"sharedkms/web/handle"
)

// pageSize is how many rows a list shows.
const pageSize = 50

// Handlers answer for the service.
type Handlers struct{ kms *kms.Service }

// New makes the handlers.
func New(keys *kms.Service) *Handlers { return &Handlers{kms: keys} }

func frame(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaWorkshop, layout.ItemKeys
	return f
}

// may reports whether the caller's policies allow action on an own key.
func may(x *handle.Exchange, action iam.Action, id string) bool {
	return x.Caller.May(action, iam.URN{Service: "kms", Region: x.Region, Account: x.Caller.Account, Type: iam.TypeKey, ID: id})
}

func rights(x *handle.Exchange, id kms.KeyID) page.Rights {
	key := string(id)
	return page.Rights{
		Enable: may(x, kms.ActionEnable, key), Disable: may(x, kms.ActionDisable, key), Update: may(x, kms.ActionUpdate, key),
		Use: may(x, kms.ActionEncryptData, key) || may(x, kms.ActionDecryptData, key),
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
