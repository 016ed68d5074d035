package ram_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// Several invitations are answered from one page, each by itself: what ended meanwhile is told and
// stops nothing.
func TestAnswerSeveralInvitations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		var shares []ram.Share
		for _, name := range []string{"first", "second", "third", "fourth", "fifth"} {
			shares = append(shares, w.share(name, []string{key}, string(w.partner.Account)))
		}
		b := w.SignIn(w.partner)
		p := b.Get(to.SharesReceived()).Want(200).Check().WantQueries(4)
		ids := map[string]string{}
		for i := range p.Find("[name=invitation]").Length() {
			box := p.Find("[name=invitation]").Eq(i)
			ids[strings.TrimPrefix(box.AttrOr("aria-label", ""), "Select ")] = box.AttrOr("value", "")
		}
		b.Submit(do("accept"), nil).Want(200).WantText("Tick at least one row first")
		p = b.Get(to.SharesReceived() + "?tick=all").Check()
		if n := p.Find("[name=invitation][checked]").Length(); n != 5 {
			t.Errorf("tick all ticks %d rows", n)
		}

		three := []string{ids["first"], ids["second"], ids["third"]}
		b.SubmitValues(do("accept"), url.Values{"invitation": three}).Want(200).Check().WantQueries(8).WantText("Accept 3 invitations?", "first", "of Harbor Retail, 1 key: retail-orders", "Nothing stops working")
		if _, err := w.Services.RAM.DeleteShare(context.Background(), w.owner, shares[2].ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.Services.RAM.AcceptInvitation(context.Background(), w.partner, ram.InvitationID(ids["second"]))
		w.must(err)
		b.Submit("#answer-form", nil).Want(200).WantText("1 accepted", "1 had been accepted already", "1 had been withdrawn by the owner")
		if n := count(w, "acceptResourceShareInvitation", w.partner); n != 2 {
			t.Errorf("%d traces of accepting", n)
		}

		b.SubmitValues(do("reject"), url.Values{"invitation": {ids["fourth"], ids["fifth"]}}).Want(200).Check().WantText("Reject 2 invitations?", "Reason")
		b.Submit("#answer-form", webtest.Values{"reason": "<no>"}).Want(422).Check().WantText("A reason cannot hold < or >.")
		b.Submit("#answer-form", webtest.Values{"reason": "We settle by ourselves."}).Want(200).WantText("2 rejected")
		w.SignIn(w.owner).Get(to.Share(string(shares[3].ID))).Want(200).Check().WantText("Rejected", "We settle by ourselves.")
		w.SignIn(w.owner).Get(to.Shares() + "?principals=rejected").Want(200).Check().WantText("We settle by ourselves.")

		stranger := w.SignIn(w.Account("Stranger"))
		stranger.Get(to.SharesReceived())
		stranger.Get(to.Asking(to.InvitationsAnswer()+"?act=accept", "invitation", three)).Want(200).WantText("None of these invitations waits any more")
		many := make([]string, 51)
		for i := range many {
			many[i] = ids["first"][:34] + string(rune('a'+i%6)) + string(rune('a'+i/9))
		}
		b.Get(to.Asking(to.InvitationsAnswer()+"?act=accept", "invitation", many)).Want(200).WantText("These are 51 rows. At most 50 at a time.")
	})
}

func count(w *world, event string, c iam.Caller) int {
	n := 0
	for _, trace := range w.Traces(c.Account) {
		if trace.Event == event && trace.Outcome == "succeeded" {
			n++
		}
	}
	return n
}

