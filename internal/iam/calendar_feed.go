package iam

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// FeedID is a UUID, of a calendar feed.
type FeedID string

// MaxFeeds is how many calendar feeds a user may have at a time.
const MaxFeeds = 10

// Feed is a link to the calendar of what ends, which its user made. Who has the link reads
// the calendar, without signing in, until it is revoked.
type Feed struct {
	ID      FeedID
	Created time.Time
	Read    *time.Time // last, to the minute; nil for never
}

type feedRow struct {
	ID        string      `gorm:"column:id"`
	AccountID string      `gorm:"column:account_id"`
	UserID    string      `gorm:"column:user_id"`
	TokenHash string      `gorm:"column:token_hash"`
	CreatedAt store.Time  `gorm:"column:created_at"`
	ReadAt    *store.Time `gorm:"column:read_at"`
	RevokedAt *store.Time `gorm:"column:revoked_at"`
}

// TableName names the table.
func (feedRow) TableName() string { return "calendar_feeds" }

// feedHash is what is stored of a link's token: who reads the table cannot read a calendar.
func feedHash(token string) string {
	sum := sha256.Sum256([]byte("calendar feed\x00" + token))
	return hex.EncodeToString(sum[:])
}

// CreateFeed makes a calendar feed of the caller's own. The token is of 256 bits, stands in
// the link, and is told this once.
//
// Errors: Quota beyond MaxFeeds; Unauthenticated when the sign-in has ended meanwhile.
func (s *Service) CreateFeed(ctx context.Context, caller Caller) (token string, err error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret)
	now := s.now()
	err = s.st.Write(ctx, func(tx *gorm.DB) error {
		// The user's row stands for its feeds, so that two who make the last one wait for each other.
		var user []string
		if err := store.ForUpdate(tx).Model(&userRow{}).Where("id = ?", string(caller.User)).Pluck("id", &user).Error; err != nil {
			return err
		}
		// The link outlives the sign-in, so one that was ended meanwhile makes none.
		if _, err := s.gate.refresh(tx, caller, now); err != nil {
			return err
		}
		var live []string
		if err := tx.Model(&feedRow{}).Where("user_id = ? AND revoked_at IS NULL", string(caller.User)).Limit(MaxFeeds).Pluck("id", &live).Error; err != nil {
			return err
		}
		if len(live) >= MaxFeeds {
			return fault.New(fault.Quota, "", fmt.Sprintf("You have %d calendar links. Revoke one first.", MaxFeeds))
		}
		row := feedRow{ID: uuid.NewString(), AccountID: string(caller.Account), UserID: string(caller.User), TokenHash: feedHash(token), CreatedAt: store.At(now)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return s.traceFeed(tx, now, caller, "createCalendarFeed", FeedID(row.ID))
	})
	if err != nil {
		return "", fmt.Errorf("create calendar feed: %w", err)
	}
	return token, nil
}

// ListFeeds gives the caller's own live feeds, newest first.
func (s *Service) ListFeeds(ctx context.Context, caller Caller) ([]Feed, error) {
	var rows []feedRow
	err := s.st.Read(ctx).Select("id", "created_at", "read_at").Where("user_id = ? AND revoked_at IS NULL", string(caller.User)).
		Order("created_at DESC, id").Limit(MaxFeeds).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list calendar feeds: %w", err)
	}
	list := make([]Feed, len(rows))
	for i, r := range rows {
		list[i] = Feed{FeedID(r.ID), r.CreatedAt.Time, r.ReadAt.TimePtr()}
	}
	return list, nil
}

// RevokeFeed ends one of the caller's own feeds at once.
//
// Errors: NotFound for anybody else's or one that was revoked.
func (s *Service) RevokeFeed(ctx context.Context, caller Caller, id FeedID) error {
	missing := fault.New(fault.NotFound, "", "This calendar link was revoked already, or is not one of yours.")
	now := s.now()
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		result := tx.Exec("UPDATE calendar_feeds SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL", store.At(now), store.QueryID(string(id)), string(caller.User))
		if err := store.Changed(result, missing); err != nil {
			return err
		}
		return s.traceFeed(tx, now, caller, "revokeCalendarFeed", id)
	})
	if err != nil {
		return fmt.Errorf("revoke calendar feed: %w", err)
	}
	return nil
}

// traceFeed names the link by its ID, never by its token.
func (s *Service) traceFeed(tx *gorm.DB, now time.Time, caller Caller, event string, id FeedID) error {
	e := s.ownEntry(now, caller, event)
	e.Details = map[string]string{"link": string(id)}
	return audit.WriteIn(tx, []audit.Entry{e})
}

// ErrNoFeed is the one answer for a token that nobody made and one that was revoked.
var ErrNoFeed = fault.New(fault.NotFound, "", "There is no calendar at this address.")

// OpenFeed finds which link a token is of, and whose calendar it opens. What the token is
// compared with is found by its hash, so the time tells nothing of it, and one query answers
// for tokens that were never made and for revoked ones. It notes the reading, at most once a
// minute.
//
// Errors: ErrNoFeed.
func (s *Service) OpenFeed(ctx context.Context, token string) (FeedID, Delegate, error) {
	var row feedRow
	err := s.st.Read(ctx).Where("token_hash = ? AND revoked_at IS NULL", feedHash(token)).Limit(1).Find(&row).Error
	if err != nil {
		return "", Delegate{}, fmt.Errorf("read calendar feed: %w", err)
	}
	if row.ID == "" {
		return "", Delegate{}, ErrNoFeed
	}
	if now := s.now(); row.ReadAt == nil || now.Sub(row.ReadAt.Time) >= time.Minute {
		err = s.st.Write(ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE calendar_feeds SET read_at = ? WHERE id = ? AND revoked_at IS NULL", store.At(now), row.ID).Error
		})
		if err != nil && !store.Unavailable(err) {
			return "", Delegate{}, fmt.Errorf("note reading of calendar feed: %w", err)
		}
	}
	return FeedID(row.ID), Delegate{AccountID(row.AccountID), UserID(row.UserID), "calendar"}, nil
}
