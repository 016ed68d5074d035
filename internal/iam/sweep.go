package iam

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/store"
)

// How long rows that have done their work are kept.
const (
	onceKept   = 24 * time.Hour      // idempotency keys
	signInKept = 30 * 24 * time.Hour // ended sign-ins, after they expired
	feedKept   = 30 * 24 * time.Hour // calendar feeds, after they were revoked
	delayKept  = 24 * time.Hour      // failed sign-ins, after the delay ended
)

// Sweep purges spent idempotency keys, sign-ins that ended long ago and delays that
// are over. It decides nothing: each rule is checked when the row is read, too.
func (s *Service) Sweep(ctx context.Context, now time.Time) error {
	purge := func(query string, before time.Time) error {
		return s.st.Write(ctx, func(tx *gorm.DB) error { return tx.Exec(query, store.At(before)).Error })
	}
	return errors.Join(
		purge("DELETE FROM once_keys WHERE created_at < ?", now.Add(-onceKept)),
		purge("DELETE FROM sign_ins WHERE expires_at < ?", now.Add(-signInKept)),
		purge("DELETE FROM calendar_feeds WHERE revoked_at < ?", now.Add(-feedKept)),
		purge("DELETE FROM sign_in_delays WHERE retry_at < ?", now.Add(-delayKept)),
	)
}