// Several principals or keys go with one preview, and one principal out of all shares; pasted lines
// come in together or not at all.
func TestAddAndRemoveSeveral(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		courier, depot := w.Account("Courier"), w.Account("Depot")
		orders, pii := w.key(w.owner, region, "retail-orders"), w.key(w.owner, region, "retail-pii")
		s := w.share("partner-keys", []string{orders, pii}, string(w.partner.Account))
		w.share("more-keys", []string{pii}, string(w.partner.Account))
		list, err := w.Services.RAM.ListInvitations(context.Background(), w.partner, ram.InvitationFilter{}, store.Slice{Size: 5})
		w.must(err)
		for _, i := range list.Invitations {
			_, err = w.Services.RAM.AcceptInvitation(context.Background(), w.partner, i.ID)
			w.must(err)
		}
		w.secret(w.partner, "carrier-token", orders)
		share := to.Share(string(s.ID))
		b := w.SignIn(w.owner)

		b.Get(share).Want(200).Check().WantQueries(8)
		typed := string(courier.Account) + "\r\n\r\n nobody , " + string(w.partner.Account) + "\r\n" + strings.Repeat("0", 32)
		p := b.Submit(do("add-principals"), webtest.Values{"principals": typed}).Want(422).Check()
		p.WantText("Nobody was added: 1 field needs a change", `Line 3: "nobody" is not a principal`, "Line 3: Lumen Logistics", "is in the share already", "Line 4: No account has the ID 0000")
		if kept := p.Find("[name=principals]").Text(); strings.TrimSpace(kept) != strings.ReplaceAll(typed, "\r\n", "\n") {
			t.Errorf("what was typed: %q", kept)
		}
		b.Submit(do("add-principals"), webtest.Values{"principals": string(courier.Account) + ", " + string(depot.Account)}).Want(200).Check().WantText("2 invited, for 7 days", "3 principals", "External")

		now, err := w.Services.RAM.GetShare(context.Background(), w.owner, s.ID)
		w.must(err)
		var parts []string
		for _, one := range now.Principals {
			parts = append(parts, string(one.ID))
		}
		b.Get(share)
		b.SubmitValues(`form:has([name=principal]) [value=remove]`, url.Values{"principal": parts}).Want(200).Check().WantQueries(8).
			WantText("Remove 3 principals from partner-keys?", "1 secret of other accounts stops working", "Lumen Logistics: 1 secret", "its invitation is withdrawn")
		b.Submit("#remove-form", nil).Want(422).Check().WantText("Type partner-keys to confirm")
		_, err = w.Services.RAM.LeaveShare(context.Background(), w.partner, s.ID)
		w.must(err)
		b.Submit("#remove-form", webtest.Values{"confirm": "partner-keys"}).Want(200).WantText("2 removed", "1 gone already: it left")

		var keys []string
		for _, r := range now.Resources {
			keys = append(keys, string(r.ID))
		}
		b.SubmitValues(`form:has([name=resource]) [value=remove]`, url.Values{"resource": keys}).Want(200).Check().WantText("Remove 2 keys from partner-keys?", "retail-orders", "retail-pii", "Nobody loses access")
		b.Submit("#remove-form", nil).Want(200).WantText("2 removed", "0 keys")

		w.secret(w.partner, "label-printer", pii)
		b.Get(to.SharedPrincipals()).Want(200).WantText("Lumen Logistics")
		b.Follow(`td a[href*="/remove?principal="]`).Want(200).Check().WantQueries(8).WantText("Remove Lumen Logistics from 1 share?", "more-keys", "Lumen Logistics: 1 secret")
		b.Submit("#withdraw-form", webtest.Values{"confirm": "Lumen Logistics"}).Want(200).WantText("Lumen Logistics: 1 removed", "Nothing is shared with anybody")
		b.Get(to.PrincipalWithdraw(string(w.partner.Account))).Want(404)
	})
}

// A message about a pasted line names that line, whatever words the others hold.
func TestPastedLinesAreNamedByTheirPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		w.organization(w.Account("Harbor Payments"))
		key := w.key(w.owner, region, "retail-orders")
		s := w.share("partner-keys", []string{key}, string(w.partner.Account))
		courier, missing, partner := string(w.Account("Courier").Account), strings.Repeat("0", 32), string(w.partner.Account)
		typed := strings.Join([]string{courier + " " + missing, partner, "", "00", "account, ID", courier, "the share already"}, "\r\n")
		// Each message in the order of the page: the words of later lines stand in those of earlier ones.
		said := func(p *webtest.Page, want ...string) {
			t.Helper()
			text, from := p.Find("main").Text(), 0
			for _, part := range want {
				at := strings.Index(text[from:], part)
				if at < 0 {
					t.Fatalf("no %q in its place in %q", part, text)
				}
				from += at + len(part)
			}
		}
		b := w.SignIn(w.owner)
		b.Get(to.Share(string(s.ID))).Want(200)
		p := b.Submit(do("add-principals"), webtest.Values{"principals": typed}).Want(422).Check()
		said(p, "Line 1: No account has the ID "+missing, "Line 2: "+partner+" was invited already", "Line 4: \"00\" is not", "Line 5: \"account\" is not", "Line 5: \"ID\" is not",
			"Line 6: "+courier+" is there twice", "Line 7: \"the\" is not", "Line 7: \"share\" is not", "Line 7: \"already\" is not")

		w.draft(b)
		b.SubmitValues(next, url.Values{"pick": {key}}).Want(200)
		p = b.Submit(next, nil).Want(200)
		unit := p.Find("[name=principal]").First().AttrOr("value", "")
		if unit == "" {
			t.Fatal("the tree has no box")
		}
		p = b.SubmitValues(do("add-account"), url.Values{"kind": {"account"}, "principal": {unit}, "accounts": {typed}}).Want(422).Check()
		said(p, "Line 1: No account has the ID "+missing, "Line 4: \"00\" is not", "Line 5: \"account\" is not", "Line 5: \"ID\" is not",
			"Line 6: "+courier+" is there twice", "Line 7: \"the\" is not")
	})
}

