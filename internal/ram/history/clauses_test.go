package history_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"sharedkms/internal/store"
)

// deciding are the views that decide who has access, in the order in which they are made.
var deciding = []string{"live_principals", "key_access", "share_access"}

// mutation changes one clause of one view.
type mutation struct {
	view, from, to string
}

func (m mutation) String() string { return fmt.Sprintf("%s: %q becomes %q", m.view, m.from, m.to) }

// mutations must each be noticed. Some are hidden while the shares are told what happens
// to organizations, because then rows end as well; for them the histories of
// TestViewsAloneDecide are there.
var mutations = []mutation{
	{"live_principals", "ap.kind = sp.kind AND ap.principal = sp.principal", "ap.kind = sp.kind"},
	{"live_principals", "sp.status = 'associated'", "sp.ended_at IS NULL"},
	{"live_principals", "sp.status = 'associated'", "sp.status <> 'associating'"},
	{"live_principals", "AND ap.account_id <> sp.account_id", ""},
	{"live_principals", "sp.organization_id IS NULL OR", ""},
	{"live_principals", "1 = ( SELECT 1", "1 <> ( SELECT 1"},
	{"live_principals", "JOIN account_principals theirs ON theirs.kind = 'organization' AND theirs.principal = o.urn", "JOIN account_principals theirs ON theirs.kind = 'account'"},
	{"live_principals", "JOIN account_principals ours ON ours.kind = 'organization' AND ours.principal = o.urn", "JOIN account_principals ours ON ours.kind = 'account'"},
	{"live_principals", "o.sharing_enabled AND o.sharing_epoch = sp.sharing_epoch", "1 = 1"},
	{"live_principals", "AND o.sharing_epoch = sp.sharing_epoch", ""},
	{"live_principals", "theirs.account_id = ap.account_id", "theirs.account_id = sp.account_id"},
	{"live_principals", "ours.account_id = sp.account_id", "ours.account_id = ap.account_id"},
	{"live_principals", "sp.ends_at IS NULL OR", ""},
	{"live_principals", "OR sp.share_ends_at < sp.ends_at", ""},
	{"live_principals", "THEN sp.share_ends_at ELSE", "THEN NULL ELSE"},
	{"live_principals", "ELSE sp.ends_at END", "ELSE NULL END"},
	{"live_principals", "sp.associated_at AS since", "sp.created_at AS since"},
	{"live_principals", "sp.kind AS path", "sp.principal AS path"},
	{"live_principals", "sp.share_id AS share_id", "sp.id AS share_id"},
	{"live_principals", "sp.account_id AS owner_id", "ap.account_id AS owner_id"},
	{"live_principals", "ap.account_id AS account_id", "sp.account_id AS account_id"},

	{"key_access", "sr.share_id = lp.share_id AND", ""},
	{"key_access", "AND sr.ended_at IS NULL", ""},
	{"key_access", "k.id = sr.key_id AND", ""},
	{"key_access", "AND k.state <> 'deleted'", ""},
	{"key_access", "p.share_id = lp.share_id AND", ""},
	{"key_access", "AND p.ended_at IS NULL", ""},
	{"key_access", "CASE WHEN sr.created_at > lp.since THEN sr.created_at ELSE lp.since END", "lp.since"},
	{"key_access", "CASE WHEN sr.created_at > lp.since THEN sr.created_at ELSE lp.since END", "sr.created_at"},
	{"key_access", "lp.account_id AS account_id", "lp.owner_id AS account_id"},
	{"key_access", "CAST(NULL AS text) AS user_id", "'x' AS user_id"},
	{"key_access", "sr.key_id AS key_id", "lp.share_id AS key_id"},
	{"key_access", "lp.share_id AS share_id", "lp.association_id AS share_id"},
	{"key_access", "CAST(NULL AS text) AS grant_id", "'x' AS grant_id"},
	{"key_access", "p.version_id AS", "p.permission_id AS"},
	{"key_access", "lp.path AS path", "lp.account_id AS path"},
	{"key_access", "lp.ends_at AS ends_at", "CAST(NULL AS timestamptz) AS ends_at"},

	{"share_access", "lp.share_id AS share_id", "lp.association_id AS share_id"},
	{"share_access", "lp.account_id AS account_id", "lp.owner_id AS account_id"},
	{"share_access", "'party' AS role", "'invited' AS role"},
	{"share_access", "lp.ends_at AS ends_at", "CAST(NULL AS timestamptz) AS ends_at"},
	{"share_access", "i.share_id AS share_id", "i.id AS share_id"},
	{"share_access", "i.receiver AS account_id", "i.sender AS account_id"},
	{"share_access", "'invited' AS role", "'party' AS role"},
	{"share_access", "CASE WHEN s.ends_at < i.expires_at THEN s.ends_at ELSE i.expires_at END", "s.ends_at"},
	{"share_access", "s.id = i.share_id AND", ""},
	{"share_access", "WHERE i.status = 'pending'", ""},
}

