package kms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// SortShared orders shared keys by the time the first share became effective.
const SortShared = "shared"

// ListSharedKeysInput selects foreign keys; empty fields select all.
type ListSharedKeysInput struct {
	Region string
	Search string // start of the name in any case, or of the ID
	State  State
	Spec   Spec
	Usage  Usage
	Origin Origin
	Owner  string // start of the owner's account ID, or of its name in any case
	Share  string // start of a share's name in any case
	Sort   string // SortName or SortShared
	Desc   bool
	Slice  store.Slice

	anyOf string // start of name, ID or owner: the search of forms
}

// SharedKey is a foreign key that this account can use, once, however many shares
// reach it.
type SharedKey struct {
	Key
	OwnerName string
	Since     time.Time // of the oldest live path
	Paths     []SharePath
	Reason    string // why it cannot protect anything now; empty when it can
}

// SharePath is one way by which a foreign key is reached.
type SharePath struct {
	Share       string // id
	ShareName   string
	Kind        string // account, ou, organization
	Permission  string // name
	Version     int    // of the permission
	ActionCount int
	Since       time.Time
}

// SharedKeyList is a slice of foreign keys.
type SharedKeyList struct {
	Keys  []SharedKey
	Edges store.Edges
}

// ListSharedKeys gives the keys of other accounts that reach the caller's account by a
// live share now, in a region. It is fed from the shares: a key list never holds them.
// Two queries.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) ListSharedKeys(ctx context.Context, caller iam.Caller, in ListSharedKeysInput) (SharedKeyList, error) {
	var list SharedKeyList
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		err := tx.Allow(ActionList, allKeys(caller, in.Region))
		if err == nil {
			list, err = listShared(tx, in)
		}
		return err
	})
	return list, err
}

type sharedRow struct {
	Key       keyRow     `gorm:"embedded"`
	OwnerName string     `gorm:"column:owner_name"`
	Since     store.Time `gorm:"column:since"`
}

func listShared(tx *iam.Tx, in ListSharedKeysInput) (SharedKeyList, error) {
	keyset := store.Keyset{Column: "kc.name_lower", ID: "kc.id", Desc: in.Desc}
	if in.Sort == SortShared {
		keyset = store.Keyset{Column: "a.since", ID: "kc.id", Time: true, Desc: in.Desc}
	}
	reached := tx.DB().Scopes(reaching(tx)).Select("ka.key_id, min(ka.since) AS since").Group("ka.key_id")
	if in.Share != "" {
		reached = reached.Joins("JOIN share_cards AS sc ON sc.id = ka.share_id").Scopes(store.Prefix("sc.name_lower", strings.ToLower(in.Share)))
	}
	q := tx.DB().Table("(?) AS a", reached).Joins("JOIN key_cards AS kc ON kc.id = a.key_id").Joins("JOIN account_names AS an ON an.id = kc.account_id").
		Select("kc.id, kc.account_id, kc.region, kc.kind, kc.name, kc.name_lower, kc.spec, kc.usage, kc.origin, kc.state, kc.created_at, kc.deletion_at, an.name AS owner_name, a.since").
		Where("kc.region = ?", in.Region).Scopes(store.NameOrID("kc.name_lower", "kc.id", in.Search), ownedBy(in.Owner), keyOrOwner(in.anyOf), being("kc.", in.Spec, in.Usage, in.Origin), keyset.Apply(in.Slice))
	if in.State != "" {
		q = q.Where("kc.state = ?", string(in.State))
	}
	var rows []sharedRow
	if err := q.Scan(&rows).Error; err != nil {
		return SharedKeyList{}, fmt.Errorf("list shared keys: %w", err)
	}
	rows, edges := store.Cut(keyset, in.Slice, rows, func(r sharedRow) (any, string) {
		if in.Sort == SortShared {
			return r.Since, r.Key.ID
		}
		return r.Key.NameLower, r.Key.ID
	})
	list := SharedKeyList{Keys: make([]SharedKey, len(rows)), Edges: edges}
	for i, r := range rows {
		list.Keys[i] = SharedKey{Key: r.Key.toKey(), OwnerName: r.OwnerName, Since: r.Since.Time}
	}
	if err := addPaths(tx, list.Keys); err != nil {
		return SharedKeyList{}, err
	}
	// The last share of a key may have ended between the two queries.
	list.Keys = slices.DeleteFunc(list.Keys, func(k SharedKey) bool { return len(k.Paths) == 0 })
	return list, nil
}

