package iam

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// Gate decides, does and records. Every act goes through one of its three verbs;
// the function given to a verb asks tx.Allow at least once, and an act that would
// end without a decision is rolled back.
//
// Functions given to a verb run again on serialization failure, so they have no
// side effects but rows.
type Gate struct {
	st       *store.Store
	now      func() time.Time
	policies policyCache
	group    group
}

// NewGate makes the gate. now is the clock, which tests set.
func NewGate(st *store.Store, now func() time.Time) *Gate {
	return &Gate{st: st, now: now, policies: policyCache{sets: map[UserID]versionedSet{}}}
}

// errUndecided is a defect in a service, never an answer.
var errUndecided = errors.New("iam: act without a decision")

// Read serves pages and lists: it decides and leaves a trace only when it refuses, or when
// fn forbids what policies allowed, which is a failed act.
//
// It gives no snapshot: fn is in no transaction, its queries run one by one on the
// reading pool, and another act may commit between two of them. So a row that one query
// named may be gone in the next, and fn leaves it out instead of failing; numbers that
// must agree come from one query; a decision holds for the moment it was taken, and what
// must not be told after it, such as a value or what opens one, goes through Use. Nor is
// the caller read again: it is as the sign-in of this request found it.
func (g *Gate) Read(ctx context.Context, caller Caller, fn func(tx *Tx) error) error {
	tx := g.begin(ctx, g.st.Read(ctx), caller)
	tx.reads = g.st
	err := fn(tx)
	if err == nil && len(tx.decisions) == 0 {
		return errUndecided
	}
	if tx.refused != nil && err != nil {
		return g.recordRefusal(ctx, tx, err)
	}
	if fault.Is(err, fault.Forbidden) {
		return g.recordFailure(ctx, tx, err)
	}
	return err
}

// Use serves cryptography and reveal. decide asks tx.Allow and loads what compute
// needs, from connections that only read; the traces are committed before compute runs,
// so nothing leaves without a trace. A compute that fails leaves a second trace that says
// so. compute may be nil. Uses that wait at the same time are read for together, as far as
// ahead says what they need, and share one insert and one commit (group.go).
//
// A use that began after an ending act has committed is refused; one that overlaps
// it may go either way.
func (g *Gate) Use(ctx context.Context, caller Caller, decide func(tx *Tx) error, compute func() error, ahead ...Ahead) error {
	u := &use{ctx: ctx, caller: caller, decide: decide}
	if len(ahead) > 0 {
		u.ahead = ahead[0]
	}
	tx, err := g.useTogether(u)
	if err != nil || compute == nil {
		return err
	}
	if err := compute(); err != nil {
		return g.recordFailure(ctx, tx, err)
	}
	return nil
}

// Write serves changes: decision, change and traces in one transaction.
func (g *Gate) Write(ctx context.Context, caller Caller, fn func(tx *Tx) error) error {
	var tx *Tx
	err := g.st.Write(ctx, func(db *gorm.DB) (err error) {
		tx = g.begin(db.Statement.Context, db, caller)
		if tx.Caller, err = g.refresh(db, caller, tx.Now); err != nil {
			return err
		}
		if err := tx.decided(fn); err != nil {
			return err
		}
		if tx.ending.steps != nil {
			return tx.writeLast()
		}
		return audit.WriteIn(db, tx.entries())
	})
	_, err = g.settle(ctx, tx, err)
	return err
}

// decided runs the act, which must take a decision.
func (tx *Tx) decided(fn func(tx *Tx) error) error {
	err := fn(tx)
	if err == nil && len(tx.entries()) == 0 {
		err = errUndecided
	}
	return err
}

// settle leaves the trace of a refused or failed act, whose own transaction is gone.
func (g *Gate) settle(ctx context.Context, tx *Tx, err error) (*Tx, error) {
	switch {
	case err == nil || tx == nil:
		return tx, err
	case tx.refused != nil:
		return tx, g.recordRefusal(ctx, tx, err)
	default:
		return tx, g.recordFailure(ctx, tx, err)
	}
}

func (g *Gate) begin(ctx context.Context, db *gorm.DB, caller Caller) *Tx {
	return &Tx{Now: g.now().UTC().Truncate(time.Microsecond), Caller: caller, ctx: ctx, db: db}
}

// recordRefusal leaves the trace of a no in a transaction of its own, folded with
// its repeats, and gives err back. If the trace cannot be written, that is the error.
func (g *Gate) recordRefusal(ctx context.Context, tx *Tx, err error) error {
	return g.fold(ctx, tx, *tx.refused, audit.Refused, err)
}

