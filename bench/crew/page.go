package crew

import (
	"sharedkms/views/to"
)

// page opens a list, a detail page or the overview.
func (c *Caller) page() act {
	owner, partner, p := &c.owner, &c.partner, c.pair
	pages := []struct {
		name string
		by   *session
		path string
	}{
		{"overview", owner, to.Overview()},
		{"overview of the partner", partner, to.Overview()},
		{"keys", owner, to.Keys(region)},
		{"keys by name", owner, to.Keys(region) + "?q=orders"},
		{"key", owner, to.Key(region, c.key)},
		{"shares", owner, to.Shares()},
		{"share", owner, to.Share(p.Share)},
		{"traces", owner, to.Traces()},
		{"shared keys", partner, to.SharedKeys(region)},
		{"shared key", partner, to.Key(region, p.Shared[0])},
		{"secrets", partner, to.Secrets(region)},
		{"secret", partner, to.Secret(region, p.Secrets[c.random.IntN(len(p.Secrets))].ID)},
		{"shares received", partner, to.SharesReceived() + "?tab=accepted"},
		{"share received", partner, to.ShareReceived(p.Share)},
	}
	chosen := pages[c.random.IntN(len(pages))]
	return act{kind: Page, name: chosen.name, by: chosen.by, path: chosen.path, status: 200}
}
