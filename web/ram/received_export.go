package ram

import (
	"strconv"
	"strings"
	"time"

	"sharedkms/internal/store"
	"sharedkms/web/handle"
)

// ReceivedExport sends a tab of the filtered list as CSV, all of its pages.
func (h *Handlers) ReceivedExport(x *handle.Exchange) error {
	query := readReceivedQuery(x)
	if query.pending {
		return h.exportInvitations(x, query)
	}
	header := []string{"Name", "ID", "Owner account", "Owner account ID", "Status", "Keys", "Accepted or ended (UTC)"}
	return x.CSV("received-shares.csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.ram.ListReceived(x.Context(), x.Caller, query.received(), slice)
			if err != nil {
				return err
			}
			for _, s := range list.Shares {
				if err := write(s.Name, string(s.ID), s.OwnerName, string(s.Owner), string(s.State), strconv.Itoa(s.Keys), s.Since.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}

func (h *Handlers) exportInvitations(x *handle.Exchange, query receivedQuery) error {
	header := []string{"Name", "ID", "Owner account", "Owner account ID", "Keys", "Sent (UTC)", "Expires (UTC)"}
	return x.CSV("invitations.csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			list, err := h.ram.ListInvitations(x.Context(), x.Caller, query.invitations(), slice)
			if err != nil {
				return err
			}
			for _, i := range list.Invitations {
				keys := make([]string, len(i.Keys))
				for n, k := range i.Keys {
					keys[n] = k.Name
				}
				if err := write(i.ShareName, string(i.Share), i.OwnerName, string(i.Owner), strings.Join(keys, "; "),
					i.SentAt.UTC().Format(time.RFC3339), i.ExpiresAt.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if slice.Cursor = list.Edges.Next; slice.Cursor == "" {
				return nil
			}
		}
	})
}
