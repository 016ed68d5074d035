// Package cts serves the audit trail.
package cts

import (
	"sharedkms/internal/cts"
	"sharedkms/views/layout"
	"sharedkms/web/handle"
)

// Handlers answer below /cts.
type Handlers struct {
	cts *cts.Service
}

// New makes the handlers.
func New(service *cts.Service) *Handlers { return &Handlers{cts: service} }

func frame(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaTraces, layout.ItemTraces
	return f
}
