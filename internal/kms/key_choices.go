package kms

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// choicesShown is how many keys of a group a form lists before one has to search.
const choicesShown = 20

// ChoiceQuery asks for the keys that a form offers.
type ChoiceQuery struct {
	Region  string
	Default string // alias of the service's default key
	Search  string // start of a name or ID, or of an owner's name; empty for all
}

// KeyChoice is a key in a form. One that cannot be used says why.
type KeyChoice struct {
	ID         KeyID // empty for a default key that is made at first use
	Name       string
	Spec       Spec
	Owner      iam.AccountID // of a shared key
	OwnerName  string
	Share      string // name of a share it came by
	MoreShares int    // how many other shares reach it too
	Usable     bool
	Reason     string
}

// KeyChoices are the keys a form offers, each group ordered by name. MoreOwn and
// MoreShared say that a search would find others.
type KeyChoices struct {
	Default    []KeyChoice
	Own        []KeyChoice
	Shared     []KeyChoice
	MoreOwn    bool
	MoreShared bool
}

// KeyChoices gives the account's default key of a service, its custom keys and the keys
// shared with it, in a region. Four queries.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) KeyChoices(ctx context.Context, caller iam.Caller, q ChoiceQuery) (KeyChoices, error) {
	var c KeyChoices
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, allKeys(caller, q.Region)); err != nil {
			return err
		}
		var err error
		if c.Default, err = defaultChoice(tx, q); err != nil {
			return err
		}
		if c.Own, c.MoreOwn, err = ownChoices(tx, q); err != nil {
			return err
		}
		c.Shared, c.MoreShared, err = sharedChoices(tx, q)
		return err
	})
	return c, err
}

func defaultChoice(tx *iam.Tx, q ChoiceQuery) ([]KeyChoice, error) {
	search := strings.ToLower(q.Search)
	k, found, err := ownByName(tx, q.Region, q.Default)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(q.Default, search) && (search == "" || !strings.HasPrefix(string(k.ID), search)) {
		return nil, nil
	}
	choice := KeyChoice{Name: q.Default, Spec: AES256, Usable: true}
	if found {
		choice = choiceOf(tx.Caller, k)
	}
	return []KeyChoice{choice}, nil
}

func ownChoices(tx *iam.Tx, q ChoiceQuery) ([]KeyChoice, bool, error) {
	var rows []keyRow
	err := tx.DB().Select(keyColumns).Where("account_id = ? AND region = ? AND kind = ? AND state <> 'deleted'", string(tx.Caller.Account), q.Region, string(Custom)).
		Scopes(nameOrID("name_lower", "id", q.Search)).Order("name_lower, id").Limit(choicesShown + 1).Find(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read key choices: %w", err)
	}
	more := len(rows) > choicesShown
	rows = rows[:min(len(rows), choicesShown)]
	choices := make([]KeyChoice, len(rows))
	for i, r := range rows {
		choices[i] = choiceOf(tx.Caller, r.toKey())
	}
	return choices, more, nil
}

// choiceOf decides on paper whether an own key makes data keys for the caller.
func choiceOf(caller iam.Caller, k Key) KeyChoice {
	c := KeyChoice{ID: k.ID, Name: k.Name, Spec: k.Spec}
	_, c.Reason = stateRefusal(k, caller.Account)
	for _, action := range protecting {
		if c.Reason == "" && !caller.May(action, k.URN()) {
			c.Reason = fmt.Sprintf("No policy of %s allows %s on this key.", caller.UserName, action)
		}
	}
	c.Usable = c.Reason == ""
	return c
}

// protecting is what protecting a thing takes and showing it later (dew.md section 2.3).
var protecting = []iam.Action{ActionGet, ActionCreateData, ActionDecryptKey}

type sharedChoiceRow struct {
	keyRow
	OwnerName string  `gorm:"column:owner_name"`
	ShareID   string  `gorm:"column:share_id"`
	ShareName string  `gorm:"column:share_name"`
	Action    *string `gorm:"column:action"`
}

