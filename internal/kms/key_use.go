package kms

import (
	"context"
	"strconv"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// keyUse names the key of a use, and one version of its material; 0 is the one that
// encrypts.
type keyUse struct {
	action  iam.Action
	region  string
	key     KeyID
	version uint32
}

// use decides about a key, leaves the traces, and then lends the key to compute. Key and
// material are read together with those of other uses that wait at the same time.
//
// Errors: those of LoadKeyIn and of compute.
func (s *Service) use(ctx context.Context, caller iam.Caller, u keyUse, compute func(open OpenKey) error) error {
	want := &wanted{key: u.key, version: u.version}
	return s.gate.Use(ctx, caller,
		func(tx *iam.Tx) error { return want.found.allowed(tx, u.action, u.region, u.key) },
		func() error { return compute(want.found) },
		iam.Ahead{Key: string(u.key), From: materials{s}, Want: want})
}

// materials reads keys with their material for uses of any account: nothing is decided yet.
type materials struct{ *Service }

type wanted struct {
	key     KeyID
	version uint32
	found   OpenKey // the zero one when there is no such key
}

var materialsAhead = store.NewLookup(`SELECT asked.n, v.sealed, `+keyColumnsOfK+`
FROM asked CROSS JOIN keys AS k
LEFT JOIN key_versions AS v ON v.key_id = k.id AND v.version = CASE WHEN asked.version = 0 THEN k.current_version ELSE asked.version END
WHERE k.id = asked.id AND k.state <> 'deleted'`, "id uuid", "version bigint")

// Question asks for all keys and versions wanted.
func (m materials) Question(wants []any) store.Question {
	asked := make([][]string, len(wants))
	for i, want := range wants {
		w := want.(*wanted)
		w.found = OpenKey{}
		asked[i] = []string{store.QueryID(w.key), strconv.FormatUint(uint64(w.version), 10)}
	}
	return store.Question{Lookup: materialsAhead, Asked: asked, Row: func(scan func(...any) error) error {
		var n int
		var row keyRow
		var sealed []byte
		if err := scan(append([]any{&n, &sealed}, row.into()...)...); err != nil {
			return err
		}
		w := wants[n].(*wanted)
		w.found = OpenKey{Key: row.toKey(), Version: w.version, sealed: sealed, sealer: m.sealer}
		if w.version == 0 {
			w.found.Version = row.CurrentVersion
		}
		return nil
	}}
}
