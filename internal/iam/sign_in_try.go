package iam

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// try is a check of a password: whose, and from where. Account is what was typed, its name
// or its ID (SignIn).
type try struct{ account, user, address string }

type tryRow struct {
	Account  string     `gorm:"column:account"`
	UserName string     `gorm:"column:user_name"`
	Address  string     `gorm:"column:address"`
	Failures int64      `gorm:"column:failures"`
	RetryAt  store.Time `gorm:"column:retry_at"`
}

// TableName names the table.
func (tryRow) TableName() string { return "sign_in_delays" }

// check compares a password with a hash, as a try that is counted beforehand: guesses
// sent at once cannot pass a delay together.
//
// Errors: Busy while the triple waits, or when too many checks wait.
func (s *Service) check(ctx context.Context, t try, hash, password string) (ok bool, err error) {
	if err := s.reserve(ctx, t); err != nil {
		return false, err
	}
	ok, err = s.hashing.matches(ctx, t.address, hash, password)
	if err != nil {
		// The password was not looked at, so the try does not count.
		back := s.st.Write(context.WithoutCancel(ctx), func(tx *gorm.DB) error {
			return tx.Exec("UPDATE sign_in_delays SET failures = failures - 1, retry_at = ? WHERE account = ? AND user_name = ? AND address = ? AND failures > 0",
				store.At(s.now()), t.account, t.user, t.address).Error
		})
		return false, errors.Join(err, back)
	}
	return ok, nil
}

func (s *Service) reserve(ctx context.Context, t try) error {
	now := s.now()
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		// A row that is there is written to as well, which locks it: a right password of
		// the same user could take it away before it is read.
		first := tx.Exec(`INSERT INTO sign_in_delays (account, user_name, address, failures, retry_at) VALUES (?, ?, ?, 0, ?)
ON CONFLICT (account, user_name, address) DO UPDATE SET failures = sign_in_delays.failures`, t.account, t.user, t.address, store.At(now))
		if first.Error != nil {
			return first.Error
		}
		var row tryRow
		if err := tx.Where("account = ? AND user_name = ? AND address = ?", t.account, t.user, t.address).Take(&row).Error; err != nil {
			return err
		}
		// A wait longer than any comes from a clock that was stepped back since.
		if wait := row.RetryAt.Sub(now); wait > 0 && wait <= maxDelay {
			return fault.New(fault.Busy, "", fmt.Sprintf("Too many wrong passwords for this user from this address. Try again in %d s.", int(wait.Seconds())+1))
		}
		return tx.Exec("UPDATE sign_in_delays SET failures = ?, retry_at = ? WHERE account = ? AND user_name = ? AND address = ?",
			row.Failures+1, store.At(now.Add(delayAfter(row.Failures+1))), t.account, t.user, t.address).Error
	})
	if err != nil {
		return fmt.Errorf("count a try: %w", err)
	}
	return nil
}

// forget clears the count after a password that was right.
func (t try) forget(tx *gorm.DB) error {
	return tx.Exec("DELETE FROM sign_in_delays WHERE account = ? AND user_name = ? AND address = ?", t.account, t.user, t.address).Error
}
