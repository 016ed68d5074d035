package crew

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"sharedkms/bench/browser"
	"sharedkms/internal/iam"
)

// act is one request and what it must lead to.
type act struct {
	kind   Kind
	name   string
	by     *session
	path   string
	form   url.Values // nil for a page
	status int        // that acknowledges it

	// traced names the accounts in whose trails an acknowledged act must be, the caller's
	// own first; none for what leaves no trace.
	traced []iam.AccountID

	read    bool                       // done needs the answer's body
	expects func()                     // notes before sending that the act may happen
	done    func(browser.Answer) error // the act is acknowledged
	lost    func()                     // it is unknown what became of it
}

// Act does one act, chosen by the mix. The error is ErrUnknown when nobody knows what became
// of it, and any other when the answer was wrong.
func (c *Caller) Act() (Kind, error) {
	a := c.choose()
	return a.kind, c.do(a)
}

func (c *Caller) choose() act {
	at := c.random.IntN(100)
	for _, kind := range Kinds {
		if at -= c.crew.Mix[kind]; at < 0 {
			switch kind {
			case Use:
				return c.use()
			case Write:
				return c.write()
			case Share:
				return c.life.next(c)
			}
			break
		}
	}
	return c.page()
}

func (c *Caller) do(a act) error {
	c.host = c.crew.addr(c.n)
	_ = c.browser.Visit(c.host) // closing the old connection; nothing is on its way
	if a.expects != nil {
		a.expects()
	}
	answer, err := c.send(a)
	if err == nil && answer.Status == 503 {
		err = fmt.Errorf("%s: 503: %s", a.name, says(answer.Body))
	}
	if err != nil {
		c.book.note(func(n *Count) { n.Unknown++ })
		if a.changes() {
			c.book.note(func(n *Count) { n.Interrupted++ })
		}
		if a.lost != nil {
			a.lost()
		}
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	c.book.note(func(n *Count) { n.Answers++; n.Bytes += answer.Length })
	if answer.Status != a.status {
		return fmt.Errorf("%s %s: status %d, want %d: %s", a.name, a.path, answer.Status, a.status, says(answer.Body))
	}
	if a.changes() {
		c.book.note(func(n *Count) { n.Acknowledged++ })
		c.crew.acknowledged.Add(1)
		if c.crew.Keep {
			c.book.traces = append(c.book.traces, trace{answer.RequestID, a.name, a.traced})
		}
	}
	if a.done != nil {
		return a.done(answer)
	}
	return nil
}

// changes reports whether the act leaves a trace or changes something.
func (a act) changes() bool { return a.form != nil }

func (c *Caller) send(a act) (browser.Answer, error) {
	if a.form == nil {
		request := browser.Get(c.host, a.path, a.by.cookie, "Accept-Encoding: gzip")
		if a.read {
			return c.browser.Fetch(request)
		}
		return c.browser.Skim(request)
	}
	a.form.Set("form_token", a.by.token)
	return c.browser.Fetch(browser.Post(c.host, a.path, a.by.cookie, a.form.Encode()))
}

var (
	mainPart = regexp.MustCompile(`(?s)<main.*</main>`)
	tag      = regexp.MustCompile(`(?s)<[^>]*>`)
)

// says is the beginning of what a page says, for errors.
func says(body string) string {
	if part := mainPart.FindString(body); part != "" {
		body = part
	}
	text := strings.Join(strings.Fields(tag.ReplaceAllString(body, " ")), " ")
	return text[:min(len(text), 300)]
}

// Get opens a page as the owner, on a connection of its own, while the caller works. The
// zero Answer means that none came.
func (c *Caller) Get(path string, cookies ...string) browser.Answer {
	return c.aside(c.Request(path, cookies...))
}

// Request is the text of what Get sends.
func (c *Caller) Request(path string, cookies ...string) []byte {
	return browser.Get(c.crew.addr(c.n), path, strings.Join(append([]string{c.owner.cookie}, cookies...), "; "))
}

// Post sends a form as the owner, as Get does.
func (c *Caller) Post(path, form string) browser.Answer {
	form += "&" + url.Values{"form_token": {c.owner.token}}.Encode()
	return c.aside(browser.Post(c.crew.addr(c.n), path, c.owner.cookie, form))
}

func (c *Caller) aside(request []byte) browser.Answer {
	b := browser.New(c.crew.addr(c.n), timeout)
	a, err := b.Fetch(request)
	if err != nil {
		return browser.Answer{}
	}
	_ = b.Close() // the answer is here
	return a
}
