package crew

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"sharedkms/bench/browser"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

// secretsKept is how many secrets a caller makes before it deletes the oldest.
const secretsKept = 8

func (c *Caller) write() act {
	switch c.random.IntN(4) {
	case 0:
		return c.rename()
	case 1:
		return c.setTag()
	}
	if len(c.book.secrets) >= secretsKept && c.book.secrets[0].state == there {
		return c.deleteSecret()
	}
	return c.createSecret()
}

func (c *Caller) createSecret() act {
	_, trails := c.by(true)
	key := c.pair.Shared[c.random.IntN(len(c.pair.Shared))]
	made := &ownSecret{Secret: Secret{Name: fmt.Sprintf("crew-%d-%s", c.n, uuid.NewString()), Value: uuid.NewString()}, state: maybe}
	return act{
		kind: Write, name: "create secret", by: &c.partner, path: to.SecretNew(region), status: 303, traced: trails,
		form: url.Values{
			"do": {"create"}, "once": {uuid.NewString()}, "name": {made.Name}, "value_form": {"text"}, "plain": {made.Value},
			"key_mode": {"select"}, "key": {key},
		},
		expects: func() { c.book.secrets = append(c.book.secrets, made) },
		done: func(a browser.Answer) error {
			if made.ID = lastSegment(a.Location); !store.IsUUID(made.ID) {
				return errors.New("a secret was made at " + a.Location)
			}
			made.state = there
			return nil
		},
	}
}

func (c *Caller) deleteSecret() act {
	oldest := c.book.secrets[0]
	return act{
		kind: Write, name: "delete secret", by: &c.partner, path: to.SecretAct(region, oldest.ID, "delete"), status: 303,
		traced: []iam.AccountID{c.pair.Partner.Account}, form: url.Values{"confirm": {oldest.Name}},
		expects: func() { oldest.state = maybe },
		done: func(browser.Answer) error {
			c.book.secrets = slices.DeleteFunc(c.book.secrets, func(s *ownSecret) bool { return s == oldest })
			if c.crew.Keep {
				c.book.deleted = append(c.book.deleted, oldest.Name)
			}
			return nil
		},
	}
}

func (c *Caller) rename() act {
	name := fmt.Sprintf("crew-%d-%d", c.n, c.random.Int64())
	return act{
		kind: Write, name: "rename key", by: &c.owner, path: to.KeyAct(region, c.key, "rename"), status: 303,
		traced: []iam.AccountID{c.pair.Owner.Account}, form: url.Values{"name": {name}},
		done: func(browser.Answer) error { c.book.name = possible{name}; return nil },
		lost: func() { c.book.name = append(c.book.name, name) },
	}
}

// tagKey is a tag that each caller sets on its own key.
const tagKey = "crew"

func (c *Caller) setTag() act {
	value := fmt.Sprint(c.random.Int64())
	return act{
		kind: Write, name: "tag key", by: &c.owner, path: to.KeyAct(region, c.key, "tag"), status: 303,
		traced: []iam.AccountID{c.pair.Owner.Account}, form: url.Values{"tag_key": {tagKey}, "tag_value": {value}},
		done: func(browser.Answer) error { c.book.tag = possible{value}; return nil },
		lost: func() { c.book.tag = append(c.book.tag, value) },
	}
}

// lastSegment is the end of a path, without query.
func lastSegment(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path[strings.LastIndexByte(path, '/')+1:]
}
