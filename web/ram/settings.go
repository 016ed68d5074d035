package ram

import (
	"net/http"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// SettingsHandlers answer for the page Settings. The switch belongs to the organization.
type SettingsHandlers struct {
	*Handlers
	org *org.Service
}

// NewSettings makes the handlers.
func NewSettings(h *Handlers, orgs *org.Service) *SettingsHandlers { return &SettingsHandlers{h, orgs} }

func frameSettings(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaSharing, layout.ItemSettings
	return f
}

// Settings shows the switch and the quotas.
func (h *SettingsHandlers) Settings(x *handle.Exchange) error {
	return h.settings(x, http.StatusOK, handle.Refusal{})
}

func (h *SettingsHandlers) settings(x *handle.Exchange, status int, refusal handle.Refusal) error {
	v, err := h.ram.GetSettings(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	may := func(action iam.Action) bool {
		return x.Caller.May(action, iam.URN{Service: "organizations", Account: x.Caller.Account, Type: "organization", ID: string(v.Organization.ID)})
	}
	m := page.NewSettings(v, page.SettingsRights{
		Management: v.Organization.Management == x.Caller.Account, Enable: may(org.ActionEnable), Disable: may(org.ActionDisable),
	}, refusal.Problems())
	return x.Page(status, page.SettingsPage(frameSettings(x, "Settings | Resource Access Manager"), m))
}

// SharingEnable lets accounts of the organization share without invitations.
func (h *SettingsHandlers) SharingEnable(x *handle.Exchange) error {
	err := h.org.SetSharing(x.Context(), x.Caller, true)
	if refusal, ok := handle.Refused(err); ok {
		return h.settings(x, http.StatusConflict, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Settings(), handle.Done("Sharing with the organization is on"))
}

// SharingDisableAsk shows what turning sharing off ends.
func (h *SettingsHandlers) SharingDisableAsk(x *handle.Exchange) error {
	impact, err := h.ram.DisableImpact(x.Context(), x.Caller)
	if refusal, ok := handle.Refused(err); ok {
		return h.settings(x, http.StatusConflict, refusal)
	}
	if err != nil {
		return err
	}
	if !impact.Organization.SharingEnabled {
		return x.Redirect(to.Settings(), told("Sharing with the organization is off already"))
	}
	return ask(x, frameSettings(x, "Turn off sharing | Settings"), page.NewDisableSharing(impact))
}

// SharingDisable ends sharing through the organization, once its name is typed where shares lose principals.
func (h *SettingsHandlers) SharingDisable(x *handle.Exchange) error {
	impact, err := h.ram.DisableImpact(x.Context(), x.Caller)
	if refusal, ok := handle.Refused(err); ok {
		return h.settings(x, http.StatusConflict, refusal)
	}
	if err != nil {
		return err
	}
	if ok, err := confirmed(x, frameSettings(x, "Turn off sharing | Settings"), page.NewDisableSharing(impact)); !ok {
		return err
	}
	if err := h.org.SetSharing(x.Context(), x.Caller, false); err != nil {
		return err
	}
	return x.Redirect(to.Settings(), handle.Done("Sharing with the organization is off"))
}
