package kms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// SortShared orders shared keys by the time the first share became effective.
const SortShared = "shared"

// ListSharedKeysInput selects foreign keys; empty fields select all.
type ListSharedKeysInput struct {
	Region string
	Search string // start of the name in any case, or of the ID
	State  State
	Spec   Spec
	Usage  Usage
	Origin Origin
	Owner  string // start of the owner's account ID, or of its name in any case
	Share  string // start of a share's name in any case
	Sort   string // SortName or SortShared
	Desc   bool
	Slice  store.Slice

	anyOf       bool        // Search may be the start of the owner, too: the search of forms
	byLastOffer bool        // in the order of the last offer; with SortShared and Desc, and without a cursor
	reach       []iam.Reach // what the account answers to, where that was read already
}

// SharedKey is a foreign key that this account can use, once, however many shares
// reach it.
type SharedKey struct {
	Key
	OwnerName string
	Since     time.Time  // of the oldest live path
	EndsAt    *time.Time // when the last live path ends; nil when one has no end
	Paths     []SharePath
	Reason    string // why it cannot protect anything now; empty when it can

	More bool // Paths are the first of more than that; EndsAt is then unknown, and nil

	carried [3]bool // which of protecting live shares allow
}

// SharePath is one way by which a foreign key is reached.
type SharePath struct {
	Share       string // id
	ShareName   string
	Kind        string // account, ou, organization
	Invited     bool   // by an invitation, not through the organization
	Permission  string // name
	Version     int    // of the permission
	ActionCount int
	Since       time.Time
	EndsAt      *time.Time // nil without an end
}

// SharedKeyList is a slice of foreign keys.
type SharedKeyList struct {
	Keys  []SharedKey
	Edges store.Edges
}

// ListSharedKeys gives the keys of other accounts that reach the caller's account by a
// live share now, in a region. It is fed from the shares: a key list never holds them.
//
// Errors: Forbidden without kms:cmk:list.
func (s *Service) ListSharedKeys(ctx context.Context, caller iam.Caller, in ListSharedKeysInput) (SharedKeyList, error) {
	var list SharedKeyList
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		err := tx.Allow(ActionList, allKeys(caller, in.Region))
		if err == nil {
			list, err = listShared(tx, in)
		}
		return err
	})
	return list, err
}

// sharedRow is a key with one of its paths.
type sharedRow struct {
	Key       keyRow     `gorm:"embedded"`
	OwnerName string     `gorm:"column:owner_name"`
	OfferedAt store.Time `gorm:"column:offered_at"`
	Path      pathRow    `gorm:"embedded"`
}

// places are those of the columns that listShared reads.
func (r *sharedRow) places() []any {
	k, p := &r.Key, &r.Path
	return []any{
		&k.ID, &k.AccountID, &k.Region, &k.Kind, &k.Name, &k.NameLower, &k.Spec, &k.Usage, &k.Origin, &k.State, &k.CreatedAt, &k.DeletionAt, &r.OwnerName, &r.OfferedAt,
		&p.ShareID, &p.ShareName, &p.Kind, &p.Invited, &p.Permission, &p.Version, &p.ActionCount, &p.Since, &p.EndsAt, &p.MayGet, &p.MayCreate, &p.MayDecrypt,
	}
}

