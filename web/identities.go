package web

import (
	"context"
	"sync"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/views/layout"
)

// identityCache keeps the identities of the demo world for a minute: every page's account menu
// lists them, and they change only when the world is seeded. Nothing is decided by them.
type identityCache struct {
	iam *iam.Service
	now func() time.Time

	mu   sync.Mutex
	at   time.Time
	list []layout.Identity
}

func (c *identityCache) menu(ctx context.Context) ([]layout.Identity, error) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list != nil && now.Sub(c.at) < time.Minute {
		return c.list, nil
	}
	users, err := c.iam.DemoUsers(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]layout.Identity, len(users))
	for i, u := range users {
		list[i] = layout.Identity{ID: string(u.ID), Account: u.AccountName, User: u.Name}
	}
	c.list, c.at = list, now
	return list, nil
}
