package csms

import (
	"fmt"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

// Key is the key of a secret as its account may see it now.
type Key struct {
	ID        kms.KeyID
	Name      string // live, or as it was when the value was sealed
	Owner     iam.AccountID
	OwnerName string
	Own       bool
	Default   bool
	State     kms.State // empty when the key is not accessible
	Shares    []string  // names of the live shares a foreign key comes by
	Lost      *Loss     // nil when the value can be opened
}

// Loss says why a value cannot be opened with its key.
type Loss struct {
	Code    string // of KMS
	What    string // a sentence
	ForGood bool   // the key was deleted: no act brings the value back
	Share   string // that led to the key and ended, when known
	How     string // how it ended, as ram writes it: left, removed, share_deleted, key_removed, …
	At      time.Time
}

// way is how a foreign key reaches the account.
type way struct {
	shares []string
	opens  bool // some live path allows kms:cmk:decryptDataKey
}

// waysIn reads the live paths to foreign keys, one query.
func waysIn(tx *iam.Tx, keys []string) (map[string]way, error) {
	ways := map[string]way{}
	if len(keys) == 0 {
		return ways, nil
	}
	type row struct {
		key, share string
		opens      int
	}
	of := tx.DB().Table("key_cards").Select("id AS key_id").Where("id IN ?", keys)
	rows, err := store.Each(tx.Steady().Scopes(iam.LiveAccessTo(of, tx.Now, tx.Caller.Account)).
		Joins("JOIN share_cards AS sc ON sc.id = ka.share_id").
		Joins("LEFT JOIN permission_actions AS pa ON pa.version_id = ka.permission_version_id AND pa.action = ?", string(kms.ActionDecryptKey)).
		Where("ka.account_id = ? AND (ka.user_id IS NULL OR ka.user_id = ?)", string(tx.Caller.Account), string(tx.Caller.User)).
		Select("ka.key_id, sc.name AS share_name, max(CASE WHEN pa.action IS NULL THEN 0 ELSE 1 END) AS opens").
		Group("ka.key_id, ka.share_id, sc.name").Order("ka.key_id, sc.name, ka.share_id"), func(r *row) []any { return []any{&r.key, &r.share, &r.opens} })
	if err != nil {
		return nil, fmt.Errorf("read access to keys of secrets: %w", err)
	}
	for _, r := range rows {
		w := ways[r.key]
		w.shares = append(w.shares, r.share)
		w.opens = w.opens || r.opens == 1
		ways[r.key] = w
	}
	return ways, nil
}

// keyColumns are read with a secret: what it remembers of its key, and the key's card.
const keyColumns = "s.key_id, s.key_owner, s.key_name, k.name AS live_name, k.kind AS key_kind, k.state AS key_state, a.name AS owner_name"

// keyJoins goes with keyColumns.
const keyJoins = "LEFT JOIN key_cards AS k ON k.id = s.key_id LEFT JOIN account_names AS a ON a.id = s.key_owner"

type keyPart struct {
	KeyID     string  `gorm:"column:key_id"`
	KeyOwner  string  `gorm:"column:key_owner"`
	KeyName   string  `gorm:"column:key_name"`
	LiveName  *string `gorm:"column:live_name"`
	KeyKind   *string `gorm:"column:key_kind"`
	KeyState  *string `gorm:"column:key_state"`
	OwnerName *string `gorm:"column:owner_name"`
}

// places are those of keyColumns.
func (p *keyPart) places() []any {
	return []any{&p.KeyID, &p.KeyOwner, &p.KeyName, &p.LiveName, &p.KeyKind, &p.KeyState, &p.OwnerName}
}

// reach says how the secret's key stands for the reader.
func (p keyPart) reach(reader iam.AccountID, ways map[string]way) Key {
	k := Key{ID: kms.KeyID(p.KeyID), Name: p.KeyName, Owner: iam.AccountID(p.KeyOwner), Own: p.KeyOwner == string(reader)}
	if p.OwnerName != nil {
		k.OwnerName = *p.OwnerName
	}
	state := kms.Deleted
	if p.KeyState != nil {
		state = kms.State(*p.KeyState)
	}
	w, live := ways[p.KeyID]
	switch {
	case k.Own && state == kms.Deleted:
		k.Lost = &Loss{Code: "KMS.0207", What: "The key was deleted for good.", ForGood: true}
		return k
	case !k.Own && !live:
		k.Lost = &Loss{Code: "KMS.0207", What: "This account no longer has access to the key."}
		return k
	}
	k.Name, k.State, k.Default, k.Shares = *p.LiveName, state, kms.Kind(*p.KeyKind) == kms.Default, w.shares
	switch {
	case !k.Own && !w.opens:
		k.Lost = &Loss{Code: "KMS.0306", What: "The share of the key no longer allows kms:cmk:decryptDataKey."}
	case state == kms.Disabled:
		k.Lost = &Loss{Code: "KMS.0209", What: "The key is disabled."}
	case state == kms.PendingDeletion:
		k.Lost = &Loss{Code: "KMS.0210", What: "The key is pending deletion."}
	case state != kms.Enabled:
		k.Lost = &Loss{Code: "KMS.1301", What: "The key has no key material."}
	}
	return k
}

// foreignKeys lists the keys of other accounts among rows.
func foreignKeys(reader iam.AccountID, parts []keyPart) []string {
	var ids []string
	seen := map[string]bool{}
	for _, p := range parts {
		if p.KeyOwner != string(reader) && !seen[p.KeyID] {
			seen[p.KeyID] = true
			ids = append(ids, p.KeyID)
		}
	}
	return ids
}

// tellEnding adds how the path to a foreign key ended last, when the account was a
// party of the share.
func tellEnding(tx *iam.Tx, k *Key) error {
	var rows []struct {
		Share string     `gorm:"column:share_name"`
		How   string     `gorm:"column:ended_by"`
		At    store.Time `gorm:"column:ended_at"`
	}
	err := tx.DB().Raw("SELECT share_name, ended_by, ended_at FROM key_endings WHERE account_id = ? AND key_id = ? ORDER BY ended_at DESC LIMIT 1",
		string(tx.Caller.Account), string(k.ID)).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read how access to key ended: %w", err)
	}
	if len(rows) > 0 {
		k.Lost.Share, k.Lost.How, k.Lost.At = rows[0].Share, rows[0].How, rows[0].At.Time
	}
	return nil
}
