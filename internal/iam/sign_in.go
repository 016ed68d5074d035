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
// answer. A try is counted before the password is checked and forgotten when it was
// right; after 3 in a row for one account, user and address that triple waits, at
// most 5 minutes, so that nobody can lock out somebody else.
//
// An account is counted by what was typed, whether it exists or not: were its name and its
// ID one count, then a wait for one after guesses at the other would tell that both are
// the same account, and that the user exists. So who knows both has two counts, twice the
// guesses and no more.
//
// Errors: Unauthenticated; Busy when too many checks wait or the triple does.
func (s *Service) SignIn(ctx context.Context, account, user, password string, from Device) (token string, err error) {
	account, user = strings.ToLower(strings.TrimSpace(account)), strings.ToLower(strings.TrimSpace(user))
	if len(account) > 64 || len(user) > 64 || len(password) > MaxPassword {
		return "", errWrongPassword
	}
	var row userToSignIn
	err = s.st.Read(ctx).Raw(`SELECT u.id, u.account_id, u.name, u.state, u.password_hash
FROM users u JOIN accounts a ON a.id = u.account_id WHERE (a.name_lower = ? OR a.id = ?) AND u.name_lower = ?`, account, account, user).Scan(&row).Error
	if err != nil {
		return "", fmt.Errorf("read user: %w", err)
	}
	try := try{account: account, user: user, address: from.Address}
	hash := noPassword
	if row.ID != "" {
		hash = row.PasswordHash
	}
	ok, err := s.check(ctx, try, hash, password)
	if err != nil {
		return "", err
	}
	if !ok || row.State != "enabled" {
		return "", s.noteRefusal(ctx, row, from)
	}
	return s.start(ctx, row, from, &try)
}

var errWrongPassword = fault.New(fault.Unauthenticated, "", "Account, user or password is wrong.")

// noteRefusal leaves the trace of a wrong password in the trail of the account. One of a
// name that nobody has is written and taken back, because there is no such trail: a commit
// that has nothing to write is quicker, and its time would tell which users exist.
func (s *Service) noteRefusal(ctx context.Context, row userToSignIn, from Device) error {
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		e := s.signInEntry(s.now(), row, from, "signIn")
		e.Outcome, e.Reason = audit.Refused, "wrong password"
		if err := audit.FoldIn(tx, e); err != nil {
			return err
		}
		return tx.Exec("DELETE FROM audit_traces WHERE account_id = ''").Error
	})
	if err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return errWrongPassword
}

func (s *Service) signInEntry(now time.Time, row userToSignIn, from Device, event string) audit.Entry {
	return audit.Entry{
		At: now, Trails: []string{row.AccountID}, CallerAccount: row.AccountID, UserID: row.ID, UserName: row.Name,
		Address: from.Address, Agent: cut(from.Agent, agentMax), Action: "iam:user:" + event, Event: event,
		ResourceType: "user", ResourceID: row.ID, ResourceURN: URN{"iam", "", AccountID(row.AccountID), "user", row.ID}.String(), Outcome: audit.Succeeded,
	}
}

// formKey is what form tokens and notices of a sign-in grow from. It comes from the
// cookie's token, so that who reads the database cannot make one.
func formKey(token string) []byte {
	sum := sha256.Sum256([]byte("form key\x00" + token))
	return sum[:]
}

// start makes the sign-in, unless the user was disabled or its password changed while
// the password was checked. right is the try that turned out right; nil without one.
func (s *Service) start(ctx context.Context, row userToSignIn, from Device, right *try) (string, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	token := base64.RawURLEncoding.EncodeToString(secret)
	now := s.now()
	in := signInRow{
		ID: uuid.NewString(), TokenHash: hashToken(token), UserID: row.ID, AccountID: row.AccountID, Address: from.Address, Agent: cut(from.Agent, agentMax),
		CreatedAt: store.At(now), LastSeenAt: store.At(now), ExpiresAt: store.At(now.Add(absoluteLimit)),
	}
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		var still []string
		err := store.ForShare(tx).Model(&userRow{}).Where("id = ? AND password_hash = ? AND state = 'enabled'", row.ID, row.PasswordHash).Pluck("id", &still).Error
		if err != nil {
			return err
		}
		if len(still) == 0 {
			return errWrongPassword
		}
		if right != nil {
			if err := right.forget(tx); err != nil {
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
	return s.start(ctx, row, from, nil)
}

// cut keeps at most n bytes, and no half character.
func cut(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
