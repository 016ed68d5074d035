package iam

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// Caller is who asks: a signed-in user of one account. It is read in one query per
// request and its rights are read again in the deciding transaction of acts.
type Caller struct {
	Account     AccountID
	AccountName string
	User        UserID
	UserName    string
	Kind        UserKind
	Policies    *PolicySet // what the user holds; root passes without
	SignIn      SignInID
	Address     string
	Agent       string
	RequestID   string

	MustChangePassword bool
	Demo               bool // the account belongs to the demo world

	agency        string
	delegate      bool // acts for the user without a sign-in, see Delegate
	policyVersion int64
}

// System is the console itself, sweeping rows of account.
func System(account AccountID) Caller {
	return Caller{Account: account, Kind: RootUser, agency: "system"}
}

// May reports whether the caller's own policies allow action on urn. It says nothing
// about shares; pages use it to leave out controls, the gate decides again.
func (c Caller) May(action Action, urn URN) bool {
	return c.Kind == RootUser || c.Policies.Allows(action, urn)
}

type callerRow struct {
	SignInID      string      `gorm:"column:sign_in_id"`
	UserID        string      `gorm:"column:user_id"`
	AccountID     string      `gorm:"column:account_id"`
	AccountName   string      `gorm:"column:account_name"`
	UserName      string      `gorm:"column:user_name"`
	Kind          string      `gorm:"column:kind"`
	State         string      `gorm:"column:state"`
	MustChange    bool        `gorm:"column:must_change_password"`
	PolicyVersion int64       `gorm:"column:policy_version"`
	Demo          bool        `gorm:"column:demo"`
	CreatedAt     store.Time  `gorm:"column:created_at"`
	LastSeenAt    store.Time  `gorm:"column:last_seen_at"`
	ExpiresAt     store.Time  `gorm:"column:expires_at"`
	RevokedAt     *store.Time `gorm:"column:revoked_at"`
}

const callerColumns = `s.id AS sign_in_id, s.user_id, s.account_id, a.name AS account_name, u.name AS user_name,
	u.kind, u.state, u.must_change_password, u.policy_version, a.demo, s.created_at, s.last_seen_at, s.expires_at, s.revoked_at`

// into is where callerColumns are scanned.
func (r *callerRow) into() []any {
	return []any{&r.SignInID, &r.UserID, &r.AccountID, &r.AccountName, &r.UserName,
		&r.Kind, &r.State, &r.MustChange, &r.PolicyVersion, &r.Demo, &r.CreatedAt, &r.LastSeenAt, &r.ExpiresAt, &r.RevokedAt}
}

const callerQuery = `SELECT ` + callerColumns + `
FROM sign_ins s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = u.account_id
WHERE `

const idleLimit = 30 * time.Minute

func (r callerRow) live(now time.Time) bool {
	return r.RevokedAt == nil && r.State == "enabled" && now.Before(r.ExpiresAt.Time) && now.Sub(r.LastSeenAt.Time) < idleLimit
}

// errSignedOut is the one answer for every way in which a sign-in is over.
var errSignedOut = fault.New(fault.Unauthenticated, "", "This sign-in has ended. Sign in again to go on.")

// refresh reads the caller again inside a deciding transaction.
func (g *Gate) refresh(db *gorm.DB, c Caller, now time.Time) (Caller, error) {
	switch {
	case c.delegate:
		return g.delegated(db, c)
	case c.agency != "":
		return c, nil
	}
	var row callerRow
	if err := db.Raw(callerQuery+"s.id = ?", string(c.SignIn)).Scan(&row).Error; err != nil {
		return c, fmt.Errorf("read caller: %w", err)
	}
	return g.callerOf(db, c, row, now)
}

// callerOf is the caller as read, if its sign-in still lives.
func (g *Gate) callerOf(db *gorm.DB, c Caller, row callerRow, now time.Time) (Caller, error) {
	if row.SignInID == "" || !row.live(now) || row.UserID != string(c.User) {
		return c, errSignedOut
	}
	return g.withPolicies(db, c, row)
}

func (g *Gate) withPolicies(db *gorm.DB, c Caller, row callerRow) (Caller, error) {
	c.Kind = UserKind(row.Kind)
	c.policyVersion = row.PolicyVersion
	if c.Kind == RootUser {
		return c, nil
	}
	set, err := g.policies.of(db, UserID(row.UserID), row.PolicyVersion)
	c.Policies = set
	return c, err
}

// SignedIn is a caller together with what its pages need of the sign-in.
type SignedIn struct {
	Caller  Caller
	FormKey []byte // seed of form tokens and notices; derived from the cookie, stored nowhere
}

// Authenticate finds the live sign-in of a cookie's token, in one query. It notes
// when the sign-in was last seen, at most once a minute.
//
// Errors: Unauthenticated when there is none.
func (s *Service) Authenticate(ctx context.Context, token string) (SignedIn, error) {
	db := s.st.Read(ctx)
	var row callerRow
	if err := db.Raw(callerQuery+"s.token_hash = ?", hashToken(token)).Scan(&row).Error; err != nil {
		return SignedIn{}, fmt.Errorf("read sign-in: %w", err)
	}
	now := s.now()
	if row.SignInID == "" || !row.live(now) {
		return SignedIn{}, errSignedOut
	}
	c := Caller{
		Account: AccountID(row.AccountID), AccountName: row.AccountName, User: UserID(row.UserID), UserName: row.UserName,
		SignIn: SignInID(row.SignInID), MustChangePassword: row.MustChange, Demo: row.Demo,
	}
	c, err := s.gate.withPolicies(db, c, row)
	if err != nil {
		return SignedIn{}, err
	}
	if now.Sub(row.LastSeenAt.Time) >= time.Minute {
		err = s.st.Write(ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE sign_ins SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?", store.At(now), row.SignInID, store.At(now)).Error
		})
		// A full disk keeps nobody from reading; only, the sign-in is not prolonged then.
		if err != nil && !store.Unavailable(err) {
			return SignedIn{}, fmt.Errorf("note last seen: %w", err)
		}
	}
	return SignedIn{Caller: c, FormKey: formKey(token)}, nil
}