// sharedChoices reads the first keys by name with, for each, the shares it comes by and
// those of the actions in protecting that they allow.
func sharedChoices(tx *iam.Tx, q ChoiceQuery) ([]KeyChoice, bool, error) {
	reach := func(db *gorm.DB) *gorm.DB {
		return db.Scopes(iam.LiveAccess(tx.Now)).
			Where("ka.account_id = ? AND (ka.user_id IS NULL OR ka.user_id = ?)", string(tx.Caller.Account), string(tx.Caller.User))
	}
	first := tx.DB().Table("key_cards AS kc").Joins("JOIN account_names AS an ON an.id = kc.account_id").
		Where("kc.region = ? AND kc.id IN (?)", q.Region, tx.DB().Scopes(reach).Select("ka.key_id")).
		Scopes(keyOrOwner(q.Search)).
		Select("kc.id, kc.account_id, kc.region, kc.kind, kc.name, kc.name_lower, kc.spec, kc.state, an.name AS owner_name").
		Order("kc.name_lower, kc.id").Limit(choicesShown + 1)
	var rows []sharedChoiceRow
	err := tx.DB().Table("(?) AS k", first).
		Joins("JOIN (?) AS p ON p.key_id = k.id", tx.DB().Scopes(reach).Select("ka.key_id, ka.share_id, ka.permission_version_id")).
		Joins("JOIN share_cards AS sc ON sc.id = p.share_id").
		Joins("LEFT JOIN permission_actions AS pa ON pa.version_id = p.permission_version_id AND pa.action IN ?", protecting).
		Select("k.*, p.share_id, sc.name AS share_name, pa.action").Order("k.name_lower, k.id, sc.name, p.share_id").Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read shared key choices: %w", err)
	}
	var choices []KeyChoice
	for len(rows) > 0 {
		n := slices.IndexFunc(rows, func(r sharedChoiceRow) bool { return r.ID != rows[0].ID })
		if n < 0 {
			n = len(rows)
		}
		choices = append(choices, sharedChoice(tx.Caller, rows[:n]))
		rows = rows[n:]
	}
	if len(choices) > choicesShown {
		return choices[:choicesShown], true, nil
	}
	return choices, false, nil
}

// sharedChoice folds the rows of one key: a row per share and action.
func sharedChoice(caller iam.Caller, rows []sharedChoiceRow) KeyChoice {
	k := rows[0].toKey()
	c := KeyChoice{ID: k.ID, Name: k.Name, Spec: k.Spec, Owner: k.Account, OwnerName: rows[0].OwnerName, Share: rows[0].ShareName}
	shares, actions := map[string]bool{}, map[iam.Action]bool{}
	for _, r := range rows {
		shares[r.ShareID] = true
		if r.Action != nil {
			actions[iam.Action(*r.Action)] = true
		}
	}
	c.MoreShares = len(shares) - 1
	_, c.Reason = stateRefusal(k, caller.Account)
	for _, action := range protecting {
		switch {
		case c.Reason != "":
		case !actions[action]:
			c.Reason = fmt.Sprintf("The share does not allow %s. The owner can choose another permission.", action)
		case !caller.May(action, k.URN()):
			c.Reason = fmt.Sprintf("No policy of %s allows %s on this key.", caller.UserName, action)
		}
	}
	c.Usable = c.Reason == ""
	return c
}

// nameOrID is a condition for the start of a name, in any case, or of an ID. What looks
// like the start of an ID, eight hexadecimal digits and a dash, is one.
func nameOrID(name, id, search string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		search := strings.ToLower(strings.TrimSpace(search))
		if low, high, ok := idRange(search); ok {
			return db.Where(id+" BETWEEN ? AND ?", low, high)
		}
		return db.Scopes(store.Prefix(name, search))
	}
}

// keyOrOwner is nameOrID on the cards of shared keys, or the start of the owner's ID
// or name, in any case.
func keyOrOwner(search string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		search = strings.TrimSpace(search)
		lower := strings.ToLower(search)
		if _, _, ok := idRange(lower); ok || search == "" {
			return db.Scopes(nameOrID("kc.name_lower", "kc.id", search))
		}
		end := "\U0010FFFF"
		return db.Where("((kc.name_lower >= ? AND kc.name_lower < ?) OR (lower(an.name) >= ? AND lower(an.name) < ?) OR (kc.account_id >= ? AND kc.account_id < ?))",
			lower, lower+end, lower, lower+end, lower, lower+end)
	}
}

// idRange gives the lowest and highest UUID that begin with text.
func idRange(text string) (low, high string, ok bool) {
	if len(text) < 9 || len(text) > 36 || !iam.IsUUID(text+noID[len(text):]) {
		return "", "", false
	}
	return text + noID[len(text):], text + "ffffffff-ffff-ffff-ffff-ffffffffffff"[len(text):], true
}
