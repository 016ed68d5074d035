package iam

import (
	"fmt"
	"time"

	"sharedkms/internal/store"
)

// KeyReader is an account that can use a key of another one now, by one path.
type KeyReader struct {
	Account   AccountID
	Name      string
	Share     string // id
	ShareName string
	Kind      string // account, ou, organization
	Since     time.Time
	Others    bool // other shares lead to it the same way
}

// KeyReaders reads the accounts that can use a key, by name, at most so many, and whether
// there are more. It goes through the principals that the key is offered to until it has
// found enough, and gives one share of each: a key can be in thousands. Who asks decides
// before that the key is the caller's own.
func KeyReaders(tx *Tx, key string, most int) ([]KeyReader, bool, error) {
	var rows []struct {
		Account   string     `gorm:"column:account_id"`
		Name      string     `gorm:"column:account_name"`
		Share     string     `gorm:"column:share_id"`
		ShareName string     `gorm:"column:share_name"`
		Kind      string     `gorm:"column:kind"`
		Since     store.Time `gorm:"column:since"`
		Others    bool       `gorm:"column:others"`
	}
	now := store.At(tx.Now)
	const ways = "FROM offered_paths AS e WHERE e.kind = o.kind AND e.principal = o.principal AND e.key_id = o.key_id"
	err := tx.DB().Raw(`SELECT r.account_id, an.name AS account_name, e.share_id, sc.name AS share_name, r.kind, e.since, r.others FROM (
	SELECT * FROM (SELECT o.kind, o.principal, o.key_id, ar.account_id, (SELECT 1 `+ways+` LIMIT 1 OFFSET 1) IS NOT NULL AS others,
		(SELECT e.share_id `+ways+` AND (SELECT 1 FROM key_access AS ka
			WHERE ka.key_id = e.key_id AND ka.association_id = e.association_id AND ka.account_id = ar.account_id AND (ka.ends_at IS NULL OR ka.ends_at > ?) LIMIT 1) IS NOT NULL LIMIT 1) AS way
		FROM offered_keys AS o CROSS JOIN account_reach AS ar WHERE o.key_id = ? AND ar.kind = o.kind AND ar.principal = o.principal) AS w
	WHERE w.way IS NOT NULL LIMIT ?) AS r
CROSS JOIN offered_paths AS e JOIN account_names AS an ON an.id = r.account_id JOIN share_cards AS sc ON sc.id = e.share_id
WHERE e.kind = r.kind AND e.principal = r.principal AND e.key_id = r.key_id AND e.share_id = r.way ORDER BY an.name, r.account_id, e.since, e.share_id`,
		now, key, most+1).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read accounts that can use key: %w", err)
	}
	more := len(rows) > most
	readers := make([]KeyReader, min(len(rows), most))
	for i := range readers {
		r := rows[i]
		readers[i] = KeyReader{AccountID(r.Account), r.Name, r.Share, r.ShareName, r.Kind, r.Since.Time, r.Others}
	}
	return readers, more, nil
}