// reaching selects the live paths ka that the caller stands on.
func reaching(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		return db.Scopes(iam.LiveAccess(tx.Now)).
			Where("ka.account_id = ? AND (ka.user_id IS NULL OR ka.user_id = ?)", string(tx.Caller.Account), string(tx.Caller.User))
	}
}

type pathRow struct {
	KeyID       string     `gorm:"column:key_id"`
	ShareID     string     `gorm:"column:share_id"`
	ShareName   string     `gorm:"column:share_name"`
	Kind        string     `gorm:"column:kind"`
	Permission  string     `gorm:"column:permission"`
	Version     int        `gorm:"column:version"`
	ActionCount int        `gorm:"column:action_count"`
	Since       store.Time `gorm:"column:since"`
	MayGet      bool       `gorm:"column:may_get"`
	MayCreate   bool       `gorm:"column:may_create"`
	MayDecrypt  bool       `gorm:"column:may_decrypt"`
}

// protecting is what it takes to protect a thing and to show it later.
var protecting = []iam.Action{ActionGet, ActionCreateData, ActionDecryptKey}

func (r *pathRow) allows(a iam.Action) bool {
	return a == ActionGet && r.MayGet || a == ActionCreateData && r.MayCreate || a == ActionDecryptKey && r.MayDecrypt
}

// addPaths reads the shares that reach each key, the oldest first, and from what they
// allow whether the key can protect something.
func addPaths(tx *iam.Tx, keys []SharedKey) error {
	if len(keys) == 0 {
		return nil
	}
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = string(k.ID)
	}
	const may = "EXISTS (SELECT 1 FROM permission_actions AS pa WHERE pa.version_id = ka.permission_version_id AND pa.action = ?)"
	var rows []pathRow
	err := tx.DB().Scopes(reaching(tx)).Where("ka.key_id IN ?", ids).
		Joins("JOIN share_cards AS sc ON sc.id = ka.share_id").Joins("JOIN permission_cards AS pc ON pc.version_id = ka.permission_version_id").
		Select("ka.key_id, ka.share_id, sc.name AS share_name, ka.path AS kind, pc.name AS permission, pc.version, pc.action_count, ka.since, "+
			may+" AS may_get, "+may+" AS may_create, "+may+" AS may_decrypt", ActionGet, ActionCreateData, ActionDecryptKey).
		Order("ka.key_id, ka.since, ka.share_id, ka.path").Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read shares of keys: %w", err)
	}
	from := make(map[string]int, len(keys)) // where the rows of a key begin
	for i := len(rows) - 1; i >= 0; i-- {
		from[rows[i].KeyID] = i
	}
	for i := range keys {
		k := &keys[i]
		first, found := from[string(k.ID)]
		if !found {
			first = len(rows)
		}
		own := rows[first:]
		for j := range own {
			r := &own[j]
			if r.KeyID != string(k.ID) {
				own = own[:j]
				break
			}
			if !slices.ContainsFunc(k.Paths, func(known SharePath) bool { return known.Share == r.ShareID && known.Kind == r.Kind }) {
				k.Paths = append(k.Paths, SharePath{r.ShareID, r.ShareName, r.Kind, r.Permission, r.Version, r.ActionCount, r.Since.Time})
			}
		}
		k.Reason = reasonAgainst(tx.Caller, k.Key, func(a iam.Action) bool {
			return slices.ContainsFunc(own, func(r pathRow) bool { return r.allows(a) })
		})
	}
	return nil
}

// reasonAgainst says why a key cannot protect a thing for the caller, or "". shared says
// what live shares allow; it is not asked about own keys.
func reasonAgainst(caller iam.Caller, k Key, shared func(iam.Action) bool) string {
	if _, text := stateRefusal(k, caller.Account); text != "" {
		return text
	}
	if !k.Symmetric() {
		return "Not for encryption: its spec is " + string(k.Spec) + "."
	}
	for _, action := range protecting {
		switch {
		case k.Account != caller.Account && !shared(action):
			return fmt.Sprintf("The share does not allow %s. The owner can choose another permission.", action)
		case !caller.May(action, k.URN()):
			return fmt.Sprintf("No policy of %s allows %s on this key.", caller.UserName, action)
		}
	}
	return ""
}
