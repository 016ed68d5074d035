package kms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// CountCap is where the counts of an overview end: more than this reads "1,000+".
const CountCap = 1000

// newestMax is how many keys that others shared an overview names.
const newestMax = 3

// dueMax is how many keys pending deletion an overview names.
const dueMax = 5

// Overview is what an account's first page says about keys.
type Overview struct {
	States  map[State]int  // custom keys of the region, each at most CountCap+1
	Pending map[string]int // keys pending deletion by region, each at most CountCap+1
	Due     []DueKey       // pending deletion in any region, the first to go first, at most 5
	Shared  []Received     // foreign keys of the region, the newest access first, at most 3
}

// DueKey is a key pending deletion with what stops when it goes.
type DueKey struct {
	Key
	Dependents keyuse.Dependents
}

// Received is a foreign key in short.
type Received struct {
	ID        KeyID
	Name      string
	Owner     iam.AccountID
	OwnerName string
	Since     time.Time
	Invited   bool // some live path came by an invitation, not through the organization
}

// Overview reads it in at most four queries.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) Overview(ctx context.Context, caller iam.Caller, region string) (Overview, error) {
	var o Overview
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, allKeys(caller, region)); err != nil {
			return err
		}
		var err error
		if o.States, o.Pending, err = countStates(tx, region, s.regions); err != nil {
			return err
		}
		if o.Due, err = dueKeys(tx, s.regions); err != nil {
			return err
		}
		o.Shared, err = newestShared(tx, region)
		return err
	})
	return o, err
}

// countStates counts by state in one region and pending deletions in all, one query.
func countStates(tx *iam.Tx, region string, regions []string) (states map[State]int, pending map[string]int, err error) {
	var parts []string
	var args []any
	count := func(region string, state State) {
		parts = append(parts, "(SELECT count(*) FROM (SELECT 1 FROM keys WHERE account_id = ? AND region = ? AND kind = 'custom' AND state = ? LIMIT ?) AS c)")
		args = append(args, string(tx.Caller.Account), region, string(state), CountCap+1)
	}
	for _, state := range States {
		count(region, state)
	}
	for _, r := range regions {
		count(r, PendingDeletion)
	}
	counts := make([]int, len(parts))
	places := make([]any, len(parts))
	for i := range counts {
		places[i] = &counts[i]
	}
	if err := tx.DB().Raw("SELECT "+strings.Join(parts, ", "), args...).Row().Scan(places...); err != nil {
		return nil, nil, fmt.Errorf("count keys by state: %w", err)
	}
	states, pending = map[State]int{}, map[string]int{}
	for i, state := range States {
		states[state] = counts[i]
	}
	for i, r := range regions {
		pending[r] = counts[len(States)+i]
	}
	return states, pending, nil
}

func dueKeys(tx *iam.Tx, regions []string) ([]DueKey, error) {
	var rows []keyRow
	err := tx.DB().Select("id, account_id, region, kind, name, spec, usage, origin, state, deletion_at").
		Where("account_id = ? AND region IN ? AND kind = 'custom' AND state = 'pending_deletion'", string(tx.Caller.Account), regions).Order("deletion_at, id").Limit(dueMax).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list keys pending deletion: %w", err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	dependents, err := keyuse.DependentsIn(tx, ids)
	if err != nil {
		return nil, err
	}
	due := make([]DueKey, len(rows))
	for i, r := range rows {
		due[i] = DueKey{Key: r.toKey(), Dependents: dependents[r.ID]}
	}
	return due, nil
}

// newestShared reads the few newest keys, then their paths.
func newestShared(tx *iam.Tx, region string) ([]Received, error) {
	keys, err := listShared(tx, ListSharedKeysInput{Region: region, Sort: SortShared, Desc: true, Slice: store.Slice{Size: newestMax}})
	if err != nil {
		return nil, err
	}
	list := make([]Received, len(keys.Keys))
	for i, k := range keys.Keys {
		list[i] = Received{ID: k.ID, Name: k.Name, Owner: k.Account, OwnerName: k.OwnerName, Since: k.Since, Invited: slices.ContainsFunc(k.Paths, func(p SharePath) bool { return p.Invited })}
	}
	return list, nil
}
