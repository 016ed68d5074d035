package kms_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

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
