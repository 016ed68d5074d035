package ram_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// acts are all acts on one share, association or invitation by id.
func (w *world) acts(c iam.Caller) map[string]func(share ram.ShareID, invitation ram.InvitationID) error {
	const part = ram.AssociationID("00000000-0000-4000-8000-00000000000a")
	partner := string(w.partner.Account)
	return map[string]func(ram.ShareID, ram.InvitationID) error{
		"get": func(s ram.ShareID, _ ram.InvitationID) error { _, err := w.ram.GetShare(w.ctx, c, s); return err },
		"get received": func(s ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.GetReceivedShare(w.ctx, c, s)
			return err
		},
		"delete":        func(s ram.ShareID, _ ram.InvitationID) error { _, err := w.ram.DeleteShare(w.ctx, c, s); return err },
		"delete dialog": func(s ram.ShareID, _ ram.InvitationID) error { _, err := w.ram.DeleteImpact(w.ctx, c, s); return err },
		"add principal": func(s ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.AddPrincipal(w.ctx, c, s, partner)
			return err
		},
		"remove principal": func(s ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.RemovePrincipal(w.ctx, c, s, part)
			return err
		},
		"remove dialog": func(s ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.RemovePrincipalImpact(w.ctx, c, s, part)
			return err
		},
		"remove key": func(s ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.RemoveResource(w.ctx, c, s, part)
			return err
		},
		"remove key dialog": func(s ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.RemoveResourceImpact(w.ctx, c, s, part)
			return err
		},
		"leave":        func(s ram.ShareID, _ ram.InvitationID) error { _, err := w.ram.LeaveShare(w.ctx, c, s); return err },
		"leave dialog": func(s ram.ShareID, _ ram.InvitationID) error { _, err := w.ram.LeaveImpact(w.ctx, c, s); return err },
		"accept dialog": func(_ ram.ShareID, i ram.InvitationID) error {
			_, err := w.ram.BeginAnswer(w.ctx, c, i, ram.ActionAccept)
			return err
		},
		"reject dialog": func(_ ram.ShareID, i ram.InvitationID) error {
			_, err := w.ram.BeginAnswer(w.ctx, c, i, ram.ActionReject)
			return err
		},
		"accept": func(_ ram.ShareID, i ram.InvitationID) error {
			_, err := w.ram.AcceptInvitation(w.ctx, c, i)
			return err
		},
		"reject": func(_ ram.ShareID, i ram.InvitationID) error {
			_, err := w.ram.RejectInvitation(w.ctx, c, i, "")
			return err
		},
	}
}

// A missing thing and another account's are the same to who asks: answer, trace and
// number of queries.
func TestForeignIsLikeMissing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		invitation := w.invited(w.partner, share)
		const none = "00000000-0000-4000-8000-00000000000b"
		type seen struct {
			Answer                               string
			Queries                              int
			Action, Event, Type, Outcome, Reason string
			URN                                  string
			Traces                               int
		}
		for name, act := range w.acts(w.stranger) {
			ask := func(s ram.ShareID, i ram.InvitationID) seen {
				w.Advance(time.Second)
				before := len(w.Traces(w.stranger.Account))
				var counter *store.Counter
				w.ctx, counter = store.Count(context.Background())
				err := act(s, i)
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: got %v, want not found", name, err)
				}
				all := w.Traces(w.stranger.Account)
				last := all[len(all)-1]
				return seen{
					fmt.Sprint(err), counter.N(), last.Action, last.Event, last.ResourceType, last.Outcome, last.Field("reason"), last.Field("resource_urn"), len(all) - before,
				}
			}
			w.Advance(time.Minute) // else refusals of the same action fold
			foreign, missing := ask(share, invitation), ask(none, none)
			if diff := cmp.Diff(missing, foreign); diff != "" {
				t.Errorf("%s: foreign is not like missing (-missing +foreign):\n%s", name, diff)
			}
			if missing.Traces != 1 || missing.URN != "" || missing.Outcome != "refused" {
				t.Errorf("%s: trace of a refusal: %+v", name, missing)
			}
			if junk := act("'; --", "'; --"); !fault.Is(junk, fault.NotFound) {
				t.Errorf("%s with junk: got %v, want not found", name, junk)
			}
		}
		for _, trace := range w.Traces(w.owner.Account) {
			if trace.Caller == string(w.stranger.Account) {
				t.Errorf("a stranger's refusal is in the owner's trail: %+v", trace)
			}
		}
	})
}

func TestRecipientsAndReadersAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		invitation := w.invited(w.partner, share)
		reader := w.User(w.partner.Account, "reader", "RAM ReadOnlyAccess")
		for _, name := range []string{"accept", "reject"} {
			if err := w.acts(reader)[name](share, invitation); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s without the policy: got %v, want forbidden", name, err)
			}
		}
		participant := w.User(w.partner.Account, "participant", "RAM ResourceShareParticipantAccess")
		w.must(w.acts(participant)["accept"](share, invitation))
		if err := w.acts(reader)["leave"](share, invitation); !fault.Is(err, fault.Forbidden) {
			t.Errorf("leave without the policy: got %v, want forbidden", err)
		}
		for _, name := range []string{"get", "delete", "delete dialog", "add principal", "remove principal", "remove key"} {
			if err := w.acts(w.partner)[name](share, invitation); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by the recipient: got %v, want forbidden", name, err)
			}
		}
		owners := w.User(w.owner.Account, "reader", "RAM ReadOnlyAccess")
		for _, name := range []string{"delete", "add principal", "remove principal", "remove key"} {
			if err := w.acts(owners)[name](share, invitation); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by a reader of the owner: got %v, want forbidden", name, err)
			}
		}
		w.must(w.acts(owners)["get"](share, invitation))
		if err := w.acts(w.owner)["leave"](share, invitation); code(err) != "RAM.1909" {
			t.Errorf("leave by the owner: got %v, want RAM.1909", err)
		}
		w.must(w.acts(participant)["leave"](share, invitation))
		w.consistent()
	})
}

func TestListsFilterSortAndPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		names := []string{"alpha", "Beta", "gamma", "delta", "alphabet"}
		ids := map[string]ram.ShareID{}
		for i, name := range names {
			d := w.draft([]string{key})
			tag := ram.Tag{Key: "stage", Value: []string{"test", "live"}[i%2]}
			d, err := w.ram.SaveDetails(ctx(), w.owner, d.ID, ram.DetailsInput{Version: d.Version, Name: name, Tags: []ram.Tag{tag}, Finish: true})
			w.must(err)
			ids[name] = w.confirm(d)
			w.Advance(time.Second)
		}
		list := func(f ram.ShareFilter, slice store.Slice) ([]string, store.Edges) {
			t.Helper()
			page, err := w.ram.ListShares(ctx(), w.owner, f, slice)
			w.must(err)
			var got []string
			for _, s := range page.Shares {
				got = append(got, s.Name)
			}
			return got, page.Edges
		}
		live := "live"
		for what, test := range map[string]struct {
			f    ram.ShareFilter
			want []string
		}{
			"newest":       {ram.ShareFilter{}, []string{"alphabet", "delta", "gamma", "Beta", "alpha"}},
			"oldest":       {ram.ShareFilter{Order: ram.OrderOldest}, names},
			"by name":      {ram.ShareFilter{Order: ram.OrderName}, []string{"alpha", "alphabet", "Beta", "delta", "gamma"}},
			"prefix":       {ram.ShareFilter{Name: "ALPHA", Order: ram.OrderName}, []string{"alpha", "alphabet"}},
			"whole id":     {ram.ShareFilter{Name: string(ids["delta"])}, []string{"delta"}},
			"start of id":  {ram.ShareFilter{Name: " " + strings.ToUpper(string(ids["delta"][:13]))}, []string{"delta"}},
			"tag":          {ram.ShareFilter{TagKey: "stage", TagValue: &live}, []string{"delta", "Beta"}},
			"tag key":      {ram.ShareFilter{TagKey: "stage", Name: "g"}, []string{"gamma"}},
			"nobody":       {ram.ShareFilter{Reach: ram.ReachNobody, Name: "b"}, []string{"Beta"}},
			"waiting":      {ram.ShareFilter{Reach: ram.ReachWaiting}, nil},
			"hostile name": {ram.ShareFilter{Name: "%' OR 1=1"}, nil},
		} {
			if got, _ := list(test.f, store.Slice{Size: 10}); !cmp.Equal(got, test.want) {
				t.Errorf("%s: got %v, want %v", what, got, test.want)
			}
		}
		var walked []string
		slice := store.Slice{Size: 2}
		for {
			got, edges := list(ram.ShareFilter{Order: ram.OrderName}, slice)
			walked = append(walked, got...)
			if edges.Next == "" {
				break
			}
			slice.Cursor = edges.Next
		}
		if want := []string{"alpha", "alphabet", "Beta", "delta", "gamma"}; !cmp.Equal(walked, want) {
			t.Errorf("page by page: got %v, want %v", walked, want)
		}

		var received []string
		for i, name := range names {
			_, err := w.ram.AddPrincipal(ctx(), w.owner, ids[name], string(w.partner.Account))
			w.must(err)
			w.Advance(time.Second)
			if i < 3 {
				w.accept(w.partner, ids[name])
			}
		}
		waiting, _ := list(ram.ShareFilter{Reach: ram.ReachWaiting, Order: ram.OrderName}, store.Slice{Size: 10})
		if want := []string{"alphabet", "delta"}; !cmp.Equal(waiting, want) {
			t.Errorf("waiting: got %v, want %v", waiting, want)
		}
		tagged, _ := list(ram.ShareFilter{Reach: ram.ReachWaiting, TagKey: "stage", TagValue: &live}, store.Slice{Size: 10})
		if want := []string{"delta"}; !cmp.Equal(tagged, want) {
			t.Errorf("waiting with a tag: got %v, want %v", tagged, want)
		}
		slice = store.Slice{Size: 2}
		for {
			page, err := w.ram.ListReceived(ctx(), w.partner, ram.ReceivedFilter{Owner: string(w.owner.Account)}, slice)
			w.must(err)
			for _, s := range page.Shares {
				received = append(received, s.Name)
			}
			if page.Edges.Next == "" {
				break
			}
			slice.Cursor = page.Edges.Next
		}
		if want := []string{"gamma", "Beta", "alpha"}; !cmp.Equal(received, want) {
			t.Errorf("accepted, page by page: got %v, want %v", received, want)
		}
		pending, err := w.ram.ListInvitations(ctx(), w.partner, ram.InvitationFilter{Name: "ALPHAB", Owner: string(w.owner.Account)}, store.Slice{Size: 1})
		w.must(err)
		if len(pending.Invitations) != 1 || pending.Invitations[0].ShareName != "alphabet" {
			t.Errorf("to be accepted: %+v", pending.Invitations)
		}
	})
}

