package ram_test

import (
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
)

// in gives the end some whole minutes from now.
func (w *world) in(d time.Duration) ram.End {
	at := w.Now().Add(d).Truncate(time.Minute)
	return ram.EndAt(&at)
}

func (w *world) end(share ram.ShareID, part ram.AssociationID, seen, to ram.End) {
	w.t.Helper()
	w.must(w.ram.SetEnd(ctx(), w.owner, share, ram.SetEndInput{Principal: part, Seen: seen, To: to}))
}

// at moves the clock to a distance from an end.
func (w *world) at(end ram.End, d time.Duration) {
	w.t.Helper()
	at, err := end.Time()
	w.must(err)
	w.later(at.Add(d).Sub(w.Now()))
}

// use decrypts as a recipient does: through the gate's Use.
func (w *world) use(c iam.Caller, key string) error {
	return w.Gate.Use(ctx(), c, func(tx *iam.Tx) error {
		return tx.Allow(decrypt, iam.URN{Service: "kms", Region: region, Account: w.owner.Account, Type: iam.TypeKey, ID: key})
	}, nil)
}

func (w *world) shared(c iam.Caller) []kms.SharedKey {
	w.t.Helper()
	list, err := w.kms.ListSharedKeys(ctx(), c, kms.ListSharedKeysInput{Region: region, Slice: store.Slice{Size: 10}})
	w.must(err)
	return list.Keys
}

// state checks at one moment what a recipient has of a key and a share, and that lists,
// page and detail say the same.
func (w *world) reaches(c iam.Caller, share ram.ShareID, key string, want bool) {
	w.t.Helper()
	if err := w.use(c, key); (err == nil) != want || err != nil && !fault.Is(err, fault.NotFound) {
		w.t.Errorf("use at %s: %v, want access %v", w.Now().Format(time.TimeOnly), err, want)
	}
	if got := len(w.shared(c)) == 1; got != want {
		w.t.Errorf("Shared Key tab at %s: %v, want %v", w.Now().Format(time.TimeOnly), got, want)
	}
	if _, err := w.kms.DescribeKey(ctx(), c, region, kmsID(key), 0); (err == nil) != want || err != nil && !fault.Is(err, fault.NotFound) {
		w.t.Errorf("key page at %s: %v, want %v", w.Now().Format(time.TimeOnly), err, want)
	}
	if _, err := w.ram.GetReceivedShare(ctx(), c, share); (err == nil) != want || err != nil && !fault.Is(err, fault.NotFound) {
		w.t.Errorf("received share at %s: %v, want %v", w.Now().Format(time.TimeOnly), err, want)
	}
	row := w.row(share)
	if got := row.Access == 1; got != want {
		w.t.Errorf("owner's list at %s counts %d, want access %v", w.Now().Format(time.TimeOnly), row.Access, want)
	}
}

func (w *world) row(share ram.ShareID) ram.ShareRow {
	w.t.Helper()
	page, err := w.ram.ListShares(ctx(), w.owner, ram.ShareFilter{Name: string(share)}, store.Slice{Size: 10})
	w.must(err)
	if len(page.Shares) != 1 {
		w.t.Fatalf("share %s is listed %d times", share, len(page.Shares))
	}
	return page.Shares[0]
}

func TestAccessEndsAtThatMoment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, single := range []bool{false, true} {
			key := w.key(map[bool]string{true: "single", false: "whole"}[single])
			share := w.share([]string{key}, string(w.partner.Account))
			w.accept(w.partner, share)
			part, end := ram.AssociationID(""), w.in(48*time.Hour)
			if single {
				part = w.principal(share, string(w.partner.Account)).ID
			}
			w.end(share, part, "", end)
			if got := w.shared(w.partner)[0].EndsAt; ram.EndAt(got) != end {
				t.Errorf("Shared Key tab says that it ends %v, want %s", got, end)
			}
			received, err := w.ram.GetReceivedShare(ctx(), w.partner, share)
			w.must(err)
			if ram.EndAt(received.EndsAt) != end {
				t.Errorf("recipient sees the end %v, want %s", received.EndsAt, end)
			}
			w.at(end, -time.Second)
			w.reaches(w.partner, share, key, true)
			w.at(end, 0)
			w.reaches(w.partner, share, key, false)
			if p := w.principal(share, string(w.partner.Account)); p.State != ram.TimeEnded || ram.EndAt(p.EndedAt) != end {
				t.Errorf("before the sweep %+v, want ended in time", p)
			}
			if left, err := w.ram.LeaveShare(ctx(), w.partner, share); err != nil || !left.Already || left.State != ram.TimeEnded {
				t.Errorf("leaving what ended: %+v, %v", left, err)
			}
			w.at(end, time.Second)
			w.reaches(w.partner, share, key, false)
			w.must(w.ram.RunOnce(ctx(), w.Now()))
			w.must(w.ram.RunOnce(ctx(), w.Now()))
			if p := w.principal(share, string(w.partner.Account)); p.State != ram.TimeEnded || ram.EndAt(p.EndedAt) != end {
				t.Errorf("after the sweep %+v, want ended in time", p)
			}
			if row := w.row(share); row.TimeEnded != 1 || row.Removed+row.Expired != 0 {
				t.Errorf("owner's list after the sweep: %+v", row)
			}
			page, err := w.ram.ListReceived(ctx(), w.partner, ram.ReceivedFilter{Name: string(share)}, store.Slice{Size: 10})
			w.must(err)
			if len(page.Shares) != 1 || page.Shares[0].State != ram.TimeEnded {
				t.Errorf("recipient's list after the sweep: %+v", page.Shares)
			}
			w.consistent()
		}
	})
}

