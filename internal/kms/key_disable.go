package kms

import (
	"context"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// DisableKey stops all cryptography with an own custom key, for everybody, until
// EnableKey.
//
// Errors: NotFound; Forbidden without kms:cmk:disable or on a foreign key; State
// KMS.1301 if the key is not enabled, KMS.0211 on a default key.
func (s *Service) DisableKey(ctx context.Context, caller iam.Caller, region string, id KeyID) error {
	return s.setState(ctx, caller, region, id, stateChange{
		action: ActionDisable, event: "disableKey", from: Enabled, to: Disabled,
		otherwise: fault.New(fault.State, "KMS.1301", "This key is not enabled, so it cannot be disabled."),
	})
}

// EnableKey lets a disabled key work again.
//
// Errors: as DisableKey, with kms:cmk:enable and State KMS.1201 if it is not disabled.
func (s *Service) EnableKey(ctx context.Context, caller iam.Caller, region string, id KeyID) error {
	return s.setState(ctx, caller, region, id, stateChange{
		action: ActionEnable, event: "enableKey", from: Disabled, to: Enabled,
		otherwise: fault.New(fault.State, "KMS.1201", "This key is not disabled, so it cannot be enabled."),
	})
}

type stateChange struct {
	action    iam.Action
	event     string
	from, to  State
	otherwise error // when the key is not in from, or no longer
}

func (s *Service) setState(ctx context.Context, caller iam.Caller, region string, id KeyID, c stateChange) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		k, err := ownIn(tx, region, id, c.action, c.event)
		if err != nil {
			return err
		}
		return updateKey(tx, k, c.from, map[string]any{"state": string(c.to)}, c.otherwise)
	})
}

// ownIn finds a key for a change, decides, and refuses default keys. The gate refuses
// changes of foreign keys, whose shares never allow them.
func ownIn(tx *iam.Tx, region string, id KeyID, action iam.Action, event string) (Key, error) {
	k, err := find(tx, region, id)
	if err != nil {
		return k, err
	}
	if err := tx.Allow(action, k.URN()); err != nil {
		return k, err
	}
	tx.As(event)
	if err := inRegion(k, region); err != nil {
		return k, err
	}
	return k, changeable(k)
}

func stateMoved() error {
	return fault.New(fault.State, "", "This key changed in the meantime. Look at it again.")
}
