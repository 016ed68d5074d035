package scale

import (
	"context"
	"iter"

	"github.com/google/uuid"

	"sharedkms/internal/audit"
	"sharedkms/internal/store"
)

// Every tenth trace belongs to the trail of the heavy account, which has it of acts of its
// users and of uses of its keys by others.
const traceColumns = "account_id, id, at, caller_account, user_name, action, event, resource_type, resource_id, outcome, body, repeats, last_at"

// valuesOfTrace is how many values audit gives for one row.
const valuesOfTrace = 13

var acts = []struct{ action, event string }{
	{"kms:cmk:encryptData", "encryptData"}, {"kms:cmk:decryptData", "decryptData"}, {"kms:cmk:createDataKey", "createDatakey"},
	{"kms:cmk:decryptDataKey", "decryptDatakey"}, {"kms:cmk:disable", "disableKey"}, {"kms:cmk:enable", "enableKey"},
}

func (l *loader) traces(ctx context.Context) error {
	return l.insert(ctx, "audit_traces", traceColumns, l.trails())
}

// trails gives traces in the order of time, as the acts would have left them.
func (l *loader) trails() iter.Seq[row] {
	return func(yield func(row) bool) {
		for n := 0; n < l.size.Traces; {
			args := audit.Step([]audit.Entry{l.trace(n)}).Args
			for ; len(args) > 0 && n < l.size.Traces; n++ {
				r := row(args[:valuesOfTrace:valuesOfTrace])
				args = args[valuesOfTrace:]
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
	e := audit.Entry{
		At: l.ago(n, l.size.Traces), Trails: []string{caller.id()}, CallerAccount: caller.id(), UserID: caller.root(), UserName: user,
		Address: "203.0.113.7", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", RequestID: id(idUser, luck).String(),
		Action: act.action, Event: act.event, ResourceType: "KeyId", ResourceID: keyID(owner, key).String(), Outcome: audit.Succeeded,
	}
	e.ResourceURN = "kms:" + Region + ":" + owner.id() + ":KeyId:" + e.ResourceID
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
