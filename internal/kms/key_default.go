package kms

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
)

// defaultKeyIn gives the account's default key of a service, made on demand. Of two
// first uses at once one makes it and the other waits for it.
func (s *Service) defaultKeyIn(tx *iam.Tx, region, alias string) (k Key, made bool, err error) {
	k, found, err := ownByName(tx, region, alias)
	if err != nil || found {
		return k, false, err
	}
	k = Key{
		ID: newKeyID(), Account: tx.Caller.Account, Region: region, Kind: Default, Name: alias,
		Spec: AES256, Usage: EncryptDecrypt, Origin: OriginKMS, State: Enabled, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	made, err = s.insertKey(tx.DB(), k)
	if err != nil || made {
		return k, made, err
	}
	k, found, err = ownByName(tx, region, alias)
	if err == nil && !found {
		err = fmt.Errorf("default key %s is neither there nor makeable", alias)
	}
	return k, false, err
}

// ownByName reads the caller's default key of that name.
func ownByName(tx *iam.Tx, region, alias string) (Key, bool, error) {
	var rows []keyRow
	err := tx.DB().Select(keyColumns).Where("account_id = ? AND region = ? AND name = ? AND kind = ? AND state <> 'deleted'",
		string(tx.Caller.Account), region, alias, string(Default)).Limit(1).Find(&rows).Error
	if err != nil {
		return Key{}, false, fmt.Errorf("read default key: %w", err)
	}
	if len(rows) == 0 {
		return Key{}, false, nil
	}
	return rows[0].toKey(), true, nil
}

// ListDefaultKeys gives the default keys of the caller's account in a region: one per
// service that has used one.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) ListDefaultKeys(ctx context.Context, caller iam.Caller, region string) ([]Key, error) {
	var rows []keyRow
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, allKeys(caller, region)); err != nil {
			return err
		}
		return tx.DB().Select(keyColumns).Where("account_id = ? AND region = ? AND kind = ? AND state <> 'deleted'",
			string(caller.Account), region, string(Default)).Order("name_lower, id").Limit(100).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	return toKeys(rows), nil
}
