package keyuse

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/iam"
)

// namesShown is how many things of a kind an impact lists by name.
const namesShown = 20

// Thing is a dependent of the reader's own account.
type Thing struct {
	URN   iam.URN
	Name  string
	KeyID string
}

// Group holds the reader's own things of one kind: all counted, the first 20 by name.
type Group struct {
	Kind   Kind
	Count  int
	Things []Thing
}

// Count holds how many things of one kind another account has.
type Count struct {
	Account iam.AccountID
	Kind    Kind
	Count   int
}

// Impact is what depends on some keys.
type Impact struct {
	Own    []Group
	Others []Count // by account, then kind
}

// OwnCount is the number of the reader's own things.
func (i Impact) OwnCount() int {
	n := 0
	for _, g := range i.Own {
		n += g.Count
	}
	return n
}

// Owns reports whether things of the kind are among the reader's own.
func (i Impact) Owns(kind Kind) bool {
	return slices.ContainsFunc(i.Own, func(g Group) bool { return g.Kind == kind })
}

// OtherCount is the number of other accounts' things.
func (i Impact) OtherCount() int {
	n := 0
	for _, c := range i.Others {
		n += c.Count
	}
	return n
}

// OtherAccounts is the number of other accounts that have such things.
func (i Impact) OtherAccounts() int {
	seen := map[iam.AccountID]bool{}
	for _, c := range i.Others {
		seen[c.Account] = true
	}
	return len(seen)
}

// Empty reports that nothing depends on the keys.
func (i Impact) Empty() bool { return len(i.Own) == 0 && len(i.Others) == 0 }

// ImpactIn tells what depends on the keys: things of account by name if it is the
// caller's, those of all others by count. At most two queries.
func ImpactIn(tx *iam.Tx, keyIDs []string, account iam.AccountID) (Impact, error) {
	if len(keyIDs) == 0 {
		return Impact{}, nil
	}
	return read(tx, account, func(db *gorm.DB) *gorm.DB { return db.Where("u.key_id IN ?", keyIDs) })
}

// read counts the uses that the scope selects from u, and names those of account when the
// caller belongs to it. The scope asks of u for key_id and account_id alone: u is first the
// table of counts, which triggers keep, then that of the uses.
func read(tx *iam.Tx, account iam.AccountID, scope func(*gorm.DB) *gorm.DB) (Impact, error) {
	var counts []struct {
		AccountID string `gorm:"column:account_id"`
		Kind      string `gorm:"column:kind"`
		N         int    `gorm:"column:n"`
	}
	err := tx.DB().Table("key_use_counts AS u").Scopes(scope).Where("u.n > 0").Select("u.account_id, u.kind, sum(u.n) AS n").
		Group("u.account_id, u.kind").Order("u.account_id, u.kind").Scan(&counts).Error
	if err != nil {
		return Impact{}, fmt.Errorf("count uses of keys: %w", err)
	}
	var impact Impact
	for _, c := range counts {
		if iam.AccountID(c.AccountID) == account && account == tx.Caller.Account {
			impact.Own = append(impact.Own, Group{Kind: Kind(c.Kind), Count: c.N})
		} else {
			impact.Others = append(impact.Others, Count{iam.AccountID(c.AccountID), Kind(c.Kind), c.N})
		}
	}
	if len(impact.Own) == 0 {
		return impact, nil
	}
	return impact, nameOwn(tx, &impact, scope)
}

func nameOwn(tx *iam.Tx, impact *Impact, scope func(*gorm.DB) *gorm.DB) error {
	var rows []struct {
		URN   string `gorm:"column:resource_urn"`
		KeyID string `gorm:"column:key_id"`
		Kind  string `gorm:"column:kind"`
		Name  string `gorm:"column:name"`
	}
	var parts []string
	var args []any
	for _, g := range impact.Own { // each kind in the order of the index by name
		first := tx.DB().Table("key_uses AS u").Scopes(scope).Where("u.account_id = ? AND u.kind = ?", string(tx.Caller.Account), string(g.Kind)).
			Select("u.resource_urn, u.key_id, u.kind, u.name").Order("u.name, u.resource_urn").Limit(namesShown)
		parts, args = append(parts, "SELECT * FROM (?) AS named"), append(args, first)
	}
	err := tx.Fresh().Table("("+strings.Join(parts, " UNION ALL ")+") AS r", args...).Select("r.resource_urn, r.key_id, r.kind, r.name").
		Order("r.kind, r.name, r.resource_urn").Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("name uses of keys: %w", err)
	}
	for _, r := range rows {
		for i := range impact.Own {
			if g := &impact.Own[i]; g.Kind == Kind(r.Kind) {
				urn, _ := iam.ParseURN(r.URN) // written by StepIn from a URN
				g.Things = append(g.Things, Thing{URN: urn, Name: r.Name, KeyID: r.KeyID})
			}
		}
	}
	return nil
}
