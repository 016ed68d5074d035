package scale

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"

	"sharedkms/internal/audit"
	"sharedkms/internal/store"
)

// Every tenth trace belongs to the trail of the heavy account, which has it of acts of its
// users and of uses of its keys by others.
const traceColumns = "account_id, id, at, caller_account, user_name, action, event, resource_type, resource_id, outcome, body, repeats, last_at"

// valuesOfTrace is how many values audit gives for one row.
const valuesOfTrace = 13

type act struct{ action, event string }

var acts = []act{
	{"kms:cmk:encryptData", "encryptData"}, {"kms:cmk:decryptData", "decryptData"}, {"kms:cmk:createDataKey", "createDatakey"},
	{"kms:cmk:decryptDataKey", "decryptDatakey"}, {"kms:cmk:disable", "disableKey"}, {"kms:cmk:enable", "enableKey"},
}

func (l *loader) traces(ctx context.Context) error {
	return l.insert(ctx, "audit_traces", traceColumns, l.trails())
}

// trails gives traces in the order of time, as the acts would have left them. Those of the
// depots, whose unit is moved, come before: accounts without any would share pages.
func (l *loader) trails() iter.Seq[row] {
	return func(yield func(row) bool) {
		for n := range l.size.TracesOfDepots() {
			for r := range rowsOf(l.depotTrace(n)) {
				if !yield(r) {
					return
				}
			}
		}
		for n := 0; n < l.size.Traces; {
			for r := range rowsOf(l.trace(n)) {
				if n < l.size.Traces && !yield(r) {
					return
				}
				n++
			}
		}
	}
}

// rowsOf gives what an act leaves, one row for each trail.
func rowsOf(e audit.Entry) iter.Seq[row] {
	return func(yield func(row) bool) {
		for args := audit.Step([]audit.Entry{e}).Args; len(args) > 0; args = args[valuesOfTrace:] {
			r := row(args[:valuesOfTrace:valuesOfTrace])
			for i, v := range r {
				if t, ok := v.(store.Time); ok {
					r[i] = t.Time
				}
			}
			r[1] = uuid.MustParse(r[1].(string))
			if !yield(r) {
				return
			}
		}
	}
}

// TracesOfDepots is how many traces the depots have beside the others: of a hundred acts each
// in the worlds that are measured, whatever else these hold.
func (s Size) TracesOfDepots() int { return Depots * min(100, s.Traces/2000) }

// depotTrace is the n-th of them, in the order of time: an act of a depot on a key of its own
// that is gone.
func (l *loader) depotTrace(n int) audit.Entry {
	luck, caller := splitmix(^uint64(n)), account(l.outside(outsiders)+n%Depots)
	act := acts[luck%uint64(len(acts))]
	return l.entry(l.ago(n, l.size.TracesOfDepots()), caller, caller, int(luck>>40%ownOfMember), "root", act, luck)
}

// trace is the n-th: of 20, one by a user of the heavy account, one by a member with a
// key of the heavy account, which leaves two rows, the others by members on their own.
func (l *loader) trace(n int) audit.Entry {
	luck := splitmix(uint64(n))
	act := acts[luck%uint64(len(acts))]
	caller := account(heavy + 1 + int(luck>>8%uint64(l.size.Members-heavy-1)))
	owner, key, user := caller, int(luck>>40%ownOfMember), "root"
	switch luck >> 32 % 20 {
	case 0:
		caller, owner, key, user = heavy, heavy, int(luck>>40%uint64(l.size.Heavy)), userName(int(luck>>16%usersOfHeavy))
	case 1:
		owner, key = heavy, int(luck>>40%uint64(l.size.Heavy))
	}
	e := l.entry(l.ago(n, l.size.Traces), caller, owner, key, user, act, luck)
	if caller != owner {
		e.Trails = append(e.Trails, owner.id())
	}
	switch luck >> 24 % 20 {
	case 0:
		e.Outcome, e.Reason = audit.Refused, "KMS.0306"
	case 1:
		e.Outcome, e.Reason = audit.Failed, "KMS.0209"
	}
	return e
}

// entry is of an act of a caller on an owner's key.
func (l *loader) entry(at time.Time, caller, owner account, key int, user string, act act, luck uint64) audit.Entry {
	e := audit.Entry{
		At: at, Trails: []string{caller.id()}, CallerAccount: caller.id(), UserID: caller.root(), UserName: user,
		Address: "203.0.113.7", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", RequestID: id(idUser, luck).String(),
		Action: act.action, Event: act.event, ResourceType: "KeyId", ResourceID: keyID(owner, key).String(), Outcome: audit.Succeeded,
	}
	e.ResourceURN = "kms:" + Region + ":" + owner.id() + ":KeyId:" + e.ResourceID
	return e
}