// What was done is told when the console cannot go on, and what was posted beside the question is left
// alone.
func TestSeveralCutShort(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		courier := w.Account("Courier")
		key := w.key(w.owner, region, "retail-orders")
		var parts, ids []string
		for _, name := range []string{"first", "second", "third"} {
			s := w.share(name, []string{key}, string(w.partner.Account), string(courier.Account))
			for _, p := range s.Principals {
				parts = append(parts, string(s.ID)+"/"+string(p.ID))
			}
		}
		list, err := w.Services.RAM.ListInvitations(context.Background(), w.partner, ram.InvitationFilter{}, store.Slice{Size: 5})
		w.must(err)
		for _, i := range list.Invitations {
			ids = append(ids, string(i.ID))
		}
		slices.Sort(ids)
		broken := "ALTER TABLE invitations ADD CONSTRAINT broken CHECK (id <> '" + ids[2] + "' OR status <> 'accepted')"
		mended := "ALTER TABLE invitations DROP CONSTRAINT broken"
		if st.Dialect() == store.SQLite {
			broken = "CREATE TRIGGER broken BEFORE UPDATE ON invitations WHEN OLD.id = '" + ids[2] + "' AND NEW.status = 'accepted' BEGIN SELECT RAISE(ABORT, 'broken'); END"
			mended = "DROP TRIGGER broken"
		}
		w.Exec(broken)
		b := w.SignIn(w.partner)
		answer := url.Values{"do": {"accept"}, "sure": {"yes"}, "invitation": ids}
		b.WithToken(http.MethodPost, to.InvitationsAnswer(), answer).Want(200).Check().WantText("2 accepted. Then the console could not go on, and the others were not reached. Try again with those", "To Be Accepted 1")
		answer["invitation"] = ids[2:]
		if p := b.WithToken(http.MethodPost, to.InvitationsAnswer(), answer); p.Status != 500 {
			t.Errorf("nothing was done: %d", p.Status)
		}
		w.Exec(mended)

		owner := w.SignIn(w.owner)
		owner.WithToken(http.MethodPost, to.PrincipalWithdraw(string(w.partner.Account)), url.Values{"confirm": {"Lumen Logistics"}, "part": parts}).
			Want(200).WantText("Lumen Logistics:", "3 gone already", "3 removed")
		owner.Get(to.PrincipalWithdraw(string(w.partner.Account))).Want(404)
		owner.Get(to.PrincipalWithdraw(string(courier.Account))).Want(200).WantText("from 3 shares?")
	})
}

// An address or a form that names no part of a share ends none: what it would end was not shown.
func TestNothingNamedEndsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		s := w.share("partner-keys", []string{w.key(w.owner, region, "retail-orders")}, string(w.partner.Account))
		id := string(s.ID)
		b := w.SignIn(w.owner)
		for _, address := range []string{to.SharePrincipalRemove(id, ""), to.SharePrincipalResend(id, ""), to.SharePrincipalEnd(id, ""), to.ShareResourceRemove(id, "")} {
			b.WithToken(http.MethodPost, address, url.Values{"confirm": {"partner-keys"}, "ends_date": {"2031-01-31"}, "ends_time": {"18:30"}}).Want(404)
		}
		for _, form := range []url.Values{
			{"sure": {"1"}, "principal": {""}}, {"sure": {"1"}, "resource": {""}}, {"sure": {"1"}, "principal": {"junk"}},
		} {
			b.WithToken(http.MethodPost, to.ShareRemove(id), form).Want(200).WantText("None of these is in the share any more")
		}
		now, err := w.Services.RAM.GetShare(context.Background(), w.owner, s.ID)
		w.must(err)
		if now.EndsAt != nil || now.Version != s.Version || len(now.Principals) != 1 || now.Principals[0].ID != s.Principals[0].ID || now.Principals[0].State != ram.InvitationPending {
			t.Errorf("the share is now %+v", now)
		}
	})
}

