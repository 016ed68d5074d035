package iam

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Delegate is somebody who acts without being signed in: a link that a user made, or work
// that goes on after the user has left. It has the user's rights as they are at each step,
// read again each time, and never more.
type Delegate struct {
	Account AccountID
	User    UserID
	Agency  string // what acts for the user, as traces say it: "calendar"
}

// Delegated reads the caller that a delegate acts as, now.
//
// Errors: Unauthenticated when the user is disabled or gone.
func (s *Service) Delegated(ctx context.Context, d Delegate) (Caller, error) {
	return s.gate.delegated(s.st.Read(ctx), Caller{Account: d.Account, User: d.User, agency: d.Agency, delegate: true})
}

// delegated reads user and policies of a delegate's caller again.
func (g *Gate) delegated(db *gorm.DB, c Caller) (Caller, error) {
	var row callerRow
	err := db.Raw(`SELECT u.id AS user_id, u.account_id, a.name AS account_name, u.name AS user_name, u.kind, u.state, u.must_change_password, u.policy_version, a.demo
FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.id = ? AND u.account_id = ?`, string(c.User), string(c.Account)).Scan(&row).Error
	if err != nil {
		return c, fmt.Errorf("read delegate: %w", err)
	}
	if row.UserID == "" || row.State != "enabled" {
		return c, errSignedOut
	}
	c.AccountName, c.UserName, c.Demo = row.AccountName, row.UserName, row.Demo
	return g.withPolicies(db, c, row)
}