// Of several paths to one key, each ends at its time, and the last one counts.
func TestSeveralPathsEndOneAfterTheOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		first := w.share([]string{key}, string(w.mate.Account))
		second := w.share([]string{key}, w.commerce.URN, string(w.mate.Account))
		early, late := w.in(24*time.Hour), w.in(72*time.Hour)
		w.end(first, "", "", early)
		w.end(second, w.principal(second, w.commerce.URN).ID, "", late)
		w.end(second, w.principal(second, string(w.mate.Account)).ID, "", w.in(36*time.Hour))
		if got := w.shared(w.mate)[0].EndsAt; ram.EndAt(got) != late {
			t.Errorf("the tab says %v, want the last end %s", got, late)
		}
		received, err := w.ram.GetReceivedShare(ctx(), w.mate, second)
		w.must(err)
		if ram.EndAt(received.EndsAt) != late {
			t.Errorf("the share says %v, want the last end %s", received.EndsAt, late)
		}
		w.at(early, time.Second)
		w.must(w.use(w.mate, key))
		if list := w.shared(w.mate); len(list) != 1 || len(list[0].Paths) != 2 {
			t.Errorf("after the first end: %+v", list)
		}
		w.at(late, -time.Second)
		w.must(w.use(w.mate, key))
		w.at(late, 0)
		if err := w.use(w.mate, key); !fault.Is(err, fault.NotFound) {
			t.Errorf("after the last end: %v", err)
		}
	})
}

func TestEndedNeverRevives(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account), string(w.stranger.Account))
		w.accept(w.partner, share)
		end := w.in(24 * time.Hour)
		w.end(share, "", "", end)
		invitation := w.invited(w.stranger, share)
		w.at(end, time.Second)
		if _, err := w.ram.AcceptInvitation(ctx(), w.stranger, invitation); code(err) != "RAM.1921" {
			t.Errorf("accept after the end: %v", err)
		}
		if _, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.far.Account)); code(err) != "RAM.1921" {
			t.Errorf("name somebody after the end: %v", err)
		}
		part := w.principal(share, string(w.partner.Account)).ID
		if err := w.ram.SetEnd(ctx(), w.owner, share, ram.SetEndInput{Principal: part, To: w.in(time.Hour)}); code(err) != "RAM.1921" {
			t.Errorf("move the end of a part that ended: %v", err)
		}
		w.end(share, "", end, "")
		w.reaches(w.partner, share, key, false)
		if _, err := w.ram.AcceptInvitation(ctx(), w.stranger, invitation); !fault.Is(err, fault.State) {
			t.Errorf("an invitation revived: %v", err)
		}
		w.consistent()
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account))
		w.must(err)
		w.accept(w.partner, share)
		w.reaches(w.partner, share, key, true)
		w.consistent()
	})
}

func TestRenew(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		w.accept(w.partner, share)
		end := w.in(24 * time.Hour)
		w.end(share, "", "", end)
		before, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		later := end.Plus(30)
		w.end(share, "", end, later)
		w.end(share, "", end, later) // pressed twice
		after, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if ram.EndAt(after.EndsAt) != later || after.Version != before.Version+1 {
			t.Errorf("end %v, version %d after %d; want %s and one more", after.EndsAt, after.Version, before.Version, later)
		}
		err = w.ram.SetEnd(ctx(), w.owner, share, ram.SetEndInput{Seen: end, To: end.Plus(90)})
		if code(err) != "RAM.1913" {
			t.Errorf("extended from an end that moved: %v", err)
		}
		w.at(end, time.Second)
		w.reaches(w.partner, share, key, true)
		told := 0
		for _, e := range w.events(w.partner) {
			if e == "updateResourceShare succeeded" {
				told++
			}
		}
		if told != 2 {
			t.Errorf("the recipient's trail holds %d changes, want 2: %v", told, w.events(w.partner))
		}
	})
}

func TestEndIsChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.partner.Account))
		for _, to := range []ram.End{
			w.in(-time.Hour), w.in(0), ram.TypedEnd("2027-02-30", "10:00"), ram.TypedEnd("2027-02-03", ""), ram.TypedEnd("", "10:00"), ram.TypedEnd("tomorrow", "noon"),
			w.in(11 * 366 * 24 * time.Hour),
		} {
			err := w.ram.SetEnd(ctx(), w.owner, share, ram.SetEndInput{To: to})
			if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != "ends" {
				t.Errorf("end %q: %v, want a message at the field", to, err)
			}
		}
		w.end(share, "", "", w.in(48*time.Hour))
		part := w.principal(share, string(w.partner.Account)).ID
		if err := w.ram.SetEnd(ctx(), w.owner, share, ram.SetEndInput{Principal: part, To: w.in(72 * time.Hour)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a part that outlasts the share: %v", err)
		}
		for who, c := range map[string]iam.Caller{"receiver": w.partner, "stranger": w.stranger} {
			if err := w.ram.SetEnd(ctx(), c, share, ram.SetEndInput{To: w.in(time.Hour)}); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s sets the end: %v", who, err)
			}
		}
		if i, err := w.ram.BeginAnswer(ctx(), w.partner, w.invited(w.partner, share), ram.ActionAccept); err != nil || ram.EndAt(i.EndsAt) != w.in(48*time.Hour) || !i.ExpiresAt.Equal(*i.EndsAt) {
			t.Errorf("the invitation shows %+v, %v; want it to wait no longer than the share", i, err)
		}
	})
}

// The wizard sets the end, an edit changes it, and the list finds what ends soon.
func TestEndInTheWizard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		d := w.draft([]string{key}, string(w.partner.Account))
		details := ram.DetailsInput{Version: d.Version, Name: d.Name, Ends: w.in(-time.Hour), Finish: true}
		if _, err := w.ram.SaveDetails(ctx(), w.owner, d.ID, details); !fault.Is(err, fault.Invalid) {
			t.Errorf("a draft that ended: %v", err)
		}
		end := w.in(40 * 24 * time.Hour)
		details.Ends = end
		d, err := w.ram.SaveDetails(ctx(), w.owner, d.ID, details)
		w.must(err)
		share := w.confirm(d)
		if row := w.row(share); ram.EndAt(row.EndsAt) != end {
			t.Errorf("made with the end %v, want %s", row.EndsAt, end)
		}
		soon := func() int {
			page, err := w.ram.ListShares(ctx(), w.owner, ram.ShareFilter{Reach: ram.ReachEnding}, store.Slice{Size: 10})
			w.must(err)
			return len(page.Shares)
		}
		if n := soon(); n != 0 {
			t.Errorf("%d shares end within 30 days, want none", n)
		}
		edit, err := w.ram.EditShare(ctx(), w.owner, share)
		w.must(err)
		e, err := w.ram.GetDraft(ctx(), w.owner, edit)
		w.must(err)
		if e.Ends != end {
			t.Errorf("the edit begins with %q, want %q", e.Ends, end)
		}
		next := w.in(5 * 24 * time.Hour)
		e, err = w.ram.SaveDetails(ctx(), w.owner, edit, ram.DetailsInput{Version: e.Version, Name: e.Name, Tags: e.Tags, Ends: next, Finish: true})
		w.must(err)
		e, err = w.ram.SavePrincipals(ctx(), w.owner, edit, ram.PrincipalsInput{Version: e.Version, AllowExternal: true, Retain: true, Finish: true})
		w.must(err)
		r, err := w.ram.Review(ctx(), w.owner, edit)
		w.must(err)
		if r.Edit.Mine.Ends == nil || r.Edit.Mine.Ends.From != end || r.Edit.Mine.Ends.To != next || r.Edit.Mine.Retain == nil {
			t.Errorf("the difference is %+v", r.Edit.Mine)
		}
		_, err = w.ram.ConfirmEdit(ctx(), w.owner, edit, e.Version, r.Edit.Seen)
		w.must(err)
		got, err := w.ram.GetShare(ctx(), w.owner, share)
		w.must(err)
		if ram.EndAt(got.EndsAt) != next || !got.Retain {
			t.Errorf("after the edit: end %v, retain %v", got.EndsAt, got.Retain)
		}
		if n := soon(); n != 1 {
			t.Errorf("%d shares end within 30 days, want 1", n)
		}
		w.accept(w.partner, share)
		for who, c := range map[string]iam.Caller{"owner": w.owner, "recipient": w.partner} {
			for _, until := range []time.Duration{ram.EndsSoon, 10 * 365 * 24 * time.Hour} {
				list, err := w.ram.ListEnding(ctx(), c, w.Now().Add(until), 10)
				w.must(err)
				if len(list) != 1 || list[0].Share != share || list[0].Given != (who == "owner") || ram.EndAt(&list[0].EndsAt) != next {
					t.Errorf("%s sees %+v", who, list)
				}
			}
		}
		if list, err := w.ram.ListEnding(ctx(), w.stranger, w.Now().Add(ram.EndsSoon), 10); err != nil || len(list) != 0 {
			t.Errorf("a stranger sees %+v, %v", list, err)
		}
	})
}