// listShared reads a slice. Each source that shared keys come from is read in the order of
// an index and cut by itself, so a page costs the same however many keys there are.
func listShared(tx *iam.Tx, in ListSharedKeysInput) (SharedKeyList, error) {
	sources, err := sourcesOf(tx, in)
	if err != nil || len(sources) == 0 {
		return SharedKeyList{}, err
	}
	column, byTime := "name_lower", in.Sort == SortShared
	if byTime {
		column = "since"
	}
	order := func(table string) store.Keyset {
		return store.Keyset{Column: table + "." + column, ID: table + ".key_id", Time: byTime, Desc: in.Desc}
	}
	var parts []string
	var args []any
	for i, s := range sources {
		part := s.keys(tx, in.Region).Scopes(in.matching)
		if byTime && !in.byLastOffer { // it costs less than to look for a path, so it comes first
			part = part.Scopes(firstOffer(tx))
		}
		part = part.Scopes(live(tx, in.Share), order("o").Apply(in.Slice))
		parts, args = append(parts, fmt.Sprintf("SELECT * FROM (?) AS r%d", i)), append(args, part)
	}
	since := "min(r.since)"
	if in.byLastOffer {
		since = "max(r.since)"
	}
	once := tx.DB().Table("("+strings.Join(parts, " UNION ALL ")+") AS r", args...).
		Select("r.key_id, r.name_lower, " + since + " AS since").Group("r.key_id, r.name_lower")
	offered := tx.DB().Table("(?) AS f", once).Scopes(order("f").Apply(in.Slice))
	direction := " ASC"
	if in.Desc != in.Slice.Back {
		direction = " DESC"
	}
	rows, err := store.Each(tx.Steady().Scopes(iam.LiveAccessTo(offered, tx.Now, tx.Caller.Account), ofCaller(tx), selectPaths("kc.id, kc.account_id, kc.region, kc.kind, kc.name, kc.name_lower, kc.spec, kc.usage, kc.origin, kc.state, kc.created_at, kc.deletion_at, an.name AS owner_name, a.since AS offered_at, ")).
		Joins("JOIN key_cards AS kc ON kc.id = a.key_id").Joins("JOIN account_names AS an ON an.id = kc.account_id").
		Order("a."+column+direction+", a.key_id"+direction+", "+pathOrder), (*sharedRow).places)
	if err != nil {
		return SharedKeyList{}, fmt.Errorf("list shared keys: %w", err)
	}
	keys, edges := store.Cut(order("a"), in.Slice, byKey(rows), func(of []sharedRow) (any, string) {
		if byTime {
			return of[0].OfferedAt, of[0].Key.ID
		}
		return of[0].Key.NameLower, of[0].Key.ID
	})
	list := SharedKeyList{Keys: make([]SharedKey, len(keys)), Edges: edges}
	for i, of := range keys {
		k := SharedKey{Key: of[0].Key.toKey(), OwnerName: of[0].OwnerName}
		for j := range of {
			k.add(&of[j].Path)
		}
		k.close(tx.Caller, of[0].OfferedAt.Time)
		list.Keys[i] = k
	}
	return list, nil
}

// byKey cuts rows, those of a key side by side, into keys.
func byKey(rows []sharedRow) [][]sharedRow {
	var keys [][]sharedRow
	for begin, i := 0, 1; i <= len(rows); i++ {
		if i == len(rows) || rows[i].Key.ID != rows[begin].Key.ID {
			keys, begin = append(keys, rows[begin:i]), i
		}
	}
	return keys
}

// matching narrows one source o. What most keys are not has an index of its own, which
// serves who says so.
func (in ListSharedKeysInput) matching(db *gorm.DB) *gorm.DB {
	db = db.Scopes(being("o.", in.Spec, in.Usage, in.Origin))
	if in.State != "" {
		db = db.Where("o.state = ?", string(in.State))
	}
	for _, rare := range []struct {
		is        bool
		condition string
	}{
		{in.State != "" && in.State != Enabled, "o.state <> 'enabled'"}, {in.Spec != "" && in.Spec != AES256, "o.spec <> 'AES_256'"},
		{in.Usage != "" && in.Usage != EncryptDecrypt, "o.usage <> 'ENCRYPT_DECRYPT'"}, {in.Origin != "" && in.Origin != OriginKMS, "o.origin <> 'kms'"},
	} {
		if rare.is {
			db = db.Where(rare.condition)
		}
	}
	return db
}

// ofCaller keeps of paths ka those that the caller stands on.
func ofCaller(tx *iam.Tx) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		return db.Where("ka.account_id = ? AND (ka.user_id IS NULL OR ka.user_id = ?)", string(tx.Caller.Account), string(tx.Caller.User))
	}
}

// pathRow is a path.
type pathRow struct {
	ShareID     string      `gorm:"column:share_id"`
	ShareName   string      `gorm:"column:share_name"`
	Kind        string      `gorm:"column:path"`
	Invited     bool        `gorm:"column:invited"`
	Permission  string      `gorm:"column:permission"`
	Version     int         `gorm:"column:permission_version"`
	ActionCount int         `gorm:"column:action_count"`
	Since       store.Time  `gorm:"column:since"`
	EndsAt      *store.Time `gorm:"column:ends_at"`
	MayGet      bool        `gorm:"column:may_get"`
	MayCreate   bool        `gorm:"column:may_create"`
	MayDecrypt  bool        `gorm:"column:may_decrypt"`
}

// protecting is what it takes to protect a thing and to show it later.
var protecting = []iam.Action{ActionGet, ActionCreateData, ActionDecryptKey}

func (r *pathRow) allows(a iam.Action) bool {
	return a == ActionGet && r.MayGet || a == ActionCreateData && r.MayCreate || a == ActionDecryptKey && r.MayDecrypt
}

