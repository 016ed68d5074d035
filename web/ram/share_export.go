package ram

import (
	"strconv"
	"strings"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/web/handle"
)

// ShareExport sends the filtered list as CSV, all of its pages.
func (h *Handlers) ShareExport(x *handle.Exchange) error {
	filter := readShareQuery(x).filter()
	header := []string{"Name", "ID", "Status", "Keys", "Have access", "Waiting", "Description", "Tags", "Created (UTC)"}
	return x.CSV("resource-shares.csv", header, func(write func(cells ...string) error) error {
		slice := store.Slice{Size: 500}
		for {
			shares, err := h.ram.ListShares(x.Context(), x.Caller, filter, slice)
			if err != nil {
				return err
			}
			for _, s := range shares.Shares {
				if err := write(s.Name, string(s.ID), string(s.Status), strconv.Itoa(s.Keys), strconv.Itoa(s.Access), strconv.Itoa(s.Waiting),
					s.Description, tagCell(s.Tags), s.CreatedAt.UTC().Format(time.RFC3339)); err != nil {
					return err
				}
			}
			if shares.Edges.Next == "" {
				return nil
			}
			slice.Cursor = shares.Edges.Next
		}
	})
}

func tagCell(tags []ram.Tag) string {
	parts := make([]string, len(tags))
	for i, t := range tags {
		parts[i] = t.Key + "=" + t.Value
	}
	return strings.Join(parts, "; ")
}
