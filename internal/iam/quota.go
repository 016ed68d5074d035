package iam

import (
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// Quota is a limit of an account on how many things of a kind it has. Region is
// empty for things that have none.
type Quota struct {
	Kind    string
	Region  string
	Default int64 // until the account's own limit is set
	Code    string
	Thing   string // plural, for the message
}

// TakeQuota counts n more things, or refuses. It locks the account's quota row
// until the transaction ends, and is the first lock of an act. n is at most Default.
//
// Errors: Quota.
func (tx *Tx) TakeQuota(q Quota, n int) error {
	step := tx.quotaStep(q, n)
	result := tx.db.Exec(step.SQL, step.Args...)
	if result.Error != nil {
		return fmt.Errorf("take quota %s: %w", q.Kind, result.Error)
	}
	if result.RowsAffected == 0 {
		return q.reached()
	}
	return nil
}

func (tx *Tx) quotaStep(q Quota, n int) store.Step {
	return store.Step{
		SQL: `INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, kind, region) DO UPDATE SET used = account_quotas.used + ? WHERE account_quotas.used + ? <= account_quotas.quota`,
		Args: []any{string(tx.Caller.Account), q.Kind, q.Region, q.Default, n, n, n},
	}
}

func (q Quota) reached() error {
	return fault.New(fault.Quota, q.Code, fmt.Sprintf("This account has reached its quota of %s. Delete some that are no longer needed, or ask the operator for more.", q.Thing))
}

// ReturnQuota counts n things less, for account, which may be another than the
// caller's when a recipient's act frees an owner's quota.
func (tx *Tx) ReturnQuota(account AccountID, q Quota, n int) error {
	err := tx.db.Exec("UPDATE account_quotas SET used = used - ? WHERE account_id = ? AND kind = ? AND region = ? AND used >= ?",
		n, string(account), q.Kind, q.Region, n).Error
	if err != nil {
		return fmt.Errorf("return quota %s: %w", q.Kind, err)
	}
	return nil
}

// QuotaUse reads how much of a quota the caller's account uses.
func (tx *Tx) QuotaUse(q Quota) (used, quota int64, err error) {
	var row struct {
		Used  int64 `gorm:"column:used"`
		Quota int64 `gorm:"column:quota"`
	}
	row.Quota = q.Default
	err = tx.db.Raw("SELECT used, quota FROM account_quotas WHERE account_id = ? AND kind = ? AND region = ?", string(tx.Caller.Account), q.Kind, q.Region).Scan(&row).Error
	if err != nil {
		return 0, 0, fmt.Errorf("read quota %s: %w", q.Kind, err)
	}
	return row.Used, row.Quota, nil
}

// LimitOf reads an account's own limit of a quota, for services that count what is used
// themselves.
func LimitOf(db *gorm.DB, account AccountID, q Quota) (int64, error) {
	limit := q.Default
	err := db.Raw("SELECT quota FROM account_quotas WHERE account_id = ? AND kind = ? AND region = ?", string(account), q.Kind, q.Region).Scan(&limit).Error
	if err != nil {
		return 0, fmt.Errorf("read quota %s of %s: %w", q.Kind, account, err)
	}
	return limit, nil
}

// NoteUse writes how much of a quota an account uses, for services that count what is
// used themselves, so that the operator sees it.
func NoteUse(db *gorm.DB, account AccountID, q Quota, used int64) error {
	err := db.Exec(`INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, kind, region) DO UPDATE SET used = ?`, string(account), q.Kind, q.Region, q.Default, used, used).Error
	if err != nil {
		return fmt.Errorf("note use of quota %s: %w", q.Kind, err)
	}
	return nil
}