// An edit that moves the end of a share that ended, and adds somebody, lets in whom it adds.
func TestEditOfEndedShareAdds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(w.orgs.SetSharing(ctx(), w.boss, true))
		key := w.key("orders")
		share := w.share([]string{key}, string(w.partner.Account))
		w.accept(w.partner, share)
		end := w.in(24 * time.Hour)
		w.end(share, "", "", end)
		w.at(end, time.Second)
		edit, err := w.ram.EditShare(ctx(), w.owner, share)
		w.must(err)
		e, err := w.ram.GetDraft(ctx(), w.owner, edit)
		w.must(err)
		e, err = w.ram.SaveDetails(ctx(), w.owner, edit, ram.DetailsInput{Version: e.Version, Name: e.Name, Tags: e.Tags, Finish: true})
		w.must(err)
		e, err = w.ram.SavePrincipals(ctx(), w.owner, edit, ram.PrincipalsInput{Version: e.Version, AllowExternal: true, Add: []string{string(w.mate.Account)}, Finish: true})
		w.must(err)
		r, err := w.ram.Review(ctx(), w.owner, edit)
		w.must(err)
		_, err = w.ram.ConfirmEdit(ctx(), w.owner, edit, e.Version, r.Edit.Seen)
		w.must(err)
		w.reaches(w.mate, share, key, true)
		if err := w.use(w.partner, key); !fault.Is(err, fault.NotFound) {
			t.Errorf("whose time ended revived: %v", err)
		}
		w.consistent()
	})
}

func TestRetainKeepsAccessAfterLeaving(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		keys := map[bool]string{true: w.key("kept"), false: w.key("lost")}
		shares := map[bool]ram.ShareID{}
		for retain, key := range keys {
			d := w.draft([]string{key}, w.commerce.URN)
			d, err := w.ram.SavePrincipals(ctx(), w.owner, d.ID, ram.PrincipalsInput{
				Version: d.Version, AllowExternal: true, Retain: retain, Remove: []string{w.commerce.URN}, Add: []string{string(w.mate.Account)}, Finish: true,
			})
			w.must(err)
			shares[retain] = w.confirm(d)
		}
		if p := w.principal(shares[true], string(w.mate.Account)); p.State != ram.InvitationPending || p.External {
			t.Errorf("a member named by a retaining share: %+v, want an invitation", p)
		}
		if p := w.principal(shares[false], string(w.mate.Account)); p.State != ram.AccessAtOnce {
			t.Errorf("a member named by another share: %+v, want access at once", p)
		}
		if w.may(w.mate, decrypt, keys[true]) {
			t.Error("access before the invitation was accepted")
		}
		w.accept(w.mate, shares[true])
		unit := w.key("unit")
		d := w.draft([]string{unit}, w.commerce.URN)
		d, err := w.ram.SavePrincipals(ctx(), w.owner, d.ID, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Retain: true, Finish: true})
		w.must(err)
		w.confirm(d)
		for _, key := range []string{keys[true], keys[false], unit} {
			if !w.may(w.mate, decrypt, key) {
				t.Errorf("no access to %s as a member", key)
			}
		}
		w.must(w.orgs.LeaveOrganization(ctx(), w.mate))
		for key, want := range map[string]bool{keys[true]: true, keys[false]: false, unit: false} {
			if got := w.may(w.mate, decrypt, key); got != want {
				t.Errorf("access to %s after leaving: %v, want %v", key, got, want)
			}
		}
		w.consistent()
	})
}
