package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
	"sharedkms/web/webtest"
)

var feedToken = regexp.MustCompile(`/calendar/([A-Za-z0-9_-]{43})`)

var feedUID = regexp.MustCompile(`(?m)^UID:[^\r\n]*`)

// makeFeed makes a link as its user and gives the token.
func makeFeed(t *testing.T, b *webtest.Client) string {
	t.Helper()
	b.Get(to.Me())
	p := b.Submit(`form[action="`+to.Feeds()+`"]`, nil)
	if p.Status != http.StatusOK || p.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the page of the link: %d, Cache-Control %q", p.Status, p.Header.Get("Cache-Control"))
	}
	found := feedToken.FindStringSubmatch(p.Body)
	if found == nil {
		t.Fatalf("no link on the page: %s", p.Text())
	}
	return found[1]
}

func TestCalendar(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var log lines
		registry := prometheus.NewRegistry()
		c := webtest.New(t, st, webtest.Configured(func(cfg *web.Config) {
			cfg.Log, cfg.Metrics = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), registry
		}))
		ctx := context.Background()
		w := &walkWorld{Console: c, memo: map[string]string{}}
		w.Owner, w.Recipient, w.Stranger = c.Account("Owner"), c.Account("Recipient"), c.Account("Stranger")
		clerk := c.User(w.Recipient.Account, "clerk", "RAM ReadOnlyAccess")
		id := walkShare(w, w.Owner, w.Recipient, "season-keys")
		_, err := c.Services.RAM.AcceptInvitation(ctx, w.Recipient, walkInvitation(w, w.Recipient, id))
		must(err)
		at := c.Now().Add(100 * time.Hour).Truncate(time.Minute)
		end := ram.EndAt(&at)
		must(c.Services.RAM.SetEnd(ctx, w.Owner, id, ram.SetEndInput{To: end}))

		owners, clerks, others := makeFeed(t, c.SignIn(w.Owner)), makeFeed(t, c.SignIn(clerk)), makeFeed(t, c.SignIn(w.Stranger))
		if strings.Contains(c.SignIn(clerk).Get(to.Me()).Body, clerks) {
			t.Error("the link is shown a second time")
		}
		read := func(token string) *webtest.Page { t.Helper(); return c.Visitor().Get(to.Calendar(token)) }
		stamp := "DTEND:" + at.UTC().Format("20060102T150405Z")
		for name, token := range map[string]string{"owner": owners, "recipient": clerks} {
			p := read(token)
			if p.Status != http.StatusOK || p.Header.Get("Content-Type") != "text/calendar; charset=utf-8" ||
				p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Referrer-Policy") != "no-referrer" || p.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s: %d %v", name, p.Status, p.Header)
			}
			if strings.Count(p.Body, "BEGIN:VEVENT") != 1 || !strings.Contains(p.Body, "season-keys") || !strings.Contains(p.Body, stamp) {
				t.Errorf("%s reads\n%s\nwant season-keys at %s", name, p.Body, stamp)
			}
			if strings.Contains(p.Body, string(w.Recipient.Account)) || strings.Contains(p.Body, "Owner") {
				t.Errorf("%s reads more than names of shares:\n%s", name, p.Body)
			}
			if p.Queries > 8 {
				t.Errorf("%s: %d queries", name, p.Queries)
			}
		}
		// The events of a link keep their names, which tell no ID and are no other link's.
		uids := func(token string) string {
			return strings.Join(feedUID.FindAllString(strings.ReplaceAll(read(token).Body, "\r\n ", ""), -1), " ")
		}
		if got, theirs := uids(owners), uids(clerks); !regexp.MustCompile(`^UID:[0-9a-f]{64}@shared-kms$`).MatchString(got) || got != uids(owners) || got == theirs || strings.Contains(got+theirs, string(id)) {
			t.Errorf("UIDs of the owner: %s, of the recipient: %s", got, theirs)
		}
		if again := makeFeed(t, c.SignIn(clerk)); uids(again) == uids(clerks) {
			t.Error("two links of one user name their events alike")
		}
		if p := read(others); p.Status != http.StatusOK || strings.Contains(p.Body, "VEVENT") {
			t.Errorf("a stranger reads %d\n%s", p.Status, p.Body)
		}

		// What the user may see counts at each reading.
		c.World.Exec("DELETE FROM user_policies WHERE user_id = ?", string(clerk.User))
		c.World.Exec("UPDATE users SET policy_version = policy_version + 1 WHERE id = ?", string(clerk.User))
		if p := read(clerks); p.Status != http.StatusOK || strings.Contains(p.Body, "VEVENT") {
			t.Errorf("without a policy: %d\n%s", p.Status, p.Body)
		}
		c.World.Exec("UPDATE users SET state = 'disabled' WHERE id = ?", string(w.Owner.User))
		if p := read(owners); p.Status != http.StatusOK || strings.Contains(p.Body, "VEVENT") {
			t.Errorf("of a disabled user: %d\n%s", p.Status, p.Body)
		}

		// Revoked and never made are one answer.
		b := c.SignIn(w.Stranger)
		b.Get(to.Me())
		b.Submit(`form[action$="/revoke"][action*="calendar"]`, nil).WantText("The calendar link was revoked")
		gone, never := read(others), read(strings.Repeat("A", 43))
		if gone.Status != http.StatusNotFound || gone.Body != never.Body || gone.Status != never.Status || gone.Queries != never.Queries {
			t.Errorf("revoked: %d %q in %d queries, unknown: %d %q in %d", gone.Status, gone.Body, gone.Queries, never.Status, never.Body, never.Queries)
		}
		c.Visitor().Post(to.Calendar(clerks), nil)

		// No answer at the address is a page, whose forms would name it.
		plain := func(what string, p *webtest.Page, status int) {
			t.Helper()
			if p.Status != status || p.Header.Get("Content-Type") != "text/plain; charset=utf-8" || p.Header.Get("Cache-Control") != "no-store" ||
				p.Header.Get("Referrer-Policy") != "no-referrer" || strings.Contains(p.Body, clerks) || strings.Contains(p.Body, "/calendar") || p.URL.Path != to.Calendar(clerks) {
				t.Errorf("%s: %d %v at %s\n%s", what, p.Status, p.Header, p.URL.Path, p.Body)
			}
		}
		plain("a POST of somebody signed in", b.Post(to.Calendar(clerks), nil), http.StatusMethodNotAllowed)
		c.World.Exec("ALTER TABLE calendar_feeds RENAME TO calendar_feeds_away")
		plain("a defect", b.Get(to.Calendar(clerks)), http.StatusInternalServerError)
		c.World.Exec("ALTER TABLE calendar_feeds_away RENAME TO calendar_feeds")
		if p := read("%ff"); p.Status != gone.Status || p.Body != gone.Body {
			t.Errorf("what is no text: %d %q", p.Status, p.Body)
		}

		// No log line and no label of a metric holds a token, whatever was answered.
		families, err := registry.Gather()
		must(err)
		told := log.String()
		for _, f := range families {
			told += f.String()
		}
		for _, token := range []string{owners, clerks, others} {
			if strings.Contains(told, token) {
				t.Errorf("a token was written down")
			}
		}
		if !strings.Contains(told, "route=/calendar/:token") {
			t.Error("the readings are not in the log by their route")
		}
		var kept []string
		must(c.Store.Read(ctx).Raw("SELECT token_hash FROM calendar_feeds").Scan(&kept).Error)
		for _, hash := range kept {
			if len(hash) != 64 || strings.Contains(hash, owners) {
				t.Errorf("stored %q", hash)
			}
		}
	})
}

// Other users of the account cannot revoke a link, and nobody makes more than ten.
func TestCalendarLinksAreTheirUsers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		owner := c.Account("Owner")
		clerk := c.User(owner.Account, "clerk", "RAM ReadOnlyAccess")
		ctx := context.Background()
		for range iam.MaxFeeds {
			_, err := c.Services.IAM.CreateFeed(ctx, owner)
			must(err)
		}
		if _, err := c.Services.IAM.CreateFeed(ctx, owner); err == nil {
			t.Error("an eleventh link was made")
		}
		feeds, err := c.Services.IAM.ListFeeds(ctx, owner)
		must(err)
		b := c.SignIn(clerk)
		b.Get(to.Me())
		wantErrorPage(t, "another user's link", b.WithToken(http.MethodPost, to.FeedRevoke(string(feeds[0].ID)), nil), http.StatusNotFound)
		if left, err := c.Services.IAM.ListFeeds(ctx, owner); err != nil || len(left) != iam.MaxFeeds {
			t.Errorf("%d links are left, %v", len(left), err)
		}
	})
}