// The sign-in check is one query more than what is counted here.
func TestQueriesDoNotGrowWithRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var keys, principals []string
		for i := range 10 {
			keys = append(keys, w.key(fmt.Sprint("key-", i)))
		}
		for i := range 8 {
			principals = append(principals, string(w.Account(fmt.Sprint("Account ", i)).Account))
		}
		principals = append(principals, string(w.partner.Account), string(w.far.Account), w.commerce.URN, w.group.URN)
		var share ram.ShareID
		for range 6 {
			share = w.share(keys, principals...)
		}
		w.accept(w.partner, share)
		w.uses(w.partner, keys[0], "secret")
		p := w.principal(share, string(w.partner.Account))
		open := w.draft(keys, principals...)
		other, err := w.ram.ListInvitations(ctx(), w.partner, ram.InvitationFilter{}, store.Slice{Size: 1})
		w.must(err)
		slice := store.Slice{Size: 50}
		c := ctx()
		type act func() error
		tests := []struct {
			name string
			most int // without the sign-in check
			act  act
		}{
			{"list shares", 3, func() error { _, err := w.ram.ListShares(c, w.owner, ram.ShareFilter{}, slice); return err }},
			{"list invitations", 3, func() error { _, err := w.ram.ListInvitations(c, w.partner, ram.InvitationFilter{}, slice); return err }},
			{"list received", 3, func() error { _, err := w.ram.ListReceived(c, w.partner, ram.ReceivedFilter{}, slice); return err }},
			{"list drafts", 3, func() error { _, err := w.ram.ListDrafts(c, w.owner); return err }},
			{"list permissions", 3, func() error { _, err := w.ram.ListPermissions(c, w.owner); return err }},
			{"get share", 7, func() error { _, err := w.ram.GetShare(c, w.owner, share); return err }},
			{"get received share", 7, func() error { _, err := w.ram.GetReceivedShare(c, w.partner, share); return err }},
			{"accept dialog", 7, func() error {
				_, err := w.ram.BeginAnswer(c, w.partner, other.Invitations[0].ID, ram.ActionAccept)
				return err
			}},
			{"details", 7, func() error { _, err := w.ram.DetailsPage(c, w.owner, open.ID, ram.KeyFilter{}, slice); return err }},
			{"permissions", 7, func() error { _, err := w.ram.PermissionsPage(c, w.owner, open.ID); return err }},
			{"principals", 7, func() error { _, err := w.ram.PrincipalsPage(c, w.owner, open.ID); return err }},
			{"review", 7, func() error { _, err := w.ram.Review(c, w.owner, open.ID); return err }},
			{"leave dialog", 7, func() error { _, err := w.ram.LeaveImpact(c, w.partner, share); return err }},
			{"delete dialog", 7, func() error { _, err := w.ram.DeleteImpact(c, w.owner, share); return err }},
			{"remove dialog", 7, func() error { _, err := w.ram.RemovePrincipalImpact(c, w.owner, share, p.ID); return err }},
		}
		for _, test := range tests {
			counted, counter := store.Count(ctx())
			c = counted
			if err := test.act(); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			if n := counter.N(); n > test.most || n == 0 {
				t.Errorf("%s: %d queries, want at most %d", test.name, n, test.most)
			}
		}
	})
}
