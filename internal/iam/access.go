package iam

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// LiveAccess is the one reader of the view key_access: paths that are live at now,
// named ka. Callers add conditions on ka.account_id or ka.key_id, and joins with the
// other views.
func LiveAccess(now time.Time) func(*gorm.DB) *gorm.DB {
	return func(tx *gorm.DB) *gorm.DB {
		return tx.Table("key_access AS ka").Where("(ka.ends_at IS NULL OR ka.ends_at > ?)", store.At(now))
	}
}

// Path is one live way by which an account may use a foreign key.
type Path struct {
	Share   string // share id
	Kind    string // account, ou, organization, grant
	Actions []Action
}

// keyPaths reads the live paths from account to key with their actions, one query.
func keyPaths(db *gorm.DB, now time.Time, account AccountID, user UserID, key string) ([]Path, error) {
	if !store.IsUUID(key) {
		key = "00000000-0000-0000-0000-000000000000" // as long as a look-up of a real one
	}
	var rows []struct {
		ShareID string  `gorm:"column:share_id"`
		Path    string  `gorm:"column:path"`
		Action  *string `gorm:"column:action"`
	}
	err := db.Raw(`SELECT ka.share_id, ka.path, pa.action
FROM key_access ka LEFT JOIN permission_version_actions pa ON pa.version_id = ka.permission_version_id
WHERE ka.account_id = ? AND ka.key_id = ? AND (ka.user_id IS NULL OR ka.user_id = ?) AND (ka.ends_at IS NULL OR ka.ends_at > ?)
ORDER BY ka.share_id, ka.path`, string(account), key, string(user), store.At(now)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read access to key: %w", err)
	}
	var paths []Path
	for _, r := range rows {
		if n := len(paths); n == 0 || paths[n-1].Share != r.ShareID || paths[n-1].Kind != r.Path {
			paths = append(paths, Path{Share: r.ShareID, Kind: r.Path})
		}
		if r.Action != nil {
			last := &paths[len(paths)-1]
			last.Actions = append(last.Actions, Action(*r.Action))
		}
	}
	return paths, nil
}

// shareRole says how account is related to a foreign share: "party", "invited" or "".
func shareRole(db *gorm.DB, now time.Time, account AccountID, share string) (string, error) {
	if !store.IsUUID(share) {
		share = "00000000-0000-0000-0000-000000000000"
	}
	var roles []string
	err := db.Raw("SELECT role FROM share_access WHERE share_id = ? AND account_id = ? AND (ends_at IS NULL OR ends_at > ?) ORDER BY role DESC",
		share, string(account), store.At(now)).Scan(&roles).Error
	if err != nil || len(roles) == 0 {
		return "", err
	}
	return roles[0], nil
}

// shareActions are what each role may do to another account's share, if its own
// policies allow it too.
var shareActions = map[string][]Action{
	"invited": {"ram:resourceShares:search", "ram:resourceShareInvitations:accept", "ram:resourceShareInvitations:reject"},
	"party":   {"ram:resourceShares:search", "ram:resourceShares:leave"},
}

// Granted reports whether some of the paths allow the action.
func Granted(paths []Path, action Action) bool {
	return slices.ContainsFunc(paths, func(p Path) bool { return slices.Contains(p.Actions, action) })
}
