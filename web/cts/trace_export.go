package cts

import (
	"strconv"
	"time"

	"sharedkms/internal/store"
	"sharedkms/web/handle"
)

// exportRows is how many rows a download has at most, read in parts of exportPart.
const (
	exportRows = 10_000
	exportPart = 500
)

// TraceExport downloads the filtered trail, newest first, at most 10,000 rows: more are had by
// asking for an earlier time.
func (h *Handlers) TraceExport(x *handle.Exchange) error {
	f, err := readFilter(x)
	if err != nil {
		return err
	}
	header := []string{"time (UTC)", "event", "action", "user", "caller account", "resource type", "resource id", "outcome", "repeats", "trace id"}
	return x.CSV("traces.csv", header, func(write func(cells ...string) error) error {
		part := store.Slice{Size: exportPart}
		for written := 0; written < exportRows; {
			traces, edges, err := h.cts.ListTraces(x.Context(), x.Caller, f, part)
			if err != nil {
				return err
			}
			for _, t := range traces {
				err := write(t.At.UTC().Format(time.RFC3339Nano), t.Event, string(t.Action), t.UserName, string(t.Caller),
					t.ResourceType, t.ResourceID, string(t.Outcome), strconv.FormatInt(t.Repeats, 10), t.ID)
				if err != nil {
					return err
				}
			}
			if written += len(traces); edges.Next == "" {
				return nil
			}
			part.Cursor = edges.Next
		}
		return nil
	})
}
