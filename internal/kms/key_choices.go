package kms

import (
	"context"
	"fmt"
	"strings"

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
	MoreShares int    // how many other shares reach it too, iam.PathsShown stands for as many or more
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
		if store.IsUUID(q.Search) {
			err = c.ownByID(tx, q)
		} else if c.Default, err = defaultChoice(tx, q); err == nil {
			c.Own, c.MoreOwn, err = ownChoices(tx, q)
		}
		if err != nil {
			return err
		}
		c.Shared, c.MoreShared, err = sharedChoices(tx, q)
		return err
	})
	return c, err
}

// ownByID finds the key of that ID, if it is the account's default key or a custom one.
func (c *KeyChoices) ownByID(tx *iam.Tx, q ChoiceQuery) error {
	var rows []keyRow
	err := tx.DB().Select(keyColumns).Where("account_id = ? AND region = ? AND id = ? AND (kind = ? OR name = ?) AND state <> 'deleted'",
		string(tx.Caller.Account), q.Region, store.QueryID(q.Search), string(Custom), q.Default).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("read key choices: %w", err)
	}
	for _, r := range rows {
		if k := r.toKey(); k.Kind == Custom {
			c.Own = append(c.Own, choiceOf(tx.Caller, k))
		} else {
			c.Default = append(c.Default, choiceOf(tx.Caller, k))
		}
	}
	return nil
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
		Scopes(store.NameOrID("name_lower", "id", q.Search)).Order("name_lower, id").Limit(choicesShown + 1).Find(&rows).Error
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
	reason := reasonAgainst(caller, k, nil)
	return KeyChoice{ID: k.ID, Name: k.Name, Spec: k.Spec, Usable: reason == "", Reason: reason}
}

func sharedChoices(tx *iam.Tx, q ChoiceQuery) ([]KeyChoice, bool, error) {
	list, err := listShared(tx, ListSharedKeysInput{Region: q.Region, Search: q.Search, anyOf: true, Slice: store.Slice{Size: choicesShown}})
	if err != nil {
		return nil, false, err
	}
	choices := make([]KeyChoice, len(list.Keys))
	for i, k := range list.Keys {
		choices[i] = KeyChoice{
			ID: k.ID, Name: k.Name, Spec: k.Spec, Owner: k.Account, OwnerName: k.OwnerName,
			Share: k.Paths[0].ShareName, MoreShares: k.others(), Usable: k.Reason == "", Reason: k.Reason,
		}
	}
	return choices, list.Edges.Next != "", nil
}
