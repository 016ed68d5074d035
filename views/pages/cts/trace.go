// Package cts shows the audit trail of an account: the list with its filters, and one trace in
// full.
package cts

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/audit"
	"sharedkms/internal/cts"
	"sharedkms/internal/iam"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/components/pager"
	"sharedkms/views/to"
)

// ListView is the list.
type ListView struct {
	Filter   filter.Props
	Filtered bool
	Problem  string // what is wrong with the filter
	Rows     []Row
	Pager    pager.Props
}

// Row is one trace.
type Row struct {
	ID       string
	Href     string
	At       time.Time
	Event    string
	Action   string
	Who      string // user, or "Another account"
	WhoNote  string // account ID of the other account, empty for own users
	Resource string // type in words
	ID2      string // of the resource
	Outcome  templ.Component
	Note     string // how often a refusal came
}

// NewRow formats one trace; account is the reader's.
func NewRow(t cts.Trace, account iam.AccountID) Row {
	r := Row{
		ID: t.ID, Href: to.Trace(t.ID), At: t.At, Event: t.Event, Action: string(t.Action),
		Who: t.UserName, Resource: ResourceType(t.ResourceType), ID2: t.ResourceID, Outcome: Outcome(t.Outcome),
	}
	switch {
	case t.Caller != account:
		r.Who, r.WhoNote = "Another account", string(t.Caller)
	case r.Who == "":
		r.Who = "The console"
	}
	if t.Repeats > 1 {
		r.Note = fmt.Sprintf("%d times in this minute", t.Repeats)
	}
	return r
}

// Outcome is the label of an outcome.
func Outcome(o audit.Outcome) templ.Component {
	switch o {
	case audit.Succeeded:
		return label.Status(label.Green, "Succeeded")
	case audit.Refused:
		return label.With(label.Amber, icon.Lock, "Refused")
	default:
		return label.Status(label.Red, "Failed")
	}
}

// ResourceType says a type of resource in words.
func ResourceType(t string) string {
	words := map[string]string{
		"KeyId": "Key", "secretName": "Secret", "resourceShare": "Resource share", "resourceShareInvitation": "Invitation",
		"user": "User", "account": "Account", "trace": "Audit trail", "organization": "Organization",
	}
	if w, ok := words[t]; ok {
		return w
	}
	return t
}

// DetailView is one trace.
type DetailView struct {
	Title    string
	At       time.Time
	Outcome  templ.Component
	Repeats  string // a sentence, empty when it came once
	Facts    []Fact
	Details  []Fact
	JSON     string // as it was written
	Resource string // link to the trail of the resource, empty for none
}

// Fact is one field of the body.
type Fact struct {
	Term string
	Text string
	Mono bool
}

// fields are those of a body in the order in which people ask: who, what, on what, from where.
var fields = []struct {
	name, term string
	mono       bool
}{
	{"event", "Event", false}, {"action", "Action", true}, {"reason", "Reason", false},
	{"user_name", "User", false}, {"user_id", "User ID", true}, {"agency", "Acted by itself as", false}, {"caller_account", "Account of the caller", true},
	{"resource_type", "Resource type", false}, {"resource_id", "Resource ID", true}, {"resource_urn", "Resource URN", true},
	{"address", "Address", true}, {"agent", "Browser", false}, {"request_id", "Request number", true},
	{"account", "Trail of account", true}, {"id", "Trace ID", true},
}

// NewDetail takes a body apart. What it does not know is in the JSON below all the same.
func NewDetail(t cts.Trace, body string) (DetailView, error) {
	var parsed struct {
		Details map[string]string `json:"details"`
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(body), &parsed); err != nil {
		return DetailView{}, fmt.Errorf("read body of trace %s: %w", t.ID, err)
	}
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		return DetailView{}, fmt.Errorf("read body of trace %s: %w", t.ID, err)
	}
	v := DetailView{Title: t.Event, At: t.At, Outcome: Outcome(t.Outcome), JSON: body}
	for _, f := range fields {
		if text, _ := all[f.name].(string); text != "" {
			if f.name == "resource_type" {
				text = ResourceType(text)
			}
			v.Facts = append(v.Facts, Fact{f.term, text, f.mono})
		}
	}
	for name, text := range parsed.Details {
		v.Details = append(v.Details, Fact{Term: words(name), Text: text})
	}
	sort.Slice(v.Details, func(i, j int) bool { return v.Details[i].Term < v.Details[j].Term })
	if t.Repeats > 1 {
		v.Repeats = fmt.Sprintf("It came %d times within the minute, the last time at %s UTC+00:00.", t.Repeats, t.LastAt.UTC().Format("15:04:05"))
	}
	if t.ResourceID != "" {
		v.Resource = to.TracesOf(t.ResourceID)
	}
	return v, nil
}

// words turns "pending_days" into "Pending days".
func words(name string) string {
	name = strings.ReplaceAll(name, "_", " ")
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
