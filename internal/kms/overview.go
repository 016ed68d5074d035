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

// DueKey is a key pending deletion, in short, with what stops when it goes.
type DueKey struct {
	Key
	Dependents keyuse.Dependents
}

// Received is a foreign key in short.
type Received struct {
	ID        KeyID
	Name      string
	State     State
	Owner     iam.AccountID
	OwnerName string
	Since     time.Time
	Invited   bool // some live path came by an invitation, not through the organization
}

// Overview reads it in at most three queries.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) Overview(ctx context.Context, caller iam.Caller, region string) (Overview, error) {
	var o Overview
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionList, allKeys(caller, region)); err != nil {
			return err
		}
		reach, err := readStates(tx, region, s.regions, &o)
		if err != nil {
			return err
		}
		if err := readDependents(tx, o.Due); err != nil {
			return err
		}
		o.Shared, err = newestShared(tx, region, reach)
		return err
	})
	return o, err
}

// readStates counts by state in one region and pending deletions in all, names the keys
// that go first, and says what the account answers to; one query.
func readStates(tx *iam.Tx, region string, regions []string, o *Overview) (reach []iam.Reach, err error) {
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
	var id, due, name *string
	var principals string
	var at *store.Time
	var places []any
	for i := range counts {
		places = append(places, &counts[i])
	}
	places = append(places, &principals, &id, &due, &name, &at)
	args = append(args, string(tx.Caller.Account))
	rows, err := tx.DB().Raw("SELECT "+strings.Join(parts, ", ")+`,
	(SELECT string_agg(ar.kind || ' ' || ar.principal, ' ') FROM account_reach AS ar WHERE ar.account_id = ?), due.id, due.region, due.name, due.deletion_at
FROM (SELECT 1 AS one) AS one LEFT JOIN (
	SELECT id, region, name, deletion_at FROM keys
	WHERE account_id = ? AND region IN ? AND kind = 'custom' AND state = 'pending_deletion' ORDER BY deletion_at, id LIMIT ?
) AS due ON 1 = 1 ORDER BY due.deletion_at, due.id`, append(args, string(tx.Caller.Account), regions, dueMax)...).Rows()
	if err != nil {
		return nil, fmt.Errorf("read states of keys: %w", err)
	}
	defer func() { _ = rows.Close() }() // its error is rows.Err
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return nil, fmt.Errorf("read states of keys: %w", err)
		}
		if id != nil {
			o.Due = append(o.Due, DueKey{Key: Key{ID: KeyID(*id), Account: tx.Caller.Account, Region: *due, Kind: Custom, Name: *name, State: PendingDeletion, DeletionAt: at.TimePtr()}})
		}
	}
	o.States, o.Pending = map[State]int{}, map[string]int{}
	for i, state := range States {
		o.States[state] = counts[i]
	}
	for i, r := range regions {
		o.Pending[r] = counts[len(States)+i]
	}
	for pair := range slices.Chunk(strings.Fields(principals), 2) {
		reach = append(reach, iam.Reach{Kind: pair[0], Principal: pair[1]})
	}
	return reach, rows.Err()
}

// readDependents fills in what stops with the keys that go first; one query, and none
// without such keys.
func readDependents(tx *iam.Tx, keys []DueKey) error {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = string(k.ID)
	}
	dependents, err := keyuse.DependentsIn(tx, ids)
	for i, k := range keys {
		keys[i].Dependents = dependents[string(k.ID)]
	}
	return err
}

// newestShared reads the few keys that were offered last, then their paths, of which the
// newest is told. A key that another principal brought before counts again: to leave it out,
// each of many would be asked for.
func newestShared(tx *iam.Tx, region string, reach []iam.Reach) ([]Received, error) {
	keys, err := listShared(tx, ListSharedKeysInput{Region: region, Sort: SortShared, Desc: true, Slice: store.Slice{Size: newestMax}, byLastOffer: true, reach: reach})
	if err != nil {
		return nil, err
	}
	list := make([]Received, len(keys.Keys))
	for i, k := range keys.Keys {
		list[i] = Received{ID: k.ID, Name: k.Name, State: k.State, Owner: k.Account, OwnerName: k.OwnerName, Since: k.Since}
		for _, p := range k.Paths {
			if !p.Since.Before(list[i].Since) {
				list[i].Since, list[i].Invited = p.Since, p.Invited
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Received) int { return b.Since.Compare(a.Since) })
	return list, nil
}