// recordFailure leaves the trace of an allowed act that was not done, with its caller and
// the owner of the resource: whom it would have concerned besides has nothing to be told,
// and nobody writes into the trails of strangers by failing. Input that was wrong and a
// database that does not answer leave none.
func (g *Gate) recordFailure(ctx context.Context, tx *Tx, err error) error {
	if len(tx.decisions) == 0 || fault.Is(err, fault.Invalid) || fault.Is(err, fault.Unauthenticated) || store.Unavailable(err) || errors.Is(err, context.Canceled) {
		return err
	}
	d := *tx.last()
	d.others = nil
	return g.fold(ctx, tx, d, audit.Failed, err)
}

func (g *Gate) fold(ctx context.Context, tx *Tx, d decision, outcome audit.Outcome, cause error) error {
	e := tx.entry(d)
	e.Outcome = outcome
	e.Reason = "internal"
	if f, ok := fault.As(cause); ok {
		e.Reason = f.Code
		if e.Reason == "" {
			e.Reason = f.Kind.String()
		}
	}
	// The request may be over; what was refused is recorded all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := g.st.Write(ctx, func(db *gorm.DB) error { return audit.FoldIn(db, e) }); err != nil {
		slog.ErrorContext(ctx, "trace of a refusal was not written", "action", e.Action, "outcome", e.Outcome, "cause", cause)
		return fmt.Errorf("record %s %s: %w", e.Outcome, e.Action, err)
	}
	return cause
}

type decision struct {
	action   Action
	event    string
	urn      URN
	related  bool // the resource may be named in full
	others   []AccountID
	details  map[string]string
	private  map[string]string
	unspoken bool // decided for the act, recorded with its main decision
}

// Tx is the inside of an act: the transaction, its one instant, and the decisions
// taken so far. It is not safe for use by several goroutines.
type Tx struct {
	Now    time.Time // UTC, microseconds; the time of every row of the act
	Caller Caller

	ctx       context.Context
	db        *gorm.DB
	reads     *store.Store // nil in a transaction
	decisions []decision
	at        int // the decision that is spoken of
	refused   *decision
	paths     map[string][]Path
	ending    lastSteps
}

// DB is the handle for queries of this act.
func (tx *Tx) DB() *gorm.DB { return tx.db.WithContext(tx.ctx) }

// Steady is DB for a statement of many tables (store.Steady); in an act that changes
// something it is DB.
func (tx *Tx) Steady() *gorm.DB {
	if tx.reads == nil {
		return tx.DB()
	}
	return tx.reads.Steady(tx.ctx)
}

// Fresh is DB for a statement whose plan depends on its arguments (store.Fresh); in an act
// that changes something it is DB.
func (tx *Tx) Fresh() *gorm.DB {
	if tx.reads == nil {
		return tx.DB()
	}
	return tx.reads.Fresh(tx.ctx)
}

// Context is the context of the act.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Allow decides whether the caller may do action on the resource, and names the
// resource of the trace. It may be asked several times in one act.
//
// Errors: NotFound when nothing relates the caller to the resource, whether it
// exists or not; Forbidden, with the reason, when it is related but not allowed.
func (tx *Tx) Allow(action Action, urn URN) error {
	d := decision{action: action, event: eventOf(action), urn: urn}
	err := tx.decide(&d)
	if err != nil {
		if _, ok := fault.As(err); ok {
			tx.refused = &d
		}
		return err
	}
	tx.at = len(tx.decisions)
	tx.decisions = append(tx.decisions, d)
	return nil
}

func (tx *Tx) decide(d *decision) error {
	if d.urn.Account == tx.Caller.Account && d.urn.Account != "" {
		d.related = true
		if !tx.Caller.May(d.action, d.urn) {
			return refuse(d.urn, fault.Link{Subject: "Your policy", Text: fmt.Sprintf("No policy of %s allows %s. The account's root user can attach one.", tx.Caller.UserName, d.action)})
		}
		return nil
	}
	switch d.urn.Type {
	case TypeKey:
		return tx.decideForeignKey(d)
	case TypeShare:
		return tx.decideForeignShare(d)
	}
	return notFound(d.urn)
}

func (tx *Tx) decideForeignKey(d *decision) error {
	paths, err := tx.Paths(d.urn.ID)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return notFound(d.urn)
	}
	d.related = true
	inPermission, err := tx.Granted(d.urn.ID, d.action)
	if err != nil {
		return err
	}
	inPolicy := tx.Caller.May(d.action, d.urn)
	if inPermission && inPolicy {
		return nil
	}
	return tx.refuseKey(d, inPermission, inPolicy)
}

