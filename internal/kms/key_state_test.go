package kms_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/kms"
)

// acts are the changes of state, on the owner's key unless the caller is another.
var acts = map[string]func(w *world, caller iam.Caller, id kms.KeyID) error{
	"enable":  func(w *world, c iam.Caller, id kms.KeyID) error { return w.kms.EnableKey(ctx(), c, region, id) },
	"disable": func(w *world, c iam.Caller, id kms.KeyID) error { return w.kms.DisableKey(ctx(), c, region, id) },
	"schedule": func(w *world, c iam.Caller, id kms.KeyID) error {
		return w.kms.ScheduleKeyDeletion(ctx(), c, region, id, 7)
	},
	"cancel": func(w *world, c iam.Caller, id kms.KeyID) error {
		return w.kms.CancelKeyDeletion(ctx(), c, region, id)
	},
	"rename": func(w *world, c iam.Caller, id kms.KeyID) error {
		return w.kms.RenameKey(ctx(), c, region, id, "renamed")
	},
	"describe": func(w *world, c iam.Caller, id kms.KeyID) error {
		return w.kms.UpdateKeyDescription(ctx(), c, region, id, "new words")
	},
	"tag": func(w *world, c iam.Caller, id kms.KeyID) error {
		return w.kms.AddTags(ctx(), c, region, id, []kms.Tag{{Key: "team", Value: "a/b"}})
	},
}

func TestStateMachine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.key("machine")
		for _, c := range []struct {
			act  string
			from kms.State
			to   kms.State // same as from when refused
			code string
		}{
			{"enable", kms.Disabled, kms.Enabled, ""},
			{"enable", kms.Enabled, kms.Enabled, "KMS.1201"},
			{"enable", kms.PendingDeletion, kms.PendingDeletion, "KMS.1201"},
			{"disable", kms.Enabled, kms.Disabled, ""},
			{"disable", kms.Disabled, kms.Disabled, "KMS.1301"},
			{"disable", kms.PendingDeletion, kms.PendingDeletion, "KMS.1301"},
			{"schedule", kms.Enabled, kms.PendingDeletion, ""},
			{"schedule", kms.Disabled, kms.PendingDeletion, ""},
			{"schedule", kms.PendingImport, kms.PendingDeletion, ""},
			{"schedule", kms.PendingDeletion, kms.PendingDeletion, "KMS.1402"},
			{"cancel", kms.PendingDeletion, kms.Disabled, ""},
			{"cancel", kms.Enabled, kms.Enabled, "KMS.1501"},
			{"cancel", kms.Disabled, kms.Disabled, "KMS.1501"},
			{"rename", kms.PendingDeletion, kms.PendingDeletion, "KMS.0210"},
			{"describe", kms.PendingDeletion, kms.PendingDeletion, "KMS.0210"},
			{"rename", kms.Disabled, kms.Disabled, ""},
		} {
			w.Advance(time.Second)
			w.setState(id, c.from)
			err := acts[c.act](w, w.owner, id)
			kind := fault.State
			if c.code == "" {
				kind = 0
			}
			iamtest.WantFault(t, err, kind, c.code)
			if got := w.state(id); got != c.to {
				t.Errorf("%s from %s: state is %s, want %s", c.act, c.from, got, c.to)
			}
		}
		wantTrail(t, w, w.owner.Account, "updateKeyAlias failed", "updateKeyDescription failed", "updateKeyAlias succeeded")
	})
}

// No other account and no narrow user changes a key, whatever a share allows.
func TestChangesAreTheOwners(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.key("mine")
		w.share("all", allActions, id)
		reader := w.User(w.owner.Account, "reader", "KMS CMKReadOnlyAccess")
		for name, act := range acts {
			iamtest.WantFault(t, act(w, w.stranger, id), fault.NotFound, "KMS.0207")
			iamtest.WantFault(t, act(w, w.recipient, id), fault.Forbidden, "KMS.0306")
			iamtest.WantFault(t, act(w, reader, id), fault.Forbidden, "KMS.0306")
			if got := w.state(id); got != kms.Enabled {
				t.Errorf("%s by others left state %s", name, got)
			}
		}
		// The owner sees who related tried; the stranger's tries stay in its own trail.
		for _, tr := range w.Traces(w.owner.Account) {
			if tr.Caller == string(w.stranger.Account) {
				t.Errorf("owner's trail holds %s of the stranger", tr.Event)
			}
			if tr.Caller == string(w.recipient.Account) && tr.User != "" {
				t.Errorf("owner's copy names the recipient's user %q", tr.User)
			}
		}
	})
}

func TestDefaultKeyCannotBeChanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.defaultKey(w.owner)
		for _, act := range acts {
			iamtest.WantFault(t, act(w, w.owner, id), fault.State, "KMS.0211")
		}
	})
}

// Of acts on one key at once each sees the state that the one before left.
func TestChangesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.key("contended")
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = w.kms.DisableKey(ctx(), w.owner, region, id) })
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				iamtest.WantFault(t, err, fault.State, "KMS.1301")
			}
		}
		if done != 1 {
			t.Errorf("%d of 8 disabled the key, want 1: %v", done, errors.Join(errs...))
		}
	})
}
