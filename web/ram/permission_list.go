package ram

import (
	"net/http"
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

func framePermissions(x *handle.Exchange, title string) layout.Frame {
	f := x.Frame(title)
	f.Area, f.Active = layout.AreaSharing, layout.ItemPermissions
	return f
}

// mayPermission reports whether the caller's policies allow action on a permission of its account.
func mayPermission(x *handle.Exchange, action iam.Action, id string) bool {
	return x.Caller.May(action, iam.URN{Service: "ram", Account: x.Caller.Account, Type: "permission", ID: id})
}

// PermissionList shows the library. Quotas keep it short, so it has one page.
func (h *Handlers) PermissionList(x *handle.Exchange) error {
	all, err := h.ram.ListPermissions(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	query := readPermissionQuery(x)
	old := 0
	for _, p := range all {
		old += p.OldShares
	}
	m := page.PermissionList{
		MayCreate: mayPermission(x, ram.ActionCreatePermission, "*"), Filter: query.bar(x), Old: page.OldShares(old, "a permission"),
		Rows: page.NewPermissionRows(query.narrow(all), mayShare(x, ram.ActionReplace, "*")),
	}
	return x.Page(http.StatusOK, page.PermissionListPage(framePermissions(x, "Permissions Library"), m))
}

// PermissionExport sends the filtered library as CSV.
func (h *Handlers) PermissionExport(x *handle.Exchange) error {
	all, err := h.ram.ListPermissions(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	header := []string{"Name", "ID", "Resource type", "Type", "Default version", "Actions", "Shares"}
	return x.CSV("permissions.csv", header, func(write func(cells ...string) error) error {
		for _, p := range readPermissionQuery(x).narrow(all) {
			kind, actions := "Customer managed", make([]string, len(p.Actions))
			if p.Managed {
				kind = "Built-in"
			}
			for i, a := range p.Actions {
				actions[i] = string(a)
			}
			if err := write(p.Name, string(p.ID), p.ResourceType, kind, strconv.FormatInt(p.Version, 10), strings.Join(actions, " "), strconv.Itoa(p.Shares)); err != nil {
				return err
			}
		}
		return nil
	})
}

// permissionQuery is what narrows the library: the start or a part of the name, or the ID, and the type.
type permissionQuery struct{ q, kind, resourceType string }

func readPermissionQuery(x *handle.Exchange) permissionQuery {
	return permissionQuery{x.Query("q"), x.Query("type"), x.Query("resource_type")}
}

func (q permissionQuery) narrow(all []ram.Permission) []ram.Permission {
	var list []ram.Permission
	wanted := strings.ToLower(q.q)
	for _, p := range all {
		if !strings.Contains(strings.ToLower(p.Name), wanted) && string(p.ID) != wanted {
			continue
		}
		if q.resourceType == ram.ResourceTypeKey && p.ResourceType != ram.ResourceTypeKey {
			continue
		}
		if q.kind == kindBuiltIn && !p.Managed || q.kind == kindOwn && p.Managed {
			continue
		}
		list = append(list, p)
	}
	return list
}

// Values of the filter for types.
const (
	kindBuiltIn = "built-in"
	kindOwn     = "own"
)

var permissionKinds = []filter.Option{{Text: "Any type"}, {Value: kindBuiltIn, Text: "Built-in"}, {Value: kindOwn, Text: "Customer managed"}}

func (q permissionQuery) bar(x *handle.Exchange) filter.Props {
	p := filter.Props{
		Action: to.Permissions(), Query: q.q, Placeholder: "Name or permission ID", ClearHref: to.Permissions(),
		Selects: []filter.Select{
			{Name: "resource_type", Label: "Resource type", Options: choose(resourceTypes, q.resourceType)}, {Name: "type", Label: "Type", Options: choose(permissionKinds, q.kind)},
		},
		ExportHref: strings.Replace(x.Here(), to.Permissions(), to.PermissionsExport(), 1),
	}
	if q.q != "" {
		p.Chips = append(p.Chips, filter.Chip{Text: "Name or ID: " + q.q, Href: x.Here("q", "")})
	}
	for _, s := range p.Selects {
		if text := chosen(s.Options); text != "" {
			p.Chips = append(p.Chips, filter.Chip{Text: s.Label + ": " + text, Href: x.Here(s.Name, "")})
		}
	}
	return p
}