// shielded are clauses that nobody can tell from outside, because the rows keep to them
// already, and why. Each must indeed go unnoticed.
var shielded = []struct {
	mutation
	why string
}{
	{mutation{"live_principals", "ap.kind = sp.kind AND", ""}, "no two kinds of principals share a name"},
	{mutation{"live_principals", "theirs.kind = 'organization' AND", ""}, "only an organization has its URN as a name"},
	{mutation{"live_principals", "ours.kind = 'organization' AND", ""}, "only an organization has its URN as a name"},
	{mutation{"live_principals", "o.id = sp.organization_id AND", ""}, "an account leaves its organization before it joins another one, which ends what names it through the first"},
	{mutation{"live_principals", "o.sharing_enabled AND", ""}, "turning sharing off raises the epoch, and nothing is associated through the organization before it is on again"},
	{mutation{"key_access", "AND k.account_id IS NOT DISTINCT FROM lp.owner_id", ""}, "a share takes keys of its owner only, and no key changes its owner"},
	{mutation{"key_access", "AND p.resource_type = sr.resource_type", ""}, "keys are the one type of resources"},
	{mutation{"share_access", "AND s.status = 'active'", ""}, "deleting a share closes its invitations in the same transaction"},
	{mutation{"share_access", "CASE WHEN s.ends_at < i.expires_at THEN s.ends_at ELSE i.expires_at END", "i.expires_at"}, "an invitation is never made to wait longer than its share lives"},
}

// unseen is what the views hold beside decisions: the frame of the statements, and columns
// that no decision reads.
var unseen = map[string][]string{
	"live_principals": {
		"CREATE VIEW live_principals AS SELECT", "sp.id AS association_id", "sp.organization_id AS organization_id", "CASE WHEN", "THEN", "ELSE", "END",
		"FROM share_principals sp", "JOIN account_principals ap ON", "WHERE sp", "AND (sp", "1 = ( SELECT 1 FROM organizations o", "WHERE o", "JOIN account_principals theirs ON", "JOIN account_principals ours ON", "AND theirs.account_id =", "AND ours.account_id =",
	},
	"key_access": {
		"CREATE VIEW key_access AS SELECT", "lp.association_id AS association_id",
		"FROM live_principals lp", "JOIN share_resources sr ON", "JOIN keys k ON", "JOIN share_permissions p ON",
	},
	"share_access": {
		"CREATE VIEW share_access AS SELECT", "FROM live_principals lp UNION ALL SELECT", "FROM invitations i JOIN shares s ON",
	},
}

var (
	comments = regexp.MustCompile(`--[^\n]*`)
	named    = regexp.MustCompile(` AS \w+`) // a column, a type or a view
	words    = regexp.MustCompile(`[\w.]+|'[^']*'|[<>=]+`)
)

// shipped gives the text of a view on one line.
func shipped(t *testing.T, view string) string {
	t.Helper()
	files, err := fs.Glob(store.MigrationFiles(), "migrations/views/*_"+view+".sql")
	if err != nil || len(files) != 1 {
		t.Fatalf("files of view %s: %v %v", view, files, err)
	}
	sql, err := fs.ReadFile(store.MigrationFiles(), files[0])
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.Join(strings.Fields(comments.ReplaceAllString(string(sql), "")), " "), ";")
}

// change gives the view's text with the clause changed, where it comes first.
func (m mutation) change(t *testing.T) string {
	t.Helper()
	sql := shipped(t, m.view)
	if !strings.Contains(sql, m.from) {
		t.Fatalf("%v: the view has no such clause any more:\n%s", m, sql)
	}
	return strings.Replace(sql, m.from, m.to, 1)
}

// TestEachClauseIsMutated fails when the views have a word that no mutation changes and
// that is not named as one that none can.
func TestEachClauseIsMutated(t *testing.T) {
	for _, view := range deciding {
		sql := shipped(t, view)
		covered := make([]bool, len(sql))
		cover := func(text string, start, end int) {
			at := strings.Index(sql, text)
			if at < 0 {
				t.Errorf("%s: the view has no text %q", view, text)
				return
			}
			for i := at + start; i < at+end; i++ {
				covered[i] = true
			}
		}
		list := mutations
		for _, s := range shielded {
			list = append(list, s.mutation)
		}
		for _, m := range list {
			if m.view == view {
				start, end := m.changed()
				cover(m.from, start, end)
			}
		}
		for _, text := range unseen[view] {
			for at, rest := 0, sql; strings.Contains(rest, text); rest = sql[at:] {
				at += strings.Index(rest, text)
				for i := at; i < at+len(text); i++ {
					covered[i] = true
				}
				at += len(text)
			}
		}
		for _, column := range named.FindAllStringIndex(sql, -1) {
			for i := column[0]; i < column[1]; i++ {
				covered[i] = true
			}
		}
		for _, w := range words.FindAllStringIndex(sql, -1) {
			if !covered[w[0]] {
				t.Errorf("%s: no mutation changes %q in %q", view, sql[w[0]:w[1]], sql[max(0, w[0]-30):min(len(sql), w[1]+30)])
			}
		}
	}
}

// changed is the part of the clause that the mutation changes, in whole words.
func (m mutation) changed() (start, end int) {
	from, to := words.FindAllStringIndex(m.from, -1), words.FindAllStringIndex(m.to, -1)
	word := func(text string, at []int) string { return text[at[0]:at[1]] }
	a, b := 0, len(from)
	for a < b && a < len(to) && word(m.from, from[a]) == word(m.to, to[a]) {
		a++
	}
	for skipped := 1; b > a && len(to)-skipped >= a && word(m.from, from[b-1]) == word(m.to, to[len(to)-skipped]); skipped++ {
		b--
	}
	if a == b {
		return 0, 0
	}
	return from[a][0], from[b-1][1]
}
