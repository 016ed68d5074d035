package iam

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

const absoluteLimit = 12 * time.Hour

// Device is where a sign-in comes from.
type Device struct {
	Address string
	Agent   string // cut to 256 bytes
}

// hashToken is what is stored of a cookie's token: who reads the table cannot sign in.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

type signInRow struct {
	ID         string      `gorm:"column:id"`
	TokenHash  []byte      `gorm:"column:token_hash"`
	UserID     string      `gorm:"column:user_id"`
	AccountID  string      `gorm:"column:account_id"`
	Address    string      `gorm:"column:address"`
	Agent      string      `gorm:"column:agent"`
	FormKey    []byte      `gorm:"column:form_key"`
	CreatedAt  store.Time  `gorm:"column:created_at"`
	LastSeenAt store.Time  `gorm:"column:last_seen_at"`
	ExpiresAt  store.Time  `gorm:"column:expires_at"`
	RevokedAt  *store.Time `gorm:"column:revoked_at"`
}

// TableName names the table.
func (signInRow) TableName() string { return "sign_ins" }

type userToSignIn struct {
	ID           string `gorm:"column:id"`
	AccountID    string `gorm:"column:account_id"`
	Name         string `gorm:"column:name"`
	State        string `gorm:"column:state"`
	PasswordHash string `gorm:"column:password_hash"`
}

// SignIn checks a password and starts a sign-in, whose token goes into the cookie.
// An unknown account or user takes as long as a wrong password and gets the same
// answer. After 3 failures a pair of account and address waits, at most 5 minutes,
// so that nobody can lock out somebody else.
//
// Errors: Unauthenticated; Busy when the queue of password checks is full or the
// pair still waits.
func (s *Service) SignIn(ctx context.Context, account, user, password string, from Device) (token string, err error) {
	account, user = strings.ToLower(strings.TrimSpace(account)), strings.ToLower(strings.TrimSpace(user))
	if len(account) > 64 || len(user) > 64 || len(password) > MaxPassword {
		return "", errWrongPassword
	}
	now := s.now()
	var delay struct {
		Failures int64      `gorm:"column:failures"`
		RetryAt  store.Time `gorm:"column:retry_at"`
	}
	db := s.st.Read(ctx)
	if err := db.Raw("SELECT failures, retry_at FROM sign_in_delays WHERE account = ? AND address = ?", account, from.Address).Scan(&delay).Error; err != nil {
		return "", fmt.Errorf("read sign-in delay: %w", err)
	}
	if delay.Failures > 0 && now.Before(delay.RetryAt.Time) {
		return "", fault.New(fault.Busy, "", fmt.Sprintf("Too many wrong passwords for this account from this address. Try again in %d s.", int(delay.RetryAt.Sub(now).Seconds())+1))
	}
	var row userToSignIn
	err = db.Raw(`SELECT u.id, u.account_id, u.name, u.state, u.password_hash
FROM users u JOIN accounts a ON a.id = u.account_id WHERE (a.name_lower = ? OR a.id = ?) AND u.name_lower = ?`, account, account, user).Scan(&row).Error
	if err != nil {
		return "", fmt.Errorf("read user: %w", err)
	}
	hash := row.PasswordHash
	if row.ID == "" {
		hash = noPassword
	}
	ok, err := s.hashing.matches(ctx, hash, password)
	if err != nil {
		return "", err
	}
	if !ok || row.State != "enabled" {
		return "", s.noteFailure(ctx, now, account, row, from)
	}
	return s.start(ctx, row, from, account)
}

var errWrongPassword = fault.New(fault.Unauthenticated, "", "Account, user or password is wrong.")

func (s *Service) noteFailure(ctx context.Context, now time.Time, account string, row userToSignIn, from Device) error {
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		var failures int64
		err := tx.Raw(`INSERT INTO sign_in_delays (account, address, failures, retry_at) VALUES (?, ?, 1, ?)
ON CONFLICT (account, address) DO UPDATE SET failures = sign_in_delays.failures + 1 RETURNING failures`, account, from.Address, store.At(now)).Scan(&failures).Error
		if err != nil {
			return err
		}
		err = tx.Exec("UPDATE sign_in_delays SET retry_at = ? WHERE account = ? AND address = ?", store.At(now.Add(delayAfter(failures))), account, from.Address).Error
		if err != nil || row.ID == "" {
			return err
		}
		e := s.signInEntry(now, row, from, "signIn")
		e.Outcome, e.Reason = audit.Refused, "wrong password"
		return audit.FoldIn(tx, e)
	})
	if err != nil {
		return fmt.Errorf("note failed sign-in: %w", err)
	}
	return errWrongPassword
}

func (s *Service) signInEntry(now time.Time, row userToSignIn, from Device, event string) audit.Entry {
	return audit.Entry{
		At: now, Trails: []string{row.AccountID}, CallerAccount: row.AccountID, UserID: row.ID, UserName: row.Name,
		Address: from.Address, Agent: cut(from.Agent, 256), Action: "iam:user:" + event, Event: event,
		ResourceType: "user", ResourceID: row.ID, ResourceURN: URN{"iam", "", AccountID(row.AccountID), "user", row.ID}.String(), Outcome: audit.Succeeded,
	}
}

func (s *Service) start(ctx context.Context, row userToSignIn, from Device, delayedAs string) (string, error) {
	secret := make([]byte, 64)
	_, _ = rand.Read(secret) // never fails
	token := base64.RawURLEncoding.EncodeToString(secret[:32])
	now := s.now()
	in := signInRow{
		ID: uuid.NewString(), TokenHash: hashToken(token), UserID: row.ID, AccountID: row.AccountID, Address: from.Address, Agent: cut(from.Agent, 256),
		FormKey: secret[32:], CreatedAt: store.At(now), LastSeenAt: store.At(now), ExpiresAt: store.At(now.Add(absoluteLimit)),
	}
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		if delayedAs != "" {
			if err := tx.Exec("DELETE FROM sign_in_delays WHERE account = ? AND address = ?", delayedAs, from.Address).Error; err != nil {
				return err
			}
		}
		if err := tx.Create(&in).Error; err != nil {
			return err
		}
		return audit.WriteIn(tx, []audit.Entry{s.signInEntry(now, row, from, "signIn")})
	})
	if err != nil {
		return "", fmt.Errorf("start sign-in: %w", err)
	}
	return token, nil
}

// SignInDemo starts a sign-in for a user of the demo world without a password. It
// refuses users of accounts that are not part of it, and is offered only while the
// console runs as a demo.
//
// Errors: NotFound.
func (s *Service) SignInDemo(ctx context.Context, user UserID, from Device) (string, error) {
	var row userToSignIn
	err := s.st.Read(ctx).Raw(`SELECT u.id, u.account_id, u.name, u.state, u.password_hash
FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.id = ? AND a.demo = ? AND u.state = 'enabled'`, string(user), true).Scan(&row).Error
	if err != nil {
		return "", fmt.Errorf("read user: %w", err)
	}
	if row.ID == "" {
		return "", fault.New(fault.NotFound, "", "There is no such identity in the demo world.")
	}
	return s.start(ctx, row, from, "")
}

// cut keeps at most n bytes, and no half character.
func cut(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
