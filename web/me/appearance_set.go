package me

import (
	"sharedkms/views/layout"
	"sharedkms/web/handle"
)

// SetAppearance keeps the theme and goes back to the page it was chosen on.
func (h *Handlers) SetAppearance(x *handle.Exchange) error {
	var in struct {
		Appearance string `form:"appearance"`
		Back       string `form:"back"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	x.SetAppearance(layout.Appearance(in.Appearance))
	return x.Redirect(handle.LocalPath(in.Back))
}
