package ram_test

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// TestAssociationsKeepToTheirShare writes past the service. Access is decided from
// associations alone, so no live one may differ from its share.
func TestAssociationsKeepToTheirShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.mate.Account))
		write := func(query string, args ...any) error {
			return w.Store.Write(ctx(), func(tx *gorm.DB) error { return tx.Exec(query, args...).Error })
		}
		end := store.At(w.Now().Add(time.Hour))
		for name, refused := range map[string]struct {
			query string
			args  []any
		}{
			"of another owner":         {"UPDATE share_principals SET account_id = ? WHERE share_id = ?", []any{string(w.stranger.Account), string(share)}},
			"with another end":         {"UPDATE share_principals SET share_ends_at = ? WHERE share_id = ?", []any{end, string(share)}},
			"share deleted before":     {"UPDATE shares SET status = 'deleted', deleted_at = ? WHERE id = ?", []any{end, string(share)}},
			"share given away":         {"UPDATE shares SET account_id = ? WHERE id = ?", []any{string(w.stranger.Account), string(share)}},
			"made with another end":    {"INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, ended_by, created_at, share_ends_at) SELECT '00000000-0000-4000-8000-000000000001', share_id, account_id, kind, 'x', external, 'associating', '', '', created_at, ? FROM share_principals WHERE share_id = ?", []any{end, string(share)}},
			"made for another's share": {"INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, ended_by, created_at) SELECT '00000000-0000-4000-8000-000000000001', share_id, ?, kind, 'x', external, 'associating', '', '', created_at FROM share_principals WHERE share_id = ?", []any{string(w.stranger.Account), string(share)}},
		} {
			if err := write(refused.query, refused.args...); err == nil || !strings.Contains(err.Error(), "associations ended") && !strings.Contains(err.Error(), "a live association has") {
				t.Errorf("%s: %v, want refused", name, err)
			}
		}
		w.must(write("UPDATE shares SET ends_at = ? WHERE id = ?", end, string(share)))
		var same int64
		w.must(w.Store.Read(ctx()).Raw("SELECT count(*) FROM share_principals WHERE share_id = ? AND share_ends_at = ?", string(share), end).Scan(&same).Error)
		if same != 1 {
			t.Errorf("associations that follow the end of their share: %d, want 1", same)
		}

		_, err := w.ram.DeleteShare(ctx(), w.owner, share)
		w.must(err)
		for name, query := range map[string]string{
			"revived": "UPDATE share_principals SET ended_at = NULL, status = 'associated' WHERE share_id = ?",
			"anew":    "INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, ended_by, created_at) SELECT '00000000-0000-4000-8000-000000000001', share_id, account_id, kind, 'x', external, 'associating', '', '', created_at FROM share_principals WHERE share_id = ?",
		} {
			if err := write(query, string(share)); err == nil || !strings.Contains(err.Error(), "a live association has") {
				t.Errorf("%s in a deleted share: %v, want refused", name, err)
			}
		}
	})
}
