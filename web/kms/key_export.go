package kms

import (
	"strings"
	"time"

	"sharedkms/internal/store"
	page "sharedkms/views/pages/kms"
	"sharedkms/web/handle"
)

// KeyExport sends the filtered list as CSV, all of its pages.
func (h *Handlers) KeyExport(x *handle.Exchange) error {
	q := readQuery(x)
	if x.Query("tab") == page.TabShared {
		return h.exportShared(x, q)
	}
	header := []string{"Name", "ID", "Region", "Status", "Algorithm", "Usage", "Origin", "Created (UTC)", "Deletion (UTC)"}
	return x.CSV("keys-"+x.Region+".csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.kms.ListKeys(x.Context(), x.Caller, q.custom(x, slice))
			if err != nil {
				return err
			}
			for _, k := range list.Keys {
				deletion := ""
				if k.DeletionAt != nil {
					deletion = k.DeletionAt.UTC().Format(time.RFC3339)
				}
				if err := write(k.Name, string(k.ID), k.Region, page.StateName(k.State), string(k.Spec), string(k.Usage), string(k.Origin), k.CreatedAt.UTC().Format(time.RFC3339), deletion); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}

func (h *Handlers) exportShared(x *handle.Exchange, q listQuery) error {
	header := []string{"Name", "ID", "Region", "Status", "Algorithm", "Usage", "Origin", "Owner account", "Owner account ID", "Resource shares", "Permissions", "Shared on (UTC)"}
	return x.CSV("shared-keys-"+x.Region+".csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.kms.ListSharedKeys(x.Context(), x.Caller, q.shared(x, slice))
			if err != nil {
				return err
			}
			for _, k := range list.Keys {
				var shares, permissions []string
				for _, p := range k.Paths {
					shares, permissions = append(shares, p.ShareName), append(permissions, p.Permission)
				}
				if k.More {
					shares, permissions = append(shares, "and more"), append(permissions, "and more")
				}
				if err := write(k.Name, string(k.ID), k.Region, page.StateName(k.State), string(k.Spec), string(k.Usage), string(k.Origin), k.OwnerName,
					string(k.Account), strings.Join(shares, "; "), strings.Join(permissions, "; "), k.Since.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}
