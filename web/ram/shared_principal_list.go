package ram

import (
	"strconv"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

var principalKinds = []filter.Option{
	{Text: "Any type"}, {Value: string(ram.KindAccount), Text: "Account"}, {Value: string(ram.KindUnit), Text: "Organizational unit"}, {Value: string(ram.KindOrganization), Text: "Organization"},
}

var sides = []filter.Option{{Text: "Inside and external"}, {Value: "yes", Text: "External"}, {Value: "no", Text: "Inside the organization"}}

func (q thingQuery) principals() ram.SharedPrincipalFilter {
	f := ram.SharedPrincipalFilter{Principal: q.q, Resource: q.resource}
	switch k := ram.PrincipalKind(q.kind); k {
	case ram.KindAccount, ram.KindUnit, ram.KindOrganization:
		f.Kind = k
	}
	if q.external == "yes" || q.external == "no" {
		external := q.external == "yes"
		f.External = &external
	}
	return f
}

// SharedPrincipalList shows whom the shares of this account name.
func (h *Handlers) SharedPrincipalList(x *handle.Exchange) error {
	query := readThings(x)
	list, err := h.ram.ListSharedPrincipals(x.Context(), x.Caller, query.principals(), x.Slice(pageSize))
	if err != nil {
		return err
	}
	m := page.ThingList{Kind: page.PrincipalsByMe, Filter: query.bar(x, to.SharedPrincipals(), "Whole principal ID",
		filter.Select{Name: "type", Label: "Type", Options: choose(principalKinds, query.kind)}, filter.Select{Name: "external", Label: "Organization", Options: choose(sides, query.external)})}
	mayRemove := mayShare(x, ram.ActionDisassociate, "*")
	for _, p := range list.Principals {
		m.Rows = append(m.Rows, page.NewSharedPrincipalRow(p, mayRemove))
	}
	return things(x, m, layout.ItemPrincipalsByMe, list.Edges)
}

// SharedPrincipalExport sends the filtered list as CSV.
func (h *Handlers) SharedPrincipalExport(x *handle.Exchange) error {
	query := readThings(x)
	return export(x, "principals.csv", []string{"Principal", "Name", "Type", "External", "Shares", "Resources"}, func(s store.Slice, write func(...string) error) (string, error) {
		list, err := h.ram.ListSharedPrincipals(x.Context(), x.Caller, query.principals(), s)
		for _, p := range list.Principals {
			if err := write(p.Principal, p.Name, string(p.Kind), strconv.FormatBool(p.External), page.CountText(p.Shares), page.CountText(p.Keys)); err != nil {
				return "", err
			}
		}
		return list.Edges.Next, err
	})
}

// OwnerList shows the accounts whose shares reach this one.
func (h *Handlers) OwnerList(x *handle.Exchange) error {
	query := readThings(x)
	list, err := h.ram.ListOwners(x.Context(), x.Caller, ram.OwnerFilter{Owner: query.q}, x.Slice(pageSize))
	if err != nil {
		return err
	}
	m := page.ThingList{Kind: page.OwnersWithMe, Filter: query.bar(x, to.Owners(), "Whole owner ID")}
	for _, o := range list.Owners {
		m.Rows = append(m.Rows, page.NewOwnerRow(o))
	}
	return things(x, m, layout.ItemOwnersWithMe, list.Edges)
}

// OwnerExport sends the filtered list as CSV.
func (h *Handlers) OwnerExport(x *handle.Exchange) error {
	query := readThings(x)
	return export(x, "owners.csv", []string{"Owner account ID", "Owner account", "Shares", "Resources"}, func(s store.Slice, write func(...string) error) (string, error) {
		list, err := h.ram.ListOwners(x.Context(), x.Caller, ram.OwnerFilter{Owner: query.q}, s)
		for _, o := range list.Owners {
			if err := write(string(o.Account), o.Name, page.CountText(o.Shares), page.CountText(o.Keys)); err != nil {
				return "", err
			}
		}
		return list.Edges.Next, err
	})
}
