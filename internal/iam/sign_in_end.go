package iam

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// SignInInfo is one of a user's own sign-ins.
type SignInInfo struct {
	ID       SignInID
	Address  string
	Agent    string
	Created  time.Time
	LastSeen time.Time
	Expires  time.Time // absolute; idle sign-ins end 30 minutes after LastSeen
	Current  bool
}

// ListSignIns gives the caller's own live sign-ins, newest first, at most 50.
func (s *Service) ListSignIns(ctx context.Context, caller Caller) ([]SignInInfo, error) {
	now := s.now()
	var rows []signInRow
	err := s.st.Read(ctx).Raw(`SELECT id, address, agent, created_at, last_seen_at, expires_at FROM sign_ins
WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? AND last_seen_at > ? ORDER BY created_at DESC, id LIMIT 50`,
		string(caller.User), store.At(now), store.At(now.Add(-idleLimit))).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list sign-ins: %w", err)
	}
	list := make([]SignInInfo, len(rows))
	for i, r := range rows {
		list[i] = SignInInfo{SignInID(r.ID), r.Address, r.Agent, r.CreatedAt.Time, r.LastSeenAt.Time, r.ExpiresAt.Time, SignInID(r.ID) == caller.SignIn}
	}
	return list, nil
}

// SignOut ends the caller's own current sign-in at once.
func (s *Service) SignOut(ctx context.Context, caller Caller) error {
	return s.revoke(ctx, caller, caller.SignIn, "signOut")
}

// RevokeSignIn ends one of the caller's own sign-ins at once.
//
// Errors: NotFound for anybody else's or one that has ended.
func (s *Service) RevokeSignIn(ctx context.Context, caller Caller, id SignInID) error {
	return s.revoke(ctx, caller, id, "revokeSignIn")
}

func (s *Service) revoke(ctx context.Context, caller Caller, id SignInID, event string) error {
	missing := fault.New(fault.NotFound, "", "This sign-in has ended already, or is not one of yours.")
	if !store.IsUUID(string(id)) {
		return missing
	}
	now := s.now()
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		result := tx.Exec("UPDATE sign_ins SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL", store.At(now), string(id), string(caller.User))
		if err := store.Changed(result, missing); err != nil {
			return err
		}
		return audit.WriteIn(tx, []audit.Entry{s.ownEntry(now, caller, event)})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", event, err)
	}
	return nil
}

func (s *Service) ownEntry(now time.Time, c Caller, event string) audit.Entry {
	row := userToSignIn{ID: string(c.User), AccountID: string(c.Account), Name: c.UserName}
	e := s.signInEntry(now, row, Device{c.Address, c.Agent}, event)
	e.RequestID = c.RequestID
	return e
}

// ChangePassword sets a new password and ends every other sign-in of the user.
//
// Errors: Invalid, in field "current" or "new"; Busy.
func (s *Service) ChangePassword(ctx context.Context, caller Caller, current, password string) error {
	if problem := checkPassword(password, caller); problem != "" {
		return fault.InField("new", "", problem)
	}
	var stored string
	if err := s.st.Read(ctx).Raw("SELECT password_hash FROM users WHERE id = ?", string(caller.User)).Scan(&stored).Error; err != nil {
		return fmt.Errorf("read password: %w", err)
	}
	try := try{string(caller.Account), strings.ToLower(caller.UserName), caller.Address}
	ok, err := s.check(ctx, try, stored, current)
	if err != nil {
		return err
	}
	if !ok {
		row := userToSignIn{ID: string(caller.User), AccountID: string(caller.Account), Name: caller.UserName}
		if err := s.noteRefusal(ctx, row, Device{caller.Address, caller.Agent}); !fault.Is(err, fault.Unauthenticated) {
			return err
		}
		return fault.InField("current", "", "This is not the current password.")
	}
	if current == password {
		return fault.InField("new", "", "Choose a password that differs from the current one.")
	}
	hash, err := s.hashing.hash(ctx, caller.Address, password)
	if err != nil {
		return err
	}
	now := s.now()
	err = s.st.Write(ctx, func(tx *gorm.DB) error {
		if _, err := s.gate.refresh(tx, caller, now); err != nil {
			return err
		}
		if err := try.forget(tx); err != nil {
			return err
		}
		result := tx.Exec("UPDATE users SET password_hash = ?, must_change_password = ? WHERE id = ? AND password_hash = ?", hash, false, string(caller.User), stored)
		if err := store.Changed(result, fault.New(fault.Conflict, "", "The password was changed elsewhere in the meantime. Sign in again.")); err != nil {
			return err
		}
		if err := tx.Exec("UPDATE sign_ins SET revoked_at = ? WHERE user_id = ? AND id <> ? AND revoked_at IS NULL", store.At(now), string(caller.User), string(caller.SignIn)).Error; err != nil {
			return err
		}
		return audit.WriteIn(tx, []audit.Entry{s.ownEntry(now, caller, "changePassword")})
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return nil
}