// What cannot be accepted any more says why: its share is for members alone by now, or its
// end has come.
func TestAnswersThatComeTooLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		inside := w.share("inside", []string{key}, string(w.partner.Account))
		over := w.share("over", []string{key}, string(w.partner.Account))
		b := w.SignIn(w.partner)
		boxes := b.Get(to.SharesReceived()).Want(200).Find("[name=invitation]")
		b.SubmitValues(do("accept"), url.Values{"invitation": {boxes.Eq(0).AttrOr("value", ""), boxes.Eq(1).AttrOr("value", "")}}).Want(200)
		w.Exec("UPDATE shares SET allow_external = ? WHERE id = ?", false, string(inside.ID))
		w.Exec("UPDATE shares SET ends_at = ? WHERE id = ?", store.At(w.Now()), string(over.ID))
		b.Submit("#answer-form", nil).Want(200).WantText("1 only for accounts of the owner's organization", "1 past the end that its owner had set")
	})
}

// Who accepts several invitations at once reads what each allows, and can look at each before.
func TestSeveralInvitationsSayWhatTheyAllow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		key := w.key(w.owner, region, "retail-orders")
		read, all := w.share("reading", []string{key}, string(w.partner.Account)), w.share("everything", []string{key}, string(w.partner.Account))
		b := w.SignIn(w.owner)
		w.edit(b, read.ID)
		b.Submit(next, nil).Want(200)
		b.Submit(next, webtest.Values{"permission": "00000000-0000-4000-8000-000000000102"}).Want(200)
		b.Submit(next, nil).Want(200)
		b.Submit(next, nil).Want(200).WantText("Resource share changed")

		p := w.SignIn(w.partner)
		boxes := p.Get(to.SharesReceived()).Want(200).WantQueries(4).Find("[name=invitation]")
		question := p.SubmitValues(do("accept"), url.Values{"invitation": {boxes.Eq(0).AttrOr("value", ""), boxes.Eq(1).AttrOr("value", "")}}).Want(200).Check().WantQueries(8)
		for share, permission := range map[ram.ShareID]string{read.ID: "kms KeyId read-only statement", all.ID: "default kms KeyId statement"} {
			row := question.One(`li:has(a[href="` + to.ShareReceived(string(share)) + `"])`).Text()
			if !strings.Contains(row, "1 key: retail-orders; "+permission) {
				t.Errorf("the row says %q, want %s", row, permission)
			}
		}
		p.Get(to.ShareReceived(string(read.ID))).Want(200).Check().WantText("Invitation pending", "kms KeyId read-only statement")
	})
}

// What the organization accepted while its receiver looked at it is told apart from what
// somebody of the account accepted, at the answer and on the pages of both sides.
func TestTheOrganizationAcceptsFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		unit := w.organization(w.Account("Harbor Payments"))
		key := w.key(w.owner, region, "retail-orders")
		share := w.share("joining", []string{key}, string(w.partner.Account))
		w.share("joining-too", []string{key}, string(w.partner.Account))
		b := w.SignIn(w.partner)
		boxes := b.Get(to.SharesReceived()).Want(200).Find("[name=invitation]")
		id := boxes.Eq(1).AttrOr("value", "")
		b.SubmitValues(do("accept"), url.Values{"invitation": {id, boxes.Eq(0).AttrOr("value", "")}}).Want(200).WantText("Accept 2 invitations?")
		w.must(w.Services.Org.AddMember(context.Background(), w.owner, w.partner.Account, unit.ID))
		b.Submit("#answer-form", nil).Want(200).WantText("2 had been accepted by your organization")
		b.Get(to.InvitationAct(id, "reject")).Want(200).Check().WantText("Your organization accepted this invitation for your account", "RAM.1922")
		b.Get(to.ShareReceived(string(share.ID))).Want(200).Check().WantText("Through the organization, which accepted the invitation for this account")
		w.SignIn(w.owner).Get(to.Share(string(share.ID))).Want(200).Check().WantText("through the organization, which accepted the invitation")
	})
}