func (tx *Tx) decideForeignShare(d *decision) error {
	role, err := shareRole(tx.db, tx.Now, tx.Caller.Account, d.urn.ID)
	if err != nil {
		return fmt.Errorf("read relation to share: %w", err)
	}
	if role == "" {
		return notFound(d.urn)
	}
	d.related = true
	if !slices.Contains(shareActions[role], d.action) {
		return refuse(d.urn, fault.Link{Subject: "Share", Text: "Only the owner of the share can do this."})
	}
	if !tx.Caller.May(d.action, d.urn) {
		return refuse(d.urn,
			fault.Link{Subject: "Share", Holds: true, Text: "The share is meant for this account."},
			tx.ownPolicy(d.action, false))
	}
	return nil
}

// Granted reports whether any live path from the caller's account to a foreign key allows
// action.
func (tx *Tx) Granted(key string, action Action) (bool, error) {
	paths, err := tx.Paths(key)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(paths, func(p Path) bool { return slices.Contains(p.Actions, action) }) {
		return true, nil
	}
	if len(paths) < pathsMost {
		return false, nil
	}
	return grantedBeyond(tx, key, action)
}

// Paths lists live paths from the caller's account to a foreign key, read once per act: all
// of them, up to 32.
func (tx *Tx) Paths(key string) ([]Path, error) {
	if known, ok := tx.paths[key]; ok {
		return known, nil
	}
	paths, err := keyPaths(tx.Steady(), tx.Now, tx.Caller.Account, tx.Caller.User, key)
	if err != nil {
		return nil, err
	}
	if tx.paths == nil {
		tx.paths = map[string][]Path{}
	}
	tx.paths[key] = paths
	return paths, nil
}

// As names the event of the last decision, where it is not the action's last word.
func (tx *Tx) As(event string) { tx.last().event = event }

// Detail adds a fact to the trace of the last decision. Never a secret.
func (tx *Tx) Detail(name, value string) {
	d := tx.last()
	if d.details == nil {
		d.details = map[string]string{}
	}
	d.details[name] = value
}

// PrivateDetail adds a fact that only the caller's own trail holds, such as the
// name of a dependent.
func (tx *Tx) PrivateDetail(name, value string) {
	d := tx.last()
	if d.private == nil {
		d.private = map[string]string{}
	}
	d.private[name] = value
}

// CopyTo adds the trace of the last decision to the trails of other accounts that
// the act concerns, if it is done. The owner of the resource has a copy anyway.
func (tx *Tx) CopyTo(accounts ...AccountID) {
	d := tx.last()
	for _, a := range accounts {
		if a != "" && a != tx.Caller.Account && !slices.Contains(d.others, a) {
			d.others = append(d.others, a)
		}
	}
}

func (tx *Tx) last() *decision {
	if len(tx.decisions) == 0 {
		panic("iam: a detail before a decision")
	}
	return &tx.decisions[tx.at]
}

// Quiet keeps the last decision out of the trail: it was asked to show or to check
// something beside the act, whose own decision is recorded.
func (tx *Tx) Quiet() { tx.last().unspoken = true }

func (tx *Tx) entries() []audit.Entry {
	list := make([]audit.Entry, 0, len(tx.decisions))
	for _, d := range tx.decisions {
		if d.unspoken {
			continue
		}
		e := tx.entry(d)
		e.Outcome = audit.Succeeded
		list = append(list, e)
	}
	return list
}

// What a trace keeps of text that comes from outside, in bytes: no index row of a
// database may be filled by what somebody typed.
const (
	agentMax = 256
	typedMax = 128
)

func (tx *Tx) entry(d decision) audit.Entry {
	c := tx.Caller
	e := audit.Entry{
		At: tx.Now, Trails: []string{string(c.Account)}, CallerAccount: string(c.Account),
		UserID: string(c.User), UserName: c.UserName, Agency: c.agency, Address: c.Address, Agent: cut(c.Agent, agentMax), RequestID: c.RequestID,
		Action: string(d.action), Event: d.event, ResourceType: d.urn.Type, ResourceID: cut(d.urn.ID, typedMax),
		Details: d.details, Private: d.private,
	}
	if !d.related {
		return e // only what was typed, only in the caller's trail
	}
	e.ResourceURN = d.urn.String()
	if d.urn.Account != c.Account {
		e.Trails = append(e.Trails, string(d.urn.Account))
	}
	for _, a := range d.others {
		if !slices.Contains(e.Trails, string(a)) {
			e.Trails = append(e.Trails, string(a))
		}
	}
	return e
}
