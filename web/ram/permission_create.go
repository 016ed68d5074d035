package ram

import (
	"net/http"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/field"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type permissionForm struct {
	Name        string   `form:"name"`
	Description string   `form:"description"`
	Actions     []string `form:"action"`
	Default     string   `form:"default"`
}

// actionsMost is how many repeats of the field action a form may have.
const actionsMost = 64

func (in permissionForm) actions() []iam.Action {
	list := make([]iam.Action, len(in.Actions))
	for i, a := range in.Actions {
		list[i] = iam.Action(a)
	}
	return list
}

func readPermissionForm(x *handle.Exchange) (permissionForm, error) {
	var in permissionForm
	if err := x.AtMost(actionsMost, "action"); err != nil {
		return in, err
	}
	return in, x.Form(&in)
}

// PermissionNew shows the form for a permission of the account.
func (h *Handlers) PermissionNew(x *handle.Exchange) error {
	return h.permissionForm(x, http.StatusOK, permissionForm{Actions: []string{"kms:cmk:get"}}, handle.Refusal{})
}

// PermissionCreate makes it.
func (h *Handlers) PermissionCreate(x *handle.Exchange) error {
	in, err := readPermissionForm(x)
	if err != nil {
		return err
	}
	id, err := h.ram.CreatePermission(x.Context(), x.Caller, ram.CreatePermissionInput{
		Name: in.Name, Description: strings.TrimSpace(in.Description), Actions: in.actions(), Once: x.Once(),
	})
	if refusal, ok := handle.Refused(err); ok {
		return h.permissionForm(x, http.StatusUnprocessableEntity, in, refusal)
	}
	if err != nil {
		return err
	}
	return x.Redirect(to.Permission(string(id)), handle.Done("Permission "+strings.TrimSpace(in.Name)+" was created. Shares can use it now"))
}

func (h *Handlers) permissionForm(x *handle.Exchange, status int, in permissionForm, refusal handle.Refusal) error {
	if err := h.ram.BeginPermission(x.Context(), x.Caller); err != nil {
		return err
	}
	m := page.PermissionForm{
		Once: x.Once(), NotDone: "The permission was not created",
		Name: field.Props{
			Value: in.Name, Required: true, Max: ram.MaxPermissionName, Autocomplete: "off", Focus: true,
			Help: "1 to 128 characters: letters, digits, Chinese characters, hyphens, underscores and full stops. It cannot be changed later.",
		},
		Description: field.Props{Value: in.Description, Count: "characters", Limit: ram.MaxDescriptionLength, Rows: 2},
		Groups:      page.NewActionChoices(in.Actions),
		Problems: refusal.Problems(handle.Label{Field: "name", Text: "Name"}, handle.Label{Field: "description", Text: "Description"},
			handle.Label{Field: "actions", Text: "Actions"}),
	}
	m.Name.Error, m.Name.Code = refusal.Field("name")
	m.Description.Error, m.Description.Code = refusal.Field("description")
	m.Error.Error, m.Error.Code = refusal.Field("actions")
	return x.Page(status, page.PermissionNewPage(framePermissions(x, "Create Permission"), m))
}
