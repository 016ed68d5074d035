package crew

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"sharedkms/bench/browser"
	"sharedkms/internal/iam"
	"sharedkms/views/to"
)

// ciphertext is what somebody encrypted and everybody of the pair who may can decrypt.
type ciphertext struct {
	key, text, plain string
	shared           bool
}

// kept is how many ciphertexts a caller remembers that does not keep all.
const kept = 20

func (c *Caller) use() act {
	switch c.random.IntN(4) {
	case 0:
		return c.encrypt(c.key, false)
	case 1:
		return c.encrypt(c.pair.Shared[c.random.IntN(len(c.pair.Shared))], true)
	case 2:
		if n := len(c.book.ciphertexts); n > 0 {
			return c.decrypt(c.book.ciphertexts[c.random.IntN(n)], c.random.IntN(2) == 0)
		}
	}
	secrets := c.pair.Secrets
	return c.show(secrets[c.random.IntN(len(secrets))])
}

// by gives who uses a key: the partner a shared one, the owner its own. The trails are
// those of the user and, for a foreign key, of its owner.
func (c *Caller) by(partner bool) (*session, []iam.AccountID) {
	if partner {
		return &c.partner, []iam.AccountID{c.pair.Partner.Account, c.pair.Owner.Account}
	}
	return &c.owner, []iam.AccountID{c.pair.Owner.Account}
}

var shownText = regexp.MustCompile(`(?s)<pre[^>]*><code>(.*?)</code></pre>`)

// shown finds a value on the page that shows it.
func shown(body string, is func(value string) bool) (string, bool) {
	for _, m := range shownText.FindAllStringSubmatch(body, -1) {
		if value := html.UnescapeString(m[1]); is(value) {
			return value, true
		}
	}
	return "", false
}

func (c *Caller) encrypt(key string, shared bool) act {
	made := ciphertext{key: key, shared: shared, plain: "parcel " + uuid.NewString() + strings.Repeat(" x", 100)}
	by, trails := c.by(shared)
	return act{
		kind: Use, name: "encrypt", by: by, path: to.KeyAct(region, key, "tool"), status: 200, traced: trails,
		form: url.Values{"mode": {"encrypt"}, "plaintext": {made.plain}},
		done: func(a browser.Answer) error {
			var ok bool
			// Base64 of the magic SKM1.
			if made.text, ok = shown(a.Body, func(v string) bool { return strings.HasPrefix(v, "U0tNM") }); !ok {
				return errors.New("encrypted, and no ciphertext: " + says(a.Body))
			}
			if !c.crew.Keep && len(c.book.ciphertexts) >= kept {
				c.book.ciphertexts[c.random.IntN(kept)] = made
				return nil
			}
			c.book.ciphertexts = append(c.book.ciphertexts, made)
			return nil
		},
	}
}

func (c *Caller) decrypt(t ciphertext, partner bool) act {
	by, trails := c.by(partner && t.shared)
	return act{
		kind: Use, name: "decrypt", by: by, path: to.KeyAct(region, t.key, "tool"), status: 200, traced: trails,
		form: url.Values{"mode": {"decrypt"}, "ciphertext": {t.text}},
		done: func(a browser.Answer) error {
			if _, ok := shown(a.Body, func(v string) bool { return v == t.plain }); !ok {
				return fmt.Errorf("decrypted to something else: %s", says(a.Body))
			}
			return nil
		},
	}
}

func (c *Caller) show(s Secret) act {
	by, trails := c.by(true)
	return act{
		kind: Use, name: "show secret", by: by, path: to.SecretAct(region, s.ID, "show"), status: 200, traced: trails, form: url.Values{},
		done: func(a browser.Answer) error {
			if _, ok := shown(a.Body, func(v string) bool { return v == s.Value }); !ok {
				return fmt.Errorf("secret %s shows something else: %s", s.Name, says(a.Body))
			}
			return nil
		},
	}
}
