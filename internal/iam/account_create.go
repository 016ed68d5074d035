package iam

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

type accountRow struct {
	ID        string     `gorm:"column:id"`
	Name      string     `gorm:"column:name"`
	NameLower string     `gorm:"column:name_lower"`
	Demo      bool       `gorm:"column:demo"`
	CreatedAt store.Time `gorm:"column:created_at"`
}

// TableName names the table.
func (accountRow) TableName() string { return "accounts" }

type userRow struct {
	ID            string     `gorm:"column:id"`
	AccountID     string     `gorm:"column:account_id"`
	Name          string     `gorm:"column:name"`
	NameLower     string     `gorm:"column:name_lower"`
	Kind          string     `gorm:"column:kind"`
	State         string     `gorm:"column:state"`
	PasswordHash  string     `gorm:"column:password_hash"`
	MustChange    bool       `gorm:"column:must_change_password"`
	PolicyVersion int64      `gorm:"column:policy_version"`
	CreatedAt     store.Time `gorm:"column:created_at"`
}

// TableName names the table.
func (userRow) TableName() string { return "users" }

var (
	accountName = regexp.MustCompile(`^[A-Za-z][0-9A-Za-z _.-]{0,62}[0-9A-Za-z]$`)
	userName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$`)
)

// NewAccount is what an account needs to begin.
type NewAccount struct {
	ID       AccountID // empty: made here; the demo world names its own
	Name     string    // 2 to 64 letters, digits, space, _ . -; begins with a letter; unique without regard to case
	RootUser string    // name of the root user; empty means "root"
	RootID   UserID    // empty: made here
	Demo     bool      // part of the demo world: entered by one click, has no password
}

// CreateAccount makes an account with its root user, for whoever runs the console,
// not for a caller. It gives the root user's one-time password, which must be
// changed at first sign-in and is stored only as a hash; an account of the demo world
// gets none.
//
// Errors: Invalid for a bad name; Conflict when the name is taken.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (AccountID, string, error) {
	if in.RootUser == "" {
		in.RootUser = "root"
	}
	if in.ID == "" {
		in.ID = AccountID(newHexID())
	}
	if !accountName.MatchString(in.Name) {
		return "", "", fault.InField("name", "", "Use 2 to 64 letters, digits, spaces, _ . or -, beginning with a letter.")
	}
	hash, password := noPassword, ""
	if !in.Demo {
		password = oneTimePassword()
		var err error
		if hash, err = s.hashing.hash(ctx, "", password); err != nil {
			return "", "", err
		}
	}
	now := s.now()
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		account := accountRow{ID: string(in.ID), Name: in.Name, NameLower: strings.ToLower(in.Name), Demo: in.Demo, CreatedAt: store.At(now)}
		if err := tx.Create(&account).Error; err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO account_principals (account_id, kind, principal) VALUES (?, 'account', ?)", string(in.ID), string(in.ID)).Error; err != nil {
			return err
		}
		if _, err := s.createUserIn(tx, now, in.ID, NewUser{ID: in.RootID, Name: in.RootUser, Kind: RootUser}, hash, !in.Demo); err != nil {
			return err
		}
		return audit.WriteIn(tx, []audit.Entry{{
			At: now, Trails: []string{string(in.ID)}, CallerAccount: string(in.ID), Agency: "system",
			Action: "iam:account:create", Event: "createAccount", ResourceType: "account", ResourceID: string(in.ID), Outcome: audit.Succeeded,
		}})
	})
	if store.Duplicate(err) {
		return "", "", fault.New(fault.Conflict, "", fmt.Sprintf("An account named %q exists already.", in.Name))
	}
	if err != nil {
		return "", "", fmt.Errorf("create account: %w", err)
	}
	return in.ID, password, nil
}

// NewUser is what a user needs to begin.
type NewUser struct {
	ID       UserID // empty: made here
	Name     string
	Kind     UserKind
	Policies []string // names of system-defined policies
}

// CreateUser adds a user to an account, for whoever runs the console. password may
// be empty: then nobody can sign in with one.
func (s *Service) CreateUser(ctx context.Context, account AccountID, in NewUser, password string) (UserID, error) {
	hash := noPassword
	if password != "" {
		var err error
		if hash, err = s.hashing.hash(ctx, "", password); err != nil {
			return "", err
		}
	}
	var id UserID
	now := s.now()
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		var err error
		if id, err = s.createUserIn(tx, now, account, in, hash, false); err != nil {
			return err
		}
		return audit.WriteIn(tx, []audit.Entry{{
			At: now, Trails: []string{string(account)}, CallerAccount: string(account), Agency: "system",
			Action: "iam:user:create", Event: "createUser", ResourceType: "user", ResourceID: string(id), Outcome: audit.Succeeded,
		}})
	})
	if err != nil {
		return "", fmt.Errorf("create user: %w", err)
	}
	return id, nil
}

func (s *Service) createUserIn(tx *gorm.DB, now time.Time, account AccountID, in NewUser, hash string, mustChange bool) (UserID, error) {
	if !userName.MatchString(in.Name) {
		return "", fault.InField("user", "", "Use 1 to 63 letters, digits, . _ @ or -.")
	}
	if in.ID == "" {
		in.ID = UserID(newHexID())
	}
	user := userRow{
		ID: string(in.ID), AccountID: string(account), Name: in.Name, NameLower: strings.ToLower(in.Name), Kind: string(in.Kind),
		State: "enabled", PasswordHash: hash, MustChange: mustChange, PolicyVersion: 1, CreatedAt: store.At(now),
	}
	if err := tx.Create(&user).Error; err != nil {
		return "", err
	}
	return in.ID, setPoliciesIn(tx, in.ID, in.Policies)
}

func setPoliciesIn(tx *gorm.DB, user UserID, names []string) error {
	if err := tx.Exec("DELETE FROM user_policies WHERE user_id = ?", string(user)).Error; err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := SystemPolicy(name); !ok {
			return fault.New(fault.Invalid, "", fmt.Sprintf("There is no system-defined policy named %q.", name))
		}
		if err := tx.Exec("INSERT INTO user_policies (user_id, policy) VALUES (?, ?)", string(user), name).Error; err != nil {
			return err
		}
	}
	return nil
}

// SetPolicies replaces what a user holds, for whoever runs the console. It holds at
// the user's next request.
func (s *Service) SetPolicies(ctx context.Context, user UserID, names []string) error {
	return s.st.Write(ctx, func(tx *gorm.DB) error {
		if err := setPoliciesIn(tx, user, names); err != nil {
			return err
		}
		return tx.Exec("UPDATE users SET policy_version = policy_version + 1 WHERE id = ?", string(user)).Error
	})
}
