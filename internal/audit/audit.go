// Package audit keeps traces: who did what to which resource, written in the
// transaction of the act. If the trace cannot be written, the act does not happen.
//
// A cross-account act leaves a copy in each account's trail; the copies share the
// id. A copy shown to another account names the caller's account only. A body is
// JSON in the form of RFC 8785, strings and integers only, "v":1, stored as text
// and never rewritten; what changes later (how often a refusal was repeated) is
// kept in columns beside it. A trace holds no plaintext, key material, password or
// token: entries are made from fixed fields and short details, never from input as
// a whole.
//
// The package knows no caller and decides nothing; iam's gate calls it.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"sharedkms/internal/store"
)

// Outcome is how an act ended.
type Outcome string

// The outcomes. Refused: the gate said no. Failed: allowed, yet not done.
const (
	Succeeded Outcome = "succeeded"
	Refused   Outcome = "refused"
	Failed    Outcome = "failed"
)

// Entry is one trace to write, in every account of Trails.
type Entry struct {
	At     time.Time
	Trails []string // account ids; the caller's account sees all, others a reduced copy

	CallerAccount string
	UserID        string
	UserName      string
	Agency        string // "system" for sweeps, else empty
	Address       string
	Agent         string
	RequestID     string

	Action       string // kms:cmk:encryptData
	Event        string // encryptData
	ResourceType string // KeyId
	ResourceID   string
	ResourceURN  string // empty when the resource is missing or not related
	Outcome      Outcome
	Reason       string            // vendor's code of a refusal or failure
	Details      map[string]string // shown to every trail
	Private      map[string]string // shown to the caller's account only
}

type traceRow struct {
	AccountID     string     `gorm:"column:account_id"`
	ID            string     `gorm:"column:id"`
	At            store.Time `gorm:"column:at"`
	CallerAccount string     `gorm:"column:caller_account"`
	UserName      string     `gorm:"column:user_name"`
	Action        string     `gorm:"column:action"`
	Event         string     `gorm:"column:event"`
	ResourceType  string     `gorm:"column:resource_type"`
	ResourceID    string     `gorm:"column:resource_id"`
	Outcome       string     `gorm:"column:outcome"`
	Body          string     `gorm:"column:body"`
	Repeats       int64      `gorm:"column:repeats"`
	LastAt        store.Time `gorm:"column:last_at"`
	FoldKey       *string    `gorm:"column:fold_key"`
}

// TableName names the table.
func (traceRow) TableName() string { return "audit_traces" }

// atOnce is how many rows one statement adds; databases limit its parameters, SQLite to
// 32,766.
const atOnce = 2000

// WriteIn adds all entries, in the transaction of their act: with one statement, but for
// acts that concern thousands of accounts.
func WriteIn(tx *gorm.DB, entries []Entry) error {
	for rows := range slices.Chunk(allRows(entries), atOnce) {
		step := insert(rows)
		if err := tx.Exec(step.SQL, step.Args...).Error; err != nil {
			return fmt.Errorf("write traces: %w", err)
		}
	}
	return nil
}

// Write adds all entries with one statement that is a transaction of its own: they are
// durable when it returns without error.
func Write(ctx context.Context, st *store.Store, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	step := Step
	if st.Dialect() == store.PostgreSQL {
		step = arrays
	}
	if err := st.Append(ctx, step(entries)); err != nil {
		return fmt.Errorf("write traces: %w", err)
	}
	return nil
}

// arrays is Step as one text for any number of entries, which PostgreSQL prepares once.
func arrays(entries []Entry) store.Step {
	const columns = 10
	var text [columns][]string
	var at []time.Time
	for i, e := range entries {
		for _, r := range e.rows(newID(e.At, i), nil) {
			for c, value := range [columns]string{r.AccountID, r.ID, r.CallerAccount, r.UserName, r.Action, r.Event, r.ResourceType, r.ResourceID, r.Outcome, r.Body} {
				text[c] = append(text[c], value)
			}
			at = append(at, r.At.Time)
		}
	}
	return store.Step{SQL: arraysInsert, Args: []any{text[0], text[1], at, text[2], text[3], text[4], text[5], text[6], text[7], text[8], text[9]}}
}

