// Package cts is the Cloud Trace Service: it lists, filters and exports the traces of the
// caller's own account, through the gate.
//
// Words: a trail is all traces of one account; a cross-account act has a copy in each trail
// it concerns, and each account reads its own copy only. Traces are written by audit, in the
// transaction of the act they describe, and never changed here.
//
// The order is that of the ids, which are times, so a filter by time is a range of the
// primary key and paging needs no other column. Every other filter is an equality with an
// index that ends in the id, and so are a user, or an outcome, together with an action.
// Acts that succeeded are the exception: they are most of a trail, so it is read past the
// others. Rejected: search by a part of a word, which would read the trail from end to end.
package cts

import (
	"context"
	"time"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Actions of the service.
const (
	ActionList iam.Action = "cts:trace:list"
	ActionGet  iam.Action = "cts:trace:get"
)

// TrailURN names the whole trail of an account.
func TrailURN(account iam.AccountID) iam.URN {
	return iam.URN{Service: "cts", Account: account, Type: "trace", ID: "*"}
}

// Trace is one line of a trail.
type Trace struct {
	ID           string
	At           time.Time
	Caller       iam.AccountID
	UserName     string // empty in the copy of another account's act
	Action       iam.Action
	Event        string
	ResourceType string
	ResourceID   string
	Outcome      audit.Outcome
	Repeats      int64     // how often a refusal came within its minute, the first included
	LastAt       time.Time // when it came last
}

// Filter narrows a trail; zero fields do not.
type Filter struct {
	From, To   time.Time // From included, To not
	UserName   string    // exact
	Action     iam.Action
	ResourceID string // exact id, or the URN of a resource
	Outcome    audit.Outcome
}

// Service reads trails.
type Service struct {
	gate *iam.Gate
}

// New makes the service.
func New(gate *iam.Gate) *Service { return &Service{gate: gate} }

// check refuses filters that nothing could match.
//
// Errors: Invalid in "from", "to" or "outcome".
func (f Filter) check() error {
	var fields fault.Fields
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		fields.Add("to", "", "The end lies before the beginning. Choose a later end.")
	}
	switch f.Outcome {
	case "", audit.Succeeded, audit.Refused, audit.Failed:
	default:
		fields.Add("outcome", "", "Choose succeeded, refused or failed.")
	}
	return fields.Err()
}

// ListTraces gives a part of the caller's own trail, newest first.
//
// Errors: Forbidden without cts:trace:list; Invalid for a filter.
func (s *Service) ListTraces(ctx context.Context, caller iam.Caller, f Filter, part store.Slice) ([]Trace, store.Edges, error) {
	var traces []Trace
	var edges store.Edges
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, TrailURN(caller.Account)); err != nil {
			return err
		}
		if err := f.check(); err != nil {
			return err
		}
		var err error
		traces, edges, err = listTraces(tx.DB(), caller.Account, f, part)
		return err
	})
	return traces, edges, err
}

// ListActions names the actions that the caller's trail holds, in order, at most 200: the
// choices of the filter.
//
// Errors: Forbidden without cts:trace:list.
func (s *Service) ListActions(ctx context.Context, caller iam.Caller) ([]iam.Action, error) {
	var actions []iam.Action
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, TrailURN(caller.Account)); err != nil {
			return err
		}
		var err error
		actions, err = listActions(tx.DB(), caller.Account)
		return err
	})
	return actions, err
}

// GetTrace reads one trace of the caller's own trail with its body, the JSON text as it was
// written.
//
// Errors: NotFound for what is not in this trail; Forbidden without cts:trace:get.
func (s *Service) GetTrace(ctx context.Context, caller iam.Caller, id string) (Trace, string, error) {
	var trace Trace
	var body string
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionGet, TrailURN(caller.Account)); err != nil {
			return err
		}
		var err error
		trace, body, err = getTrace(tx.DB(), caller.Account, id)
		return err
	})
	return trace, body, err
}
