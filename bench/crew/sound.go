package crew

import (
	"context"
	"fmt"

	"sharedkms/internal/store"
)

// rules are what no interleaving and no crash may leave behind, each with a query that
// counts its breaches.
var rules = []struct{ broken, query string }{
	{"an association lives in a share that is gone",
		`SELECT count(*) FROM share_principals p JOIN shares s ON s.id = p.share_id WHERE s.status = 'deleted' AND p.ended_at IS NULL`},
	{"invitation and association disagree",
		`SELECT count(*) FROM invitations i JOIN share_principals p ON p.id = i.association_id WHERE (i.status = 'pending') <> (p.status = 'associating') OR (p.status = 'associated' AND i.status <> 'accepted')`},
	{"a principal is in a share twice",
		`SELECT count(*) FROM (SELECT share_id FROM share_principals WHERE ended_at IS NULL GROUP BY share_id, principal HAVING count(*) > 1) x`},
	{"a share's count of principals lies",
		`SELECT count(*) FROM shares s WHERE s.status = 'active' AND s.principal_count <> (SELECT count(*) FROM share_principals p WHERE p.share_id = s.id AND p.ended_at IS NULL)`},
	{"a share's count of keys lies",
		`SELECT count(*) FROM shares s WHERE s.status = 'active' AND s.resource_count <> (SELECT count(*) FROM share_resources r WHERE r.share_id = s.id AND r.ended_at IS NULL)`},
	{"a share has no permission",
		`SELECT count(*) FROM shares s WHERE NOT EXISTS (SELECT 1 FROM share_permissions p WHERE p.share_id = s.id)`},
	{"a quota is exceeded", `SELECT count(*) FROM account_quotas WHERE used > quota`},
	{"the count of keys lies",
		`SELECT count(*) FROM account_quotas q WHERE q.kind = 'kms:key' AND q.used <> (SELECT count(*) FROM keys k WHERE k.account_id = q.account_id AND k.region = q.region AND k.kind = 'custom' AND k.state <> 'deleted')`},
	{"the count of secrets lies",
		`SELECT count(*) FROM account_quotas q WHERE q.kind = 'csms:secret' AND q.used <> (SELECT count(*) FROM secrets s WHERE s.account_id = q.account_id AND s.region = q.region)`},
	{"the count of shares lies",
		`SELECT count(*) FROM account_quotas q WHERE q.kind = 'resource_share' AND q.used <> (SELECT count(*) FROM shares s WHERE s.account_id = q.account_id AND s.status = 'active')`},
	{"a secret has no dependent, or one too many",
		`SELECT count(*) FROM secrets s WHERE 1 <> (SELECT count(*) FROM key_uses u WHERE u.account_id = s.account_id AND u.name = s.name AND u.kind = 'secret')`},
	{"a dependent has no secret",
		`SELECT count(*) FROM key_uses u WHERE u.kind = 'secret' AND NOT EXISTS (SELECT 1 FROM secrets s WHERE s.account_id = u.account_id AND s.name = u.name)`},
	{"a secret has no version",
		`SELECT count(*) FROM secrets s WHERE NOT EXISTS (SELECT 1 FROM secret_versions v JOIN secret_stages g ON g.secret_id = v.secret_id AND g.version = v.version WHERE v.secret_id = s.id)`},
	{"a draft made two shares",
		`SELECT count(*) FROM (SELECT share_id FROM share_drafts WHERE share_id IS NOT NULL GROUP BY share_id HAVING count(*) > 1) x`},
	{"a submitted draft has no share",
		`SELECT count(*) FROM share_drafts d WHERE d.share_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shares s WHERE s.id = d.share_id)`},
	{"a share was made and nothing tells of it", untold("shares", "x.account_id", "x.id", "createResourceShare", "TRUE")},
	{"a secret was made and nothing tells of it", untold("secrets", "x.account_id", "x.id", "createSecret", "TRUE")},
	{"a share was ended and nothing tells of it", untold("shares", "x.account_id", "x.id", "deleteResourceShare", "x.status = 'deleted'")},
	{"an invitation was accepted and nothing tells of it", untold("invitations", "x.receiver", "x.id", "acceptResourceShareInvitation", "x.status = 'accepted'")},
	{"a share was left and nothing tells of it", untold("share_principals", "x.principal", "x.share_id", "leaveResourceShare", "x.ended_by = 'left'")},
}

// untold counts rows of which the trail of an account does not tell.
func untold(table, account, id, event, which string) string {
	return fmt.Sprintf(`SELECT count(*) FROM %s x WHERE %s AND NOT EXISTS (SELECT 1 FROM audit_traces t
WHERE t.account_id = %s AND t.resource_id = CAST(%s AS TEXT) AND t.event = '%s' AND t.outcome = 'succeeded')`, table, which, account, id, event)
}

// Unsound counts half acts in a database, and says which rules they break.
func Unsound(ctx context.Context, st *store.Store) (half int, broken []string, err error) {
	for _, r := range rules {
		var n int
		if err := st.Read(ctx).Raw(r.query).Scan(&n).Error; err != nil {
			return half, broken, fmt.Errorf("%s: %w", r.broken, err)
		}
		if n != 0 {
			half += n
			broken = append(broken, fmt.Sprintf("%s: %d", r.broken, n))
		}
	}
	return half, broken, nil
}
