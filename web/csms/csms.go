// Package csms answers the addresses of the Cloud Secret Management Service.
//
// The form that makes a secret is one address with two steps: configure and confirm. Both
// post to it, and the button says what was meant. Nothing is kept on the server between them;
// what was typed travels in the form, the value sealed by csms.Keep. So going back, a
// refused input or a second tab cost no typing, and no page holds a value in clear.
package csms

import (
	"strconv"

	"sharedkms/internal/csms"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/views/layout"
	"sharedkms/web/handle"
)

// pageSize is how many rows a list shows.
const pageSize = 50

// FormBody is how many bytes the form may have: a value of 64 KB triples when it is encoded
// for the wire, and the sealed one is carried beside it.
const FormBody = 1 << 20

// Handlers answer for the service.
type Handlers struct {
	csms *csms.Service
	kms  *kms.Service
}

// New makes the handlers; keys offers the choices of the key field.
func New(svc *csms.Service, keys *kms.Service) *Handlers { return &Handlers{csms: svc, kms: keys} }

func frame(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaWorkshop, layout.ItemSecrets
	return f
}

// may reports whether the caller's policies allow action on an own secret.
func may(x *handle.Exchange, action iam.Action, id string) bool {
	return x.Caller.May(action, iam.URN{Service: "csms", Region: x.Region, Account: x.Caller.Account, Type: csms.TypeSecret, ID: id})
}

func itoa(n int) string { return strconv.Itoa(n) }
