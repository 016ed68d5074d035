package kms_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
)

// The index of offered keys follows associations, keys and names, whichever way round they
// come and go, so that no list of shared keys lacks one or keeps one.
func TestOffersFollowShares(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.key("alpha"), w.key("beta")
		w.share("first", allActions, a, b)
		w.share("second", allActions, b)
		offers := func() []string {
			var rows []string
			if err := w.Store.Read(ctx()).Raw("SELECT name_lower FROM principal_keys WHERE kind = 'account' AND principal = ? ORDER BY name_lower", string(w.recipient.Account)).Scan(&rows).Error; err != nil {
				t.Fatal(err)
			}
			return rows
		}
		check := func(when string, want ...string) {
			t.Helper()
			if d := cmp.Diff(append([]string{}, want...), append([]string{}, offers()...)); d != "" {
				t.Errorf("offers %s (-want +got):\n%s", when, d)
			}
			var differ int
			if err := w.Store.Read(ctx()).Raw(`SELECT (SELECT count(*) FROM principal_paths e WHERE NOT EXISTS (SELECT 1 FROM share_principals p JOIN share_resources r ON r.share_id = p.share_id
	WHERE p.id = e.association_id AND p.kind = e.kind AND p.principal = e.principal AND p.status = 'associated' AND r.key_id = e.key_id AND r.ended_at IS NULL))
+ (SELECT count(*) FROM share_principals p JOIN share_resources r ON r.share_id = p.share_id WHERE p.status = 'associated' AND r.ended_at IS NULL)
- (SELECT count(*) FROM principal_paths)`).Scan(&differ).Error; err != nil || differ != 0 {
				t.Errorf("ways %s: %d differ from the associations, %v", when, differ, err)
			}
			list, err := w.kms.ListSharedKeys(ctx(), w.recipient, kms.ListSharedKeysInput{Region: region, Slice: store.Slice{Size: 50}})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, k := range list.Keys {
				names = append(names, k.Name)
			}
			if !slices.Equal(names, want) {
				t.Errorf("the tab shows %v %s, want %v", names, when, want)
			}
		}
		of := func(share string) string {
			return fmt.Sprintf("share_id = (SELECT id FROM shares WHERE name = '%s')", share)
		}
		check("of two shares", "alpha", "beta")
		w.Exec("UPDATE keys SET name = 'gamma', name_lower = 'gamma' WHERE id = ?", string(a))
		check("after a key's new name", "beta", "gamma")
		w.Exec("UPDATE share_principals SET status = 'disassociated', ended_at = created_at, ended_by = 'left' WHERE " + of("first"))
		check("after one share is left", "beta")
		w.Exec("UPDATE share_resources SET status = 'disassociated', ended_at = created_at WHERE " + of("second"))
		check("after the key left the other")
		w.Exec("UPDATE share_resources SET status = 'associated', ended_at = NULL WHERE " + of("second"))
		check("after it came back", "beta")
		w.Exec("DELETE FROM share_principals WHERE " + of("second"))
		check("after the association's row is gone")
	})
}

// A key that comes by many shares is shown with some of them, and never with fewer because
// others are over and not yet swept.
func TestKeyInManyShares(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.key("popular")
		for i := range 2*iam.PathsShown + 2 {
			w.share(fmt.Sprintf("share-%02d", i), allActions, k)
		}
		check := func(paths int, more bool) {
			t.Helper()
			list, err := w.kms.ListSharedKeys(ctx(), w.recipient, kms.ListSharedKeysInput{Region: region, Slice: store.Slice{Size: 50}})
			if err != nil || len(list.Keys) != 1 {
				t.Fatalf("%d keys listed, want 1: %v", len(list.Keys), err)
			}
			if got := list.Keys[0]; len(got.Paths) != paths || got.More != more || got.Reason != "" {
				t.Errorf("listed with %d paths, more: %v, %q; want %d, %v", len(got.Paths), got.More, got.Reason, paths, more)
			}
			d, err := w.kms.DescribeKey(ctx(), w.recipient, region, k, 0)
			if err != nil || len(d.Paths) != paths || d.More != more || d.Since.IsZero() {
				t.Errorf("described with %d paths, more: %v, since %v, %v; want %d, %v", len(d.Paths), d.More, d.Since, err, paths, more)
			}
		}
		check(iam.PathsShown, true)
		// The first by ID end, one by one: the last ones lead to the key as before.
		w.Exec("UPDATE shares SET ends_at = ? WHERE id IN (SELECT id FROM shares ORDER BY id LIMIT ?)", store.At(w.Now()), iam.PathsShown+5)
		w.Advance(time.Second)
		check(iam.PathsShown-3, false)
		own, err := w.kms.DescribeKey(ctx(), w.owner, region, k, kms.WithShares)
		if err != nil || len(own.Readers) != 1 || own.Readers[0].Account != w.recipient.Account || !own.Readers[0].Others {
			t.Errorf("readers: %+v, %v; want the recipient once", own.Readers, err)
		}
	})
}
