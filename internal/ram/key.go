package ram

import (
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

type keyCard struct {
	ID        string `gorm:"column:id"`
	AccountID string `gorm:"column:account_id"`
	Region    string `gorm:"column:region"`
	Kind      string `gorm:"column:kind"`
	Name      string `gorm:"column:name"`
	NameLower string `gorm:"column:name_lower"`
	Spec      string `gorm:"column:spec"`
	Usage     string `gorm:"column:usage"`
	State     string `gorm:"column:state"`
}

// TableName names the view.
func (keyCard) TableName() string { return "key_cards" }

func (k keyCard) toKey() Key {
	return Key{ID: k.ID, Region: k.Region, Name: k.Name, Spec: k.Spec, Usage: k.Usage, State: k.State}
}

// ownKeys reads those of the ids that are keys of the caller's account, by id.
func ownKeys(tx *iam.Tx, ids []string) (map[string]keyCard, error) {
	keys := map[string]keyCard{}
	asked := make([]string, 0, len(ids))
	for _, id := range ids {
		asked = append(asked, store.QueryID(id))
	}
	if len(asked) == 0 {
		return keys, nil
	}
	var rows []keyCard
	if err := tx.DB().Where("id IN ?", asked).Scopes(store.OfAccount("account_id", string(tx.Caller.Account), true)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	for _, k := range rows {
		keys[k.ID] = k
	}
	return keys, nil
}

// draftKeys reads the keys of a draft; lock keeps them from changing, in an act that
// shares them. Locked, default keys are left out like those of others.
func draftKeys(tx *iam.Tx, ids []string, lock bool) (map[string]keyCard, error) {
	if !lock {
		return ownKeys(tx, ids)
	}
	asked := make([]kms.KeyID, 0, len(ids))
	for _, id := range ids {
		asked = append(asked, kms.KeyID(id))
	}
	locked, err := kms.LockOwnKeysIn(tx, asked)
	if err != nil {
		return nil, err
	}
	keys := map[string]keyCard{}
	for _, k := range locked {
		keys[string(k.ID)] = keyCard{
			ID: string(k.ID), AccountID: string(k.Account), Region: k.Region, Kind: string(k.Kind), Name: k.Name,
			Spec: string(k.Spec), Usage: string(k.Usage), State: string(k.State),
		}
	}
	return keys, nil
}

// shareable says why an own key cannot be put into a share, or nil.
func shareable(tx *iam.Tx, k keyCard) error {
	refuse := func(code, format string) error {
		return fault.InField("keys", code, fmt.Sprintf(format, k.Name))
	}
	switch {
	case !tx.Caller.May(actionGetKey, keyURN(k.Region, tx.Caller.Account, k.ID)): // before all that tells name and state
		return fault.InField("keys", codeNoRight, fmt.Sprintf("No policy of yours lets you see the key %s, so you cannot share it. Ask the account's root user for one that allows kms:cmk:get.", k.ID))
	case k.Kind != "custom":
		return refuse(codeNoPermission, "%s is a default key, and only custom keys can be shared. Choose another one.")
	case k.State == "pending_deletion":
		return refuse(codeNoRight, "%s is about to be deleted. Cancel the deletion before you share it.")
	case k.State != "enabled" && k.State != "disabled":
		return refuse(codeNoRight, "%s cannot be shared in its present state. Import its material first, or choose another key.")
	}
	return nil
}

// notOwned is the one answer for a key of another account and for a missing one.
func notOwned(text string) fault.Field {
	return fault.Field{Name: "keys", Code: codeNotOwner, Message: fmt.Sprintf("This account owns no key %s. Choose a key of its own: one that others share with it cannot be shared on.", short(text))}
}

// parseKey reads what names a key: its ID, or its URN, whose region must be right.
func parseKey(owner iam.AccountID, text string) (id, region string, ok bool) {
	if store.IsUUID(text) {
		return text, "", true
	}
	urn, ok := iam.ParseURN(text)
	if !ok || urn.Service != "kms" || urn.Type != iam.TypeKey || urn.Account != owner || urn.Region == "" || !store.IsUUID(urn.ID) {
		return "", "", false
	}
	return urn.ID, urn.Region, true
}
