package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// trail writes n traces of one second each into the account's trail, the last one now.
func trail(t *testing.T, c *webtest.Console, account iam.AccountID, n int, change func(i int, e *audit.Entry)) {
	t.Helper()
	err := c.Store.Write(t.Context(), func(tx *gorm.DB) error {
		for i := range n {
			e := audit.Entry{
				At: c.Now().Add(time.Duration(i-n+1) * time.Second), Trails: []string{string(account)}, CallerAccount: string(account),
				UserName: "root", Action: "kms:cmk:encryptData", Event: "encryptData", ResourceType: "KeyId", ResourceID: fmt.Sprintf("key-%d", i%7), Outcome: audit.Succeeded,
			}
			change(i, &e)
			if err := audit.WriteIn(tx, []audit.Entry{e}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTrail pages through a long trail and back, and narrows it by each filter.
func TestTrail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		owner := c.Account("Owner")
		c.Advance(time.Hour) // the account was made before the trail begins
		b := c.SignIn(owner)
		trail(t, c, owner.Account, 120, func(i int, e *audit.Entry) {
			if i%10 == 0 {
				e.UserName, e.Outcome, e.Reason = "mara", audit.Refused, "KMS.0306"
			}
			if i%3 == 0 {
				e.Action, e.Event = "kms:cmk:decryptData", "decryptData"
			}
		})
		rows := func(p *webtest.Page) int { return p.Find("tbody tr").Length() }

		first := b.Get(to.Traces()).Want(http.StatusOK).Check().WantQueries(4)
		seen := map[string]bool{}
		total := 0
		for p := first; ; p = b.Follow(`a[aria-label="Next page"]`).WantQueries(4) {
			total += rows(p)
			for _, href := range p.Hrefs(`tbody th a`) {
				if seen[href] {
					t.Fatalf("trace %s stands on two pages", href)
				}
				seen[href] = true
			}
			if p.Find(`a[aria-label="Next page"]`).Length() == 0 {
				break
			}
		}
		if total < 120 || total > 130 {
			t.Errorf("%d traces on all pages", total)
		}
		b.Follow(`a[aria-label="Previous page"]`)
		back := b.Follow(`a[aria-label="Previous page"]`)
		if got, want := back.Hrefs("tbody a"), first.Hrefs("tbody a"); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Error("going back does not show the first page again")
		}

		day := c.Now().Add(-30 * time.Second).Format("2006-01-02T15:04:05")
		for query, want := range map[string]int{
			"user=mara": 12, "outcome=refused": 12, "q=key-3": 17, "resource=kms:eu-west-101:" + string(owner.Account) + ":KeyId:key-3": 17,
			"action=kms:cmk:decryptData&user=root": 36, "user=nobody": 0,
			"q=key-1&from=" + day: 4, "to=" + day + "&outcome=refused": 9,
		} {
			p := b.Get(to.Traces() + "?" + query).Want(http.StatusOK).Check().WantQueries(4)
			if rows(p) != want {
				t.Errorf("%s: %d rows, want %d", query, rows(p), want)
			}
		}
		b.Get(to.Traces() + "?from=yesterday").Want(http.StatusUnprocessableEntity).Check().WantText("Write it in UTC")
		b.Get(to.Traces() + "?from=2026-11-23T10:00&to=2026-11-23T09:00").Want(http.StatusUnprocessableEntity).WantText("The end lies before the beginning")
		b.Get(to.Traces() + "?cursor=eyJpIjoiJyBPUiAxPTEifQ").Want(http.StatusOK)
		b.Get(to.Traces() + "?q=%00").Want(http.StatusBadRequest)

		b.Get(to.Traces())
		b.Follow(`tbody tr:first-child th a`).Want(http.StatusOK).Check().WantText("What happened", "As it was written", `"v":1`).WantQueries(8)
	})
}

// TestTrailIsOnesOwn shows a cross-account act to both and the user's name to its own account only.
func TestTrailIsOnesOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := webtest.New(t, st)
		owner, caller := c.Account("Owner"), c.Account("Caller")
		trail(t, c, caller.Account, 1, func(_ int, e *audit.Entry) {
			e.Trails = append(e.Trails, string(owner.Account))
			e.UserName, e.Address, e.ResourceID = "mara.lindqvist", "192.0.2.77", "shared-key"
		})
		c.SignIn(caller).Get(to.TracesOf("shared-key")).WantText("mara.lindqvist")
		b := c.SignIn(owner)
		p := b.Get(to.TracesOf("shared-key")).WantText("Another account", string(caller.Account))
		detail := b.Follow(`tbody th a`).Want(http.StatusOK)
		for _, page := range []*webtest.Page{p, detail} {
			for _, private := range []string{"mara.lindqvist", "192.0.2.77"} {
				if strings.Contains(page.Body, private) {
					t.Errorf("%s shows %s to the owner", page.URL.Path, private)
				}
			}
		}
		stranger := c.SignIn(c.Account("Stranger"))
		wantErrorPage(t, "another account's trace", stranger.Get(detail.URL.Path), http.StatusNotFound)
	})
}

// TestTrailExport downloads what the filter shows; no cell is a formula.
func TestTrailExport(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	owner := c.Account("Owner")
	formulas := []string{`=HYPERLINK("https://elsewhere.example")`, "+1", "-1", "@x", "\tx", "\rx", "plain"}
	trail(t, c, owner.Account, 1200, func(i int, e *audit.Entry) { e.ResourceID = formulas[i%len(formulas)] })
	p := c.SignIn(owner).Get(to.TracesExport() + "?" + url.Values{"action": {"kms:cmk:encryptData"}}.Encode()).Want(http.StatusOK)
	if got := p.Header.Get("Content-Disposition"); !strings.Contains(got, "attachment") {
		t.Errorf("Content-Disposition %q", got)
	}
	records, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	if err != nil || len(records) != 1201 {
		t.Fatalf("%d records, error %v", len(records), err)
	}
	for _, record := range records[1:] {
		for _, cell := range record {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Fatalf("cell %q is a formula", cell)
			}
		}
	}
}
