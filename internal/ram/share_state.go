package ram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// shareState is what an owner can change of a share, as it was at one version. An edit
// draft keeps the one it began with, so that Confirm can tell its user's changes from
// those of others.
type shareState struct {
	Version       int64    `json:"version"`
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	AllowExternal bool     `json:"allow_external"`
	Ends          End      `json:"ends,omitempty"`
	Retain        bool     `json:"retain,omitempty"`
	Tags          []Tag    `json:"tags"`
	Keys          []string `json:"keys"`       // IDs of live ones
	Pinned        string   `json:"pinned"`     // ID of the permission's version
	Principals    []string `json:"principals"` // live ones, whatever their state
}

// parts are a share at present, with all that is needed to judge changes to it.
type parts struct {
	state      shareState
	status     ShareStatus
	resources  map[string]AssociationID // live ones by key ID
	principals []Principal              // live ones first, then those ended in the last 48 h
	cards      map[string]keyCard       // own keys: those of the share, and those asked for
	pinned     Permission
	chosen     Permission // asked for, in its default version
	nameTaken  bool       // another own share has the name asked for
	reached    []reached  // if asked for: mostReached of them, and one more where there are more
}

// reached is an account that has access by an association. Its name is its ID where the
// caller may not know it.
type reached struct {
	account, name string
	by            AssociationID
}

// mostReached is how many ways to accounts an edit reads: an account may be reached by
// several.
const mostReached = 1_000

// wish is what readShareParts reads beside the share itself.
type wish struct {
	keys       []string
	permission PermissionID
	name       string // lower-case; empty asks nothing
	reach      bool   // which accounts have access
}

// partsQuery reads a share and what an edit of it names in one query, because a step of
// the wizard may take eight in all.
var partsQuery = `SELECT 'share' AS part, s.name AS a, s.description AS b, s.status AS c, '' AS d, '' AS e, '' AS f, s.version AS n, s.allow_external AS flag, s.ends_at AS ends, s.retain_on_leave AS retain
FROM shares s WHERE s.id = @share
UNION ALL SELECT 'tag', tag_key, tag_value, '', '', '', '', 0, false, NULL, false FROM share_tags WHERE share_id = @share
UNION ALL SELECT 'key', CAST(id AS text), CAST(key_id AS text), '', '', '', '', 0, false, NULL, false FROM share_resources WHERE share_id = @share AND ended_at IS NULL
UNION ALL SELECT 'card', CAST(k.id AS text), k.region, k.name, k.spec, k.usage, k.state, 0, k.kind = 'custom', NULL, false FROM key_cards k
WHERE k.account_id = @account AND (k.id IN @keys OR k.id IN (SELECT key_id FROM share_resources WHERE share_id = @share AND ended_at IS NULL))
UNION ALL SELECT 'pinned', CAST(p.id AS text), CAST(v.id AS text), p.name, p.resource_type, a.action, p.type, v.version, p.is_default, NULL, false
FROM share_permissions sp JOIN permission_versions v ON v.id = sp.version_id JOIN permissions p ON p.id = v.permission_id
JOIN permission_version_actions a ON a.version_id = v.id WHERE sp.share_id = @share AND sp.ended_at IS NULL
UNION ALL SELECT 'chosen', CAST(p.id AS text), CAST(v.id AS text), p.name, p.resource_type, a.action, p.type, v.version, p.is_default, NULL, false
FROM permissions p JOIN permission_versions v ON v.permission_id = p.id AND v.default_version JOIN permission_version_actions a ON a.version_id = v.id
WHERE p.id = @permission AND p.account_id IN ('', @account) AND p.deleted_at IS NULL
UNION ALL SELECT 'twin', CAST(twin.id AS text), '', '', '', '', '', 0, false, NULL, false
FROM (SELECT id FROM shares WHERE account_id = @account AND name_lower = @name AND status = 'active' AND id <> @share LIMIT 1) AS twin
UNION ALL SELECT 'reached', r.name, CAST(r.account_id AS text), CAST(r.association_id AS text), '', '', '', 0, false, NULL, false
FROM (SELECT lp.account_id, lp.association_id, CASE WHEN ` + strings.ReplaceAll(knownTo("n.id"), "?", "@account") + ` THEN n.name ELSE n.id END AS name
	FROM live_principals lp JOIN account_names n ON n.id = lp.account_id
	WHERE @reach AND lp.share_id = @share AND (lp.ends_at IS NULL OR lp.ends_at > @now) ORDER BY lp.account_id, lp.association_id LIMIT @most) AS r`

