package kms

import (
	"net/http"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/views/components/field"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

func id(x *handle.Exchange) kms.KeyID { return kms.KeyID(x.Param("id")) }

// KeyDetail shows a key, own or foreign.
func (h *Handlers) KeyDetail(x *handle.Exchange) error {
	m, err := h.readDetail(x, x.Query("tab"))
	if err != nil {
		return err
	}
	return showDetail(x, http.StatusOK, m)
}

// readDetail reads what the tab shows, and what the questions on the page need.
func (h *Handlers) readDetail(x *handle.Exchange, tab string) (page.KeyDetail, error) {
	parts := kms.WithImpact
	switch tab {
	case page.TabTool:
		parts |= kms.WithTool
	case page.TabTags:
		parts |= kms.WithTags
	case page.TabShares:
		parts |= kms.WithShares
	}
	d, err := h.kms.DescribeKey(x.Context(), x.Caller, x.Region, id(x), parts)
	if err != nil {
		return page.KeyDetail{}, err
	}
	m := page.NewKeyDetail(d, tab, x.Now(), x.FormToken())
	m.CanShare = !d.Foreign() && d.Kind == kms.Custom && (d.State == kms.Enabled || d.State == kms.Disabled) &&
		x.Caller.May(ram.ActionCreate, iam.URN{Service: "ram", Account: x.Caller.Account, Type: iam.TypeShare, ID: "*"})
	if d.Impact.Owns(keyuse.Secret) && x.Caller.May(csms.ActionList, iam.URN{Service: "csms", Region: d.Region, Account: x.Caller.Account, Type: csms.TypeSecret, ID: "*"}) {
		m.Secrets = to.SecretsUnderKey(d.Region, string(d.ID))
	}
	m.NewTag = page.TagForm{Key: field.Props{Required: true, Max: 128, Autocomplete: "off"}, Value: field.Props{Max: 255, Autocomplete: "off"}}
	return m, nil
}

func showDetail(x *handle.Exchange, status int, m page.KeyDetail) error {
	return x.Page(status, page.KeyDetailPage(frame(x, m.Name+" | Keys"), m))
}

// KeyEditName shows the page with the name to edit.
func (h *Handlers) KeyEditName(x *handle.Exchange) error {
	return h.editName(x, http.StatusOK, nil, handle.Refusal{})
}

func (h *Handlers) editName(x *handle.Exchange, status int, typed *string, refusal handle.Refusal) error {
	m, err := h.readEditable(x)
	if err != nil {
		return err
	}
	m.EditName = &field.Props{Value: m.Name, Required: true, Bare: true, Max: 255, Autocomplete: "off", Focus: true}
	if typed != nil {
		m.EditName.Value = *typed
	}
	m.EditName.Error, m.EditName.Code = refusal.Field("name")
	m.ProblemsOf, m.Problems = "The key was not renamed", refusal.Problems(handle.Label{Field: "name", Text: "Name"})
	return showDetail(x, status, m)
}

// readEditable reads the key for an edit form, and refuses to open one that nobody could send.
func (h *Handlers) readEditable(x *handle.Exchange) (page.KeyDetail, error) {
	if err := h.kms.BeginChange(x.Context(), x.Caller, x.Region, id(x), kms.ActionUpdate); err != nil {
		return page.KeyDetail{}, err
	}
	m, err := h.readDetail(x, "")
	switch {
	case err != nil:
		return m, err
	case m.Kind == kms.Default:
		return m, fault.New(fault.State, "KMS.0211", "A default key belongs to the service that uses it and cannot be changed.")
	case m.State == kms.PendingDeletion:
		return m, fault.New(fault.State, "KMS.0210", "This key is pending deletion. Name and description can be changed after the deletion is cancelled.")
	}
	return m, nil
}

// KeyRename gives the key another name.
func (h *Handlers) KeyRename(x *handle.Exchange) error {
	var in struct {
		Name string `form:"name"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	err := h.kms.RenameKey(x.Context(), x.Caller, x.Region, id(x), in.Name)
	if refusal, ok := handle.Refused(err); ok {
		return h.editName(x, http.StatusUnprocessableEntity, &in.Name, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Key(x.Region, x.Param("id")), handle.Done("The key was renamed to "+in.Name))
}

// KeyEditDescription shows the page with the description to edit.
func (h *Handlers) KeyEditDescription(x *handle.Exchange) error {
	return h.editDescription(x, http.StatusOK, nil, handle.Refusal{})
}

func (h *Handlers) editDescription(x *handle.Exchange, status int, typed *string, refusal handle.Refusal) error {
	m, err := h.readEditable(x)
	if err != nil {
		return err
	}
	m.EditAbout = &field.Props{Value: m.Description, Bare: true, Count: "characters", Limit: 255, Rows: 3, Focus: true}
	if typed != nil {
		m.EditAbout.Value = *typed
	}
	m.EditAbout.Error, m.EditAbout.Code = refusal.Field("description")
	m.ProblemsOf, m.Problems = "The description was not changed", refusal.Problems(handle.Label{Field: "description", Text: "Description"})
	return showDetail(x, status, m)
}

// KeyDescribe gives the key another description.
func (h *Handlers) KeyDescribe(x *handle.Exchange) error {
	var in struct {
		Text string `form:"description"`
	}
	if err := x.Form(&in); err != nil {
		return err
	}
	err := h.kms.UpdateKeyDescription(x.Context(), x.Caller, x.Region, id(x), in.Text)
	if refusal, ok := handle.Refused(err); ok {
		return h.editDescription(x, http.StatusUnprocessableEntity, &in.Text, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Key(x.Region, x.Param("id")), handle.Done("The description was changed"))
}
