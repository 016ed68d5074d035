package ram

import (
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

func (q thingQuery) sharedResources() ram.SharedResourceFilter {
	return ram.SharedResourceFilter{Search: q.q, Region: q.region, Principal: q.principal}
}

// SharedResourceList shows the keys that this account shares.
func (h *Handlers) SharedResourceList(x *handle.Exchange) error {
	query := readThings(x)
	list, err := h.ram.ListSharedResources(x.Context(), x.Caller, query.sharedResources(), x.Slice(pageSize))
	if err != nil {
		return err
	}
	m := page.ThingList{Kind: page.ResourcesByMe, Filter: query.bar(x, to.SharedResources(), "Resource name or ID", regionChoice(x, query.region), types(x))}
	for _, r := range list.Resources {
		m.Rows = append(m.Rows, page.NewSharedResourceRow(r))
	}
	return things(x, m, layout.ItemResourcesByMe, list.Edges)
}

// SharedResourceExport sends the filtered list as CSV.
func (h *Handlers) SharedResourceExport(x *handle.Exchange) error {
	query := readThings(x)
	return export(x, "shared-resources.csv", []string{"Name", "ID", "Region", "Resource type", "State", "Shares", "Principals"}, func(s store.Slice, write func(...string) error) (string, error) {
		list, err := h.ram.ListSharedResources(x.Context(), x.Caller, query.sharedResources(), s)
		for _, r := range list.Resources {
			if err := write(r.Key.Name, r.Key.ID, r.Key.Region, ram.ResourceTypeKey, r.Key.State, page.CountText(r.Shares), page.CountText(r.Principals)); err != nil {
				return "", err
			}
		}
		return list.Edges.Next, err
	})
}

func (q thingQuery) receivedResources() ram.ReceivedResourceFilter {
	return ram.ReceivedResourceFilter{Search: q.q, Region: q.region, Owner: q.owner}
}

// ReceivedResourceList shows the keys that reach this account.
func (h *Handlers) ReceivedResourceList(x *handle.Exchange) error {
	query := readThings(x)
	list, err := h.ram.ListReceivedResources(x.Context(), x.Caller, query.receivedResources(), x.Slice(pageSize))
	if err != nil {
		return err
	}
	m := page.ThingList{Kind: page.ResourcesWithMe, Filter: query.bar(x, to.ReceivedResources(), "Resource name or ID", regionChoice(x, query.region), types(x))}
	for _, r := range list.Resources {
		m.Rows = append(m.Rows, page.NewReceivedResourceRow(r, x.Now()))
	}
	return things(x, m, layout.ItemResourcesWithMe, list.Edges)
}

// ReceivedResourceExport sends the filtered list as CSV.
func (h *Handlers) ReceivedResourceExport(x *handle.Exchange) error {
	query := readThings(x)
	header := []string{"Name", "ID", "Region", "Resource type", "State", "Owner account", "Owner account ID", "Shares", "Last shared (UTC)"}
	return export(x, "received-resources.csv", header, func(s store.Slice, write func(...string) error) (string, error) {
		list, err := h.ram.ListReceivedResources(x.Context(), x.Caller, query.receivedResources(), s)
		for _, r := range list.Resources {
			if err := write(r.Key.Name, r.Key.ID, r.Key.Region, ram.ResourceTypeKey, r.Key.State, r.OwnerName, string(r.Owner), page.CountText(r.Shares), utc(r.Since)); err != nil {
				return "", err
			}
		}
		return list.Edges.Next, err
	})
}