type partRow struct {
	Part   string      `gorm:"column:part"`
	A      string      `gorm:"column:a"`
	B      string      `gorm:"column:b"`
	C      string      `gorm:"column:c"`
	D      string      `gorm:"column:d"`
	E      string      `gorm:"column:e"`
	F      string      `gorm:"column:f"`
	N      int64       `gorm:"column:n"`
	Flag   bool        `gorm:"column:flag"`
	Ends   *store.Time `gorm:"column:ends"`
	Retain bool        `gorm:"column:retain"`
}

// readShareParts reads an own share in two queries.
func readShareParts(tx *iam.Tx, share ShareID, w wish) (parts, error) {
	p := parts{resources: map[string]AssociationID{}, cards: map[string]keyCard{}}
	keys := []string{store.QueryID("")} // never empty
	for _, k := range w.keys {
		keys = append(keys, store.QueryID(k))
	}
	var rows []partRow
	err := tx.DB().Raw(partsQuery, map[string]any{
		"share": store.QueryID(share), "account": string(tx.Caller.Account), "keys": keys, "permission": store.QueryID(w.permission), "name": w.name,
		"reach": w.reach, "now": store.At(tx.Now), "most": mostReached + 1,
	}).Scan(&rows).Error
	if err != nil {
		return p, fmt.Errorf("read parts of share %s: %w", share, err)
	}
	for _, r := range rows {
		p.take(tx, r)
	}
	for _, permission := range []*Permission{&p.pinned, &p.chosen} {
		slices.Sort(permission.Actions)
		permission.May, permission.MayNot = sentences(permission.Actions)
	}
	slices.SortFunc(p.state.Tags, func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) })
	slices.SortFunc(p.state.Keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(p.cards[a].NameLower, p.cards[b].NameLower), cmp.Compare(a, b))
	})
	if p.principals, err = principalsOf(tx, string(share)); err != nil {
		return p, err
	}
	for _, one := range p.principals {
		if one.State.Live() {
			p.state.Principals = append(p.state.Principals, one.Principal)
		}
	}
	return p, nil
}

func (p *parts) take(tx *iam.Tx, r partRow) {
	switch r.Part {
	case "share":
		p.state.Name, p.state.Description, p.state.AllowExternal, p.state.Version = r.A, r.B, r.Flag, r.N
		p.state.Ends, p.state.Retain = EndAt(r.Ends.TimePtr()), r.Retain
		p.status = ShareStatus(r.C)
	case "tag":
		p.state.Tags = append(p.state.Tags, Tag{Key: r.A, Value: r.B})
	case "key":
		p.state.Keys = append(p.state.Keys, r.B)
		p.resources[r.B] = AssociationID(r.A)
	case "card":
		card := keyCard{ID: r.A, AccountID: string(tx.Caller.Account), Region: r.B, Name: r.C, NameLower: r.C, Spec: r.D, Usage: r.E, State: r.F, Kind: "default"}
		if r.Flag {
			card.Kind = "custom"
		}
		p.cards[r.A] = card
	case "pinned", "chosen":
		permission := &p.pinned
		if r.Part == "chosen" {
			permission = &p.chosen
		}
		permission.ID, permission.version, permission.Name, permission.ResourceType = PermissionID(r.A), r.B, r.C, r.D
		permission.Version, permission.Default, permission.Managed = r.N, r.Flag, r.F == "RAM_MANAGED"
		permission.Actions = append(permission.Actions, iam.Action(r.E))
		if r.Part == "pinned" {
			p.state.Pinned = r.B
		}
	case "reached":
		p.reached = append(p.reached, reached{account: r.B, name: r.A, by: AssociationID(r.C)})
	case "twin":
		p.nameTaken = true
	}
}

// principal gives the newest association of a principal, live or ended in the last 48 h.
func (p parts) principal(name string) (Principal, bool) {
	i := slices.IndexFunc(p.principals, func(one Principal) bool { return one.Principal == name })
	if i < 0 {
		return Principal{}, false
	}
	return p.principals[i], true
}

// key words a key for a list of changes; one of which nothing is left keeps its ID.
func (p parts) key(id string) Key {
	if card, ok := p.cards[id]; ok {
		return card.toKey()
	}
	return Key{ID: id, Name: id, State: "deleted"}
}

var errEditedShareMoved = fault.New(fault.Conflict, codeVersionConflict, "The share was changed meanwhile. This page shows both changes; press OK again to add yours.")
