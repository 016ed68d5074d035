package org_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestInvitationsSentAreListed pages through all that an organization sent, by status, and
// exports them: for its management account alone, and for who may act on them.
func TestInvitationsSentAreListed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		w.made()
		b := w.SignIn(w.boss)
		b.Get(to.OrganizationInvitations()).Want(200).Check().WantQueries(4).WantText("No account has been invited in the last year")
		first, err := w.Services.Org.Invite(ctx, w.boss, "the first of all", "")
		w.must(err)
		var rows []string
		for i := range 59 {
			status := []string{"declined", "cancelled"}[i%2]
			rows = append(rows, fmt.Sprintf(`SELECT 'h-zzzzzz%04d', organization_id, organization_name, sender, 'target %04[1]d', 'target %04[1]d', '%s', note, created_at, expires_at, created_at FROM org_invitations WHERE id = '%s'`, i, status, first.ID))
		}
		w.Exec("INSERT INTO org_invitations (id, organization_id, organization_name, sender, target, target_lower, status, note, created_at, expires_at, answered_at) " + strings.Join(rows, " UNION ALL "))

		p := b.Get(to.Organization()).Want(200).Check().WantQueries(8)
		if n := p.Find(`table[aria-label="Invitations sent"] tbody tr`).Length(); n != 20 {
			t.Errorf("the organization's page shows %d invitations, want the newest 20", n)
		}
		rowsOf := func(what string, want int) {
			t.Helper()
			if n := b.Page().Want(200).Check().WantQueries(4).Find("tbody tr").Length(); n != want {
				t.Errorf("%s: %d rows, want %d", what, n, want)
			}
		}
		b.Follow(`a:contains("All invitations of the last year")`)
		rowsOf("first page", 50)
		b.Follow(`[aria-label="Next page"]`).WantText("the first of all", "Waiting")
		rowsOf("last page", 10)
		b.Follow(`[aria-label="Previous page"]`)
		rowsOf("first page again", 50)
		for status, want := range map[string]int{"declined": 30, "cancelled": 29, "pending": 1, "nonsense": 50} {
			b.Get(to.OrganizationInvitations() + "?status=" + status)
			rowsOf(status, want)
		}
		b.Get(to.OrganizationInvitations() + "?status=accepted").Want(200).Check().WantText("No invitations match the filter")
		if csv := b.Get(to.OrganizationInvitationsExport() + "?status=pending").Want(200).Body; strings.Count(csv, "\n") != 2 || !strings.Contains(csv, "the first of all") {
			t.Errorf("exported: %q", csv)
		}
		member, stranger := w.Account("Retail"), w.Account("Stranger")
		w.must(w.Services.Org.AddMember(ctx, w.boss, member.Account, ""))
		for path, want := range map[string]string{to.OrganizationInvitations(): "the first", to.OrganizationInvitationsExport(): "the first", to.Members(): "Harbor Management", to.MembersExport(): "Harbor Management"} {
			if text := w.SignIn(member).Get(path).Want(403).Find("main").Text(); strings.Contains(text, "the first of all") {
				t.Errorf("%s tells a member %q", path, want)
			}
			w.SignIn(w.User(w.boss.Account, "reader"+path[len(path)-4:]+string(path[15]), "RAM ReadOnlyAccess")).Get(path).Want(403)
			w.SignIn(stranger).Get(path).Want(409)
		}

		w.Advance(15 * 24 * time.Hour)
		b = w.SignIn(w.boss)
		b.Get(to.OrganizationInvitations()+"?status=expired").WantText("the first of all", "not answered in 14 days")
		rowsOf("expired, not swept yet", 1)
	})
}

// TestAccountsAreListed lists, searches and exports the accounts of an organization, and says
// of each how and when it joined.
func TestAccountsAreListed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		unit := w.made()
		var accounts, places []string
		for i := range 60 {
			accounts = append(accounts, fmt.Sprintf("('%032x', 'Member %04[1]d', 'member %04[1]d', (1=1), (SELECT created_at FROM organizations))", i))
			places = append(places, fmt.Sprintf("('%032x', (SELECT id FROM organizations), '%s', (SELECT created_at FROM organizations))", i, unit.ID))
		}
		w.Exec("INSERT INTO accounts (id, name, name_lower, demo, created_at) VALUES " + strings.Join(accounts, ", "))
		w.Exec("INSERT INTO org_memberships (account_id, organization_id, unit_id, joined_at) VALUES " + strings.Join(places, ", "))
		w.Exec("UPDATE account_quotas SET quota = 100 WHERE kind = 'organization_account'")
		retail, stranger := w.Account("Harbor Retail"), w.Account("Harbor of Others")
		w.must(w.Services.Org.AddMember(ctx, w.boss, retail.Account, ""))

		b := w.SignIn(w.boss)
		b.Get(to.Organization()).Want(200)
		b.Follow(`a:contains("List and search all accounts")`).Want(200).Check().WantQueries(4).WantText("Harbor Retail", "Created in the organization", "50 accounts on this page")
		b.Follow(`[aria-label="Next page"]`).Want(200).Check().WantQueries(4).WantText("12 accounts on this page")
		p := b.Get(to.Members()+"?q=HARBOR").Want(200).Check().WantQueries(4).WantText("Harbor Retail", "Harbor Management", "Created the organization", "management account")
		if n := p.Find("tbody tr").Length(); n != 2 || strings.Contains(p.Text(), stranger.AccountName) {
			t.Errorf("%d accounts of the organization have harbor in their names: %s", n, p.Find("tbody").Text())
		}
		b.Get(to.Members()+"?q=0042").Want(200).WantText("Member 0042", "By invitation", "Commerce")
		for text, want := range map[string]int{string(retail.Account): 1, string(retail.Account)[:12]: 1, "%": 0, "r_0": 0, "mber 00": 50} {
			p := b.Get(to.Members() + "?q=" + strings.NewReplacer("%", "%25", " ", "+").Replace(text)).Want(200).Check().WantQueries(4)
			if n := p.Find("tbody tr").Length(); n != want {
				t.Errorf("%q finds %d accounts, want %d", text, n, want)
			}
		}
		if csv := b.Get(to.MembersExport()).Want(200).Body; strings.Count(csv, "\n") != 63 || !strings.Contains(csv, "Harbor Retail,"+string(retail.Account)+",active,Harbor Group,") {
			t.Errorf("exported: %.300s", csv)
		}
		b.Get(to.Member(string(retail.Account))).Want(200).Check().WantQueries(8).WantText("Active", "Created in the organization", "Joined")

		_, err := w.Services.Org.Invite(ctx, w.boss, string(stranger.Account), "")
		w.must(err)
		s := w.SignIn(stranger)
		s.Get(to.Organization()).Want(200)
		s.Submit(`[aria-label="Accept Harbor Group"]`, webtest.Values{}).Want(200)
		b.Get(to.Member(string(stranger.Account))).Want(200).WantText("By invitation")
	})
}