const (
	mayOfPath   = "EXISTS (SELECT 1 FROM permission_actions AS pa WHERE pa.version_id = ka.permission_version_id AND pa.action = ?)"
	pathColumns = "ka.share_id, sc.name AS share_name, ka.path, spm.organization_id IS NULL AS invited, pc.name AS permission, pc.version AS permission_version, pc.action_count, ka.since, ka.ends_at, " +
		mayOfPath + " AS may_get, " + mayOfPath + " AS may_create, " + mayOfPath + " AS may_decrypt" // for each of protecting
	pathOrder = "ka.since, ka.share_id, ka.path"
)

// selectPaths reads columns of live paths ka, with their shares and what they allow, after
// those that are given.
func selectPaths(columns string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		return db.Joins("JOIN share_cards AS sc ON sc.id = ka.share_id").Joins("JOIN permission_cards AS pc ON pc.version_id = ka.permission_version_id").
			Joins("JOIN share_principals_made AS spm ON spm.id = ka.association_id").
			Select(columns+pathColumns, ActionGet, ActionCreateData, ActionDecryptKey)
	}
}

// readPaths reads the shares that reach a key, the oldest first, and from what they allow
// whether the key can protect something.
func (k *SharedKey) readPaths(tx *iam.Tx) error {
	var rows []sharedRow
	of := tx.DB().Table("key_cards AS k").Where("k.id = ?", string(k.ID)).Select(`k.id AS key_id,
	(SELECT min(o.since) FROM account_reach AS r CROSS JOIN offered_keys AS o WHERE r.account_id = ? AND o.kind = r.kind AND o.principal = r.principal AND o.key_id = k.id) AS since`, string(tx.Caller.Account))
	if err := tx.Steady().Scopes(iam.LiveAccessTo(of, tx.Now, tx.Caller.Account), ofCaller(tx), selectPaths("a.since AS offered_at, ")).Order(pathOrder).Scan(&rows).Error; err != nil {
		return fmt.Errorf("read shares of key %s: %w", k.ID, err)
	}
	for i := range rows {
		k.add(&rows[i].Path)
	}
	if len(rows) > 0 {
		k.close(tx.Caller, rows[0].OfferedAt.Time)
	}
	return nil
}

// close ends the adding of paths. Where there are more than are shown, when the first came
// is known from what was offered.
func (k *SharedKey) close(caller iam.Caller, offered time.Time) {
	if k.More = len(k.Paths) > iam.PathsShown; k.More {
		k.Paths, k.Since, k.EndsAt = k.Paths[:iam.PathsShown], offered, nil
	}
	k.judge(caller)
}

func (k *SharedKey) add(r *pathRow) {
	for i, a := range protecting {
		k.carried[i] = k.carried[i] || r.allows(a)
	}
	ends := r.EndsAt.TimePtr()
	if len(k.Paths) == 0 {
		k.Since, k.EndsAt = r.Since.Time, ends
	}
	k.EndsAt = later(k.EndsAt, ends)
	if i := slices.IndexFunc(k.Paths, func(known SharePath) bool { return known.Share == r.ShareID && known.Kind == r.Kind }); i >= 0 {
		k.Paths[i].EndsAt = later(k.Paths[i].EndsAt, ends) // by two units
		return
	}
	k.Paths = append(k.Paths, SharePath{r.ShareID, r.ShareName, r.Kind, r.Invited, r.Permission, r.Version, r.ActionCount, r.Since.Time, ends})
}

// later is the end that comes last; nil is never.
func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return a
	}
	return b
}

// others is how many shares reach the key beside the first, at most iam.PathsShown.
func (k *SharedKey) others() int {
	if k.More {
		return iam.PathsShown
	}
	return len(k.Paths) - 1
}

// judge says why the key cannot protect anything for the caller. What paths that were not
// read allow is left to the gate.
func (k *SharedKey) judge(caller iam.Caller) {
	k.Reason = reasonAgainst(caller, k.Key, func(a iam.Action) bool { return k.More || k.carried[slices.Index(protecting, a)] })
}

// reasonAgainst says why a key cannot protect a thing for the caller, or "". shared says
// what live shares allow; it is not asked about own keys.
func reasonAgainst(caller iam.Caller, k Key, shared func(iam.Action) bool) string {
	if _, text := stateRefusal(k, caller.Account); text != "" {
		return text
	}
	if !k.Symmetric() {
		return "Not for encryption: its spec is " + string(k.Spec) + "."
	}
	for _, action := range protecting {
		switch {
		case k.Account != caller.Account && !shared(action):
			return fmt.Sprintf("The share does not allow %s. The owner can choose another permission.", action)
		case !caller.May(action, k.URN()):
			return fmt.Sprintf("No policy of %s allows %s on this key.", caller.UserName, action)
		}
	}
	return ""
}