const arraysInsert = "INSERT INTO audit_traces (" + traceColumns + `)
SELECT account_id, id::uuid, at, caller_account, user_name, action, event, resource_type, resource_id, outcome, body, 1, at
FROM unnest(?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
	AS t(account_id, id, at, caller_account, user_name, action, event, resource_type, resource_id, outcome, body)`

const traceColumns = "account_id, id, at, caller_account, user_name, action, event, resource_type, resource_id, outcome, body, repeats, last_at"

// Step is WriteIn for an act that writes its last rows and its traces, one entry at
// least, in one store.Chain.
func Step(entries []Entry) store.Step { return insert(allRows(entries)) }

func allRows(entries []Entry) (rows []traceRow) {
	for i, e := range entries {
		rows = append(rows, e.rows(newID(e.At, i), nil)...)
	}
	return rows
}

func insert(rows []traceRow) store.Step {
	const values = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	args := make([]any, 0, 13*len(rows))
	for _, r := range rows {
		args = append(args, r.AccountID, r.ID, r.At, r.CallerAccount, r.UserName, r.Action, r.Event, r.ResourceType, r.ResourceID, r.Outcome, r.Body, r.Repeats, r.LastAt)
	}
	return store.Step{SQL: "INSERT INTO audit_traces (" + traceColumns + ") VALUES " + values + strings.Repeat(", "+values, len(rows)-1), Args: args}
}

// FoldIn adds a refusal or failure, or counts it on the one of the same caller,
// action, target, outcome and minute.
func FoldIn(tx *gorm.DB, e Entry) error {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%d",
		e.CallerAccount, e.UserID, e.Address, e.Action, e.Event, e.ResourceID, e.Outcome, e.Reason, e.At.Unix()/60))
	fold := hex.EncodeToString(sum[:16])
	rows := e.rows(newID(e.At, lastPlace), &fold) // behind the traces of the act that failed
	err := tx.Clauses(clause.OnConflict{
		Columns:     []clause.Column{{Name: "account_id"}, {Name: "fold_key"}},
		TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "fold_key IS NOT NULL"}}},
		DoUpdates: clause.Set{
			{Column: clause.Column{Name: "repeats"}, Value: clause.Expr{SQL: "audit_traces.repeats + 1"}},
			{Column: clause.Column{Name: "last_at"}, Value: store.At(e.At)},
		},
	}).Create(&rows).Error
	if err != nil {
		return fmt.Errorf("write trace of a refusal: %w", err)
	}
	return nil
}

// rows makes a row per trail. The caller's own trail comes first and holds all;
// the others hold what concerns them.
func (e Entry) rows(id string, fold *string) []traceRow {
	rows := make([]traceRow, 0, len(e.Trails))
	for _, account := range e.Trails {
		own := account == e.CallerAccount
		user := e.UserName
		if !own {
			user = ""
		}
		rows = append(rows, traceRow{
			AccountID: account, ID: id, At: store.At(e.At), CallerAccount: e.CallerAccount, UserName: user,
			Action: e.Action, Event: e.Event, ResourceType: e.ResourceType, ResourceID: e.ResourceID,
			Outcome: string(e.Outcome), Body: e.body(account, id, own), Repeats: 1, LastAt: store.At(e.At), FoldKey: fold,
		})
	}
	return rows
}

// newID is a UUIDv7 whose time is at, with the microseconds and the place within
// the act behind the milliseconds, so that ids sort in the order of events.
func newID(at time.Time, place int) string {
	id := uuid.New()
	micros := at.UnixMicro()
	ms := micros / 1000
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	sub := uint16(micros%1000)<<2 | uint16(min(place, 3))
	id[6] = 0x70 | byte(sub>>8)
	id[7] = byte(sub)
	place = min(place, lastPlace) // two bits tell four traces apart, and an edit of a share leaves more
	id[8], id[9] = 0x80|byte(place>>8), byte(place)
	return id.String()
}

const lastPlace = 1<<14 - 1

// FloorID is the smallest id a trace of that time can have: a time filter becomes
// a range of the primary key.
func FloorID(at time.Time) string {
	var id uuid.UUID
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	id[6] = 0x70
	id[8] = 0x80
	return id.String()
}
