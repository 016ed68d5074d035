package cts

import (
	"fmt"
	"net/http"

	"sharedkms/internal/cts"
	"sharedkms/internal/store"
	"sharedkms/views/components/pager"
	page "sharedkms/views/pages/cts"
	"sharedkms/web/handle"
)

const pageRows = 50

// TraceList shows the trail, newest first. A filter that cannot be read shows why, and no rows.
func (h *Handlers) TraceList(x *handle.Exchange) error {
	actions, err := h.cts.ListActions(x.Context(), x.Caller)
	if err != nil {
		return err
	}
	v := page.ListView{Filter: bar(x, actions)}
	v.Filtered = len(v.Filter.Chips) > 0
	f, err := readFilter(x)
	var traces []cts.Trace
	var edges store.Edges
	if err == nil {
		traces, edges, err = h.cts.ListTraces(x.Context(), x.Caller, f, x.Slice(pageRows))
	}
	status := http.StatusOK
	if refusal, ok := handle.Refused(err); ok {
		status = http.StatusUnprocessableEntity
		for _, name := range []string{queryFrom, queryTo, queryOutcome} {
			if message, _ := refusal.Field(name); message != "" {
				v.Problem = message
			}
		}
	} else if err != nil {
		return err
	}
	for _, t := range traces {
		v.Rows = append(v.Rows, page.NewRow(t, x.Caller.Account))
	}
	v.Pager = pager.Props{Things: "traces", Text: fmt.Sprintf("%d traces on this page.", len(v.Rows)), Times: true}
	v.Pager.Prev, v.Pager.Next = x.Neighbours(edges)
	return x.Page(status, page.List(frame(x, "Audit trail"), v))
}

// TraceDetail shows one trace in full.
func (h *Handlers) TraceDetail(x *handle.Exchange) error {
	trace, body, err := h.cts.GetTrace(x.Context(), x.Caller, x.Param("id"))
	if err != nil {
		return err
	}
	v, err := page.NewDetail(trace, body)
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, page.Detail(frame(x, v.Title+" | Audit trail"), v))
}
