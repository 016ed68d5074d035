package iam

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// LiveAccess reads the view key_access: paths that are live at now, named ka. Callers add
// conditions on ka.account_id or ka.key_id, and joins with the other views. What is asked
// about many keys or many paths goes through LiveAccessTo or the decision's own query instead,
// which find candidates first and ask the view about each.
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

// pathsMost bounds what a decision reads: an account can be reached by as many shares of
// one key as there are.
const pathsMost = 32

// pathsText reads paths from an account to a key into one text, which costs less than a row
// for each action. account and key are what they are compared with.
func pathsText(account, key, where string) string {
	return fmt.Sprintf(`SELECT string_agg(ka.share_id || ' ' || ka.path || ' ' || COALESCE((
	SELECT string_agg(pa.action, ' ') FROM permission_version_actions pa WHERE pa.version_id = ka.permission_version_id), ''), ';')
FROM (SELECT ka.share_id, ka.path, ka.permission_version_id FROM %s AND %s LIMIT %d) AS ka`, pathsTo(account, key), where, pathsMost)
}

// pathsTo finds paths by what principals of the account are offered: few rows between one
// account and one key, however many shares either has. What is found there is decided by
// key_access.
func pathsTo(account, key string) string {
	return fmt.Sprintf(`(SELECT e.association_id FROM account_reach AS ar CROSS JOIN offered_paths AS e
	WHERE ar.account_id = %[1]s AND e.kind = ar.kind AND e.principal = ar.principal AND e.key_id = %[2]s%[3]s) AS e CROSS JOIN key_access AS ka
WHERE ka.association_id = e.association_id AND ka.account_id = %[1]s AND ka.key_id = %[2]s`, account, key, fence)
}

const pathTo = "(ka.user_id IS NULL OR ka.user_id = ?) AND (ka.ends_at IS NULL OR ka.ends_at > ?)"

var pathsToKey = pathsText("?", "?", pathTo)

// keyPaths reads live paths from account to key with their actions, one query: all of
// them, or the first that are found, at most pathsMost.
func keyPaths(db *gorm.DB, now time.Time, account AccountID, user UserID, key string) ([]Path, error) {
	var text *string
	err := db.Raw(pathsToKey, string(account), store.QueryID(key), string(account), store.QueryID(key), string(user), store.At(now)).Row().Scan(&text)
	if err != nil {
		return nil, fmt.Errorf("read access to key: %w", err)
	}
	return parsePaths(text), nil
}

// grantedBeyond reports whether any live path allows action, where keyPaths may have left
// some out.
func grantedBeyond(tx *Tx, key string, action Action) (granted bool, err error) {
	err = tx.db.Raw("SELECT EXISTS (SELECT 1 FROM "+pathsTo("?", "?")+" AND "+pathTo+" AND EXISTS (SELECT 1 FROM permission_version_actions pa WHERE pa.version_id = ka.permission_version_id AND pa.action = ?))",
		string(tx.Caller.Account), store.QueryID(key), string(tx.Caller.Account), store.QueryID(key), string(tx.Caller.User), store.At(tx.Now), string(action)).Row().Scan(&granted)
	if err != nil {
		return false, fmt.Errorf("read access to key: %w", err)
	}
	return granted, nil
}

// parsePaths reads "share path action action…;share path action…".
func parsePaths(text *string) []Path {
	if text == nil {
		return nil
	}
	var paths []Path
	for line := range strings.SplitSeq(*text, ";") {
		words := strings.Fields(line)
		p := Path{Share: words[0], Kind: words[1], Actions: make([]Action, 0, len(words)-2)}
		for _, action := range words[2:] {
			p.Actions = append(p.Actions, Action(action))
		}
		paths = append(paths, p)
	}
	return paths
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
