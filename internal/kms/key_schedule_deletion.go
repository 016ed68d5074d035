package kms

import (
	"context"
	"fmt"
	"time"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// Bounds of the waiting time before a deletion, in days (KMS API, pending_days).
const (
	DeletionDaysMin = 7
	DeletionDaysMax = 1096
)

// ScheduleKeyDeletion makes a key unusable now and deletes its material after days, 7 to
// 1096. CancelKeyDeletion undoes it until then. When things depend on the key, a second
// trace (deleteKeyRiskTips) says how many.
//
// Errors: Invalid KMS.1401 if days is out of range; NotFound; Forbidden without
// kms:cmk:update or on a foreign key; State KMS.1402 if the key is already pending
// deletion, KMS.0211 on a default key.
func (s *Service) ScheduleKeyDeletion(ctx context.Context, caller iam.Caller, region string, id KeyID, days int) error {
	if days < DeletionDaysMin || days > DeletionDaysMax {
		return fault.InField("days", "KMS.1401", fmt.Sprintf("The waiting time is %d to %d days.", DeletionDaysMin, DeletionDaysMax))
	}
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		k, err := ownIn(tx, region, id, ActionUpdate, "scheduleKeyDeletion")
		if err != nil {
			return err
		}
		at := tx.Now.Add(time.Duration(days) * 24 * time.Hour)
		tx.Detail("deletion_at", audit.Instant(at))
		already := fault.New(fault.State, "KMS.1402", "This key is already pending deletion.")
		if k.State == PendingDeletion {
			return already
		}
		err = updateKey(tx, k, k.State, map[string]any{"state": string(PendingDeletion), "deletion_at": store.At(at)}, stateMoved())
		if err != nil {
			return err
		}
		return noteRisk(tx, k)
	})
}

func noteRisk(tx *iam.Tx, k Key) error {
	impact, err := keyuse.ImpactIn(tx, []string{string(k.ID)}, tx.Caller.Account)
	if err != nil || impact.Empty() {
		return err
	}
	if err := tx.Allow(ActionUpdate, k.URN()); err != nil {
		return err
	}
	tx.As("deleteKeyRiskTips")
	tx.Detail("own_dependents", audit.Number(int64(impact.OwnCount())))
	tx.Detail("other_dependents", audit.Number(int64(impact.OtherCount())))
	return nil
}

// CancelKeyDeletion keeps a key that is pending deletion. It is disabled afterwards, not
// enabled.
//
// Errors: NotFound; Forbidden without kms:cmk:update or on a foreign key; State KMS.1501
// if the key is not pending deletion, KMS.0211 on a default key.
func (s *Service) CancelKeyDeletion(ctx context.Context, caller iam.Caller, region string, id KeyID) error {
	return s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		k, err := ownIn(tx, region, id, ActionUpdate, "cancelKeyDeletion")
		if err != nil {
			return err
		}
		return updateKey(tx, k, PendingDeletion, map[string]any{"state": string(Disabled), "deletion_at": nil},
			fault.New(fault.State, "KMS.1501", "This key is not pending deletion."))
	})
}
