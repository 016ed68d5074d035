package cts

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

type traceRow struct {
	ID            string     `gorm:"column:id"`
	At            store.Time `gorm:"column:at"`
	CallerAccount string     `gorm:"column:caller_account"`
	UserName      string     `gorm:"column:user_name"`
	Action        string     `gorm:"column:action"`
	Event         string     `gorm:"column:event"`
	ResourceType  string     `gorm:"column:resource_type"`
	ResourceID    string     `gorm:"column:resource_id"`
	Outcome       string     `gorm:"column:outcome"`
	Repeats       int64      `gorm:"column:repeats"`
	LastAt        store.Time `gorm:"column:last_at"`
	Body          string     `gorm:"column:body"`
}

func (r traceRow) toTrace() Trace {
	return Trace{
		ID: r.ID, At: r.At.Time, Caller: iam.AccountID(r.CallerAccount), UserName: r.UserName,
		Action: iam.Action(r.Action), Event: r.Event, ResourceType: r.ResourceType, ResourceID: r.ResourceID,
		Outcome: audit.Outcome(r.Outcome), Repeats: r.Repeats, LastAt: r.LastAt.Time,
	}
}

const columns = "id, at, caller_account, user_name, action, event, resource_type, resource_id, outcome, repeats, last_at"

var newestFirst = store.Keyset{ID: "id", Desc: true}

func listTraces(db *gorm.DB, account iam.AccountID, f Filter, part store.Slice) ([]Trace, store.Edges, error) {
	q := db.Table("audit_traces").Select(columns).Where("account_id = ?", string(account))
	if !f.From.IsZero() {
		q = q.Where("id >= ?", audit.FloorID(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("id < ?", audit.FloorID(f.To))
	}
	for column, value := range map[string]string{
		"user_name": f.UserName, "action": string(f.Action), "resource_id": resourceID(f.ResourceID), "outcome": string(f.Outcome),
	} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.UserName != "" { // as the indexes by user say it
		q = q.Where("user_name <> ''")
	}
	if f.Outcome != "" && f.Outcome != audit.Succeeded { // as the indexes by outcome say it
		q = q.Where("outcome <> 'succeeded'")
	}
	var rows []traceRow
	if err := newestFirst.Apply(part)(q).Find(&rows).Error; err != nil {
		return nil, store.Edges{}, fmt.Errorf("list traces: %w", err)
	}
	rows, edges := store.Cut(newestFirst, part, rows, func(r traceRow) (any, string) { return nil, r.ID })
	traces := make([]Trace, len(rows))
	for i, r := range rows {
		traces[i] = r.toTrace()
	}
	return traces, edges, nil
}

// resourceID takes the id out of a URN, which is what other pages link with.
func resourceID(text string) string {
	if urn, ok := iam.ParseURN(text); ok {
		return urn.ID
	}
	return strings.TrimSpace(text)
}

// listActions jumps from one action to the next in the index: as many steps as there are
// actions, however long the trail is.
func listActions(db *gorm.DB, account iam.AccountID) ([]iam.Action, error) {
	var actions []iam.Action
	err := db.Raw(`WITH RECURSIVE next(action) AS (
	SELECT min(action) FROM audit_traces WHERE account_id = ?
	UNION ALL
	SELECT (SELECT min(t.action) FROM audit_traces t WHERE t.account_id = ? AND t.action > next.action) FROM next WHERE next.action IS NOT NULL
)
SELECT action FROM next WHERE action IS NOT NULL LIMIT 200`, string(account), string(account)).Scan(&actions).Error
	if err != nil {
		return nil, fmt.Errorf("list actions of a trail: %w", err)
	}
	return actions, nil
}

var errNoTrace = fault.New(fault.NotFound, "", "No trace with this ID is in this account's trail.")

func getTrace(db *gorm.DB, account iam.AccountID, id string) (Trace, string, error) {
	if !store.IsUUID(id) {
		return Trace{}, "", errNoTrace
	}
	var row traceRow
	err := db.Raw("SELECT "+columns+", body FROM audit_traces WHERE account_id = ? AND id = ?", string(account), id).Scan(&row).Error
	if err != nil {
		return Trace{}, "", fmt.Errorf("read trace: %w", err)
	}
	if row.ID == "" {
		return Trace{}, "", errNoTrace
	}
	return row.toTrace(), row.Body, nil
}
