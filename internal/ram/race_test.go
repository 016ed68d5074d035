package ram_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/internal/store/storetest"
)

// atOnce runs acts at the same time, from one start, and gives their errors in order.
func atOnce(acts ...func() error) []error {
	errs := make([]error, len(acts))
	start := make(chan struct{})
	var done sync.WaitGroup
	for i, act := range acts {
		done.Go(func() {
			<-start
			errs[i] = act()
		})
	}
	close(start)
	done.Wait()
	return errs
}

const rounds = 8

// kindly fails the test for an error that is no answer to a person.
func kindly(t *testing.T, what string, err error, codes ...string) {
	t.Helper()
	if err == nil {
		return
	}
	for _, want := range codes {
		if code(err) == want {
			return
		}
	}
	t.Errorf("%s: %v", what, err)
}

func TestAcceptAgainstRemoval(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for range rounds {
			share := w.share([]string{key}, string(w.partner.Account))
			invitation, p := w.invited(w.partner, share), w.principal(share, string(w.partner.Account))
			errs := atOnce(
				func() error { _, err := w.ram.AcceptInvitation(ctx(), w.partner, invitation); return err },
				func() error { _, err := w.ram.RemovePrincipal(ctx(), w.owner, share, p.ID); return err },
			)
			kindly(t, "accept", errs[0], "RAM.1907")
			kindly(t, "remove", errs[1])
			if w.may(w.partner, decrypt, key) {
				t.Fatal("access after the owner removed the principal")
			}
		}
		w.consistent()
	})
}

func TestAcceptAgainstDeletion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for range rounds {
			share := w.share([]string{key}, string(w.partner.Account))
			invitation := w.invited(w.partner, share)
			errs := atOnce(
				func() error { _, err := w.ram.AcceptInvitation(ctx(), w.partner, invitation); return err },
				func() error { _, err := w.ram.DeleteShare(ctx(), w.owner, share); return err },
			)
			kindly(t, "accept", errs[0], "RAM.1907")
			kindly(t, "delete", errs[1])
			if w.may(w.partner, decrypt, key) {
				t.Fatal("access after the share was deleted")
			}
		}
		w.consistent()
	})
}

func TestTwoAnswersToOneInvitation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for i := range rounds {
			share := w.share([]string{key}, string(w.partner.Account))
			invitation := w.invited(w.partner, share)
			accept := func() error { _, err := w.ram.AcceptInvitation(ctx(), w.partner, invitation); return err }
			second := accept
			if i%2 == 1 {
				second = func() error { _, err := w.ram.RejectInvitation(ctx(), w.partner, invitation, ""); return err }
			}
			errs := atOnce(accept, second)
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("two answers: %v and %v, want one of them to win", errs[0], errs[1])
			}
			kindly(t, "the slower one", errors.Join(errs...), "RAM.1904", "RAM.1905")
			if accepted := errs[0] == nil || i%2 == 0; w.may(w.partner, decrypt, key) != accepted {
				t.Fatalf("access %v though accepted is %v", !accepted, accepted)
			}
			if _, err := w.ram.DeleteShare(ctx(), w.owner, share); err != nil {
				t.Fatal(err)
			}
		}
		w.consistent()
	})
}

func TestLeaveAgainstRemovalAndDeletion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for range rounds {
			share := w.share([]string{key}, string(w.partner.Account))
			w.accept(w.partner, share)
			p := w.principal(share, string(w.partner.Account))
			errs := atOnce(
				func() error { _, err := w.ram.LeaveShare(ctx(), w.partner, share); return err },
				func() error { _, err := w.ram.RemovePrincipal(ctx(), w.owner, share, p.ID); return err },
				func() error { _, err := w.ram.DeleteShare(ctx(), w.owner, share); return err },
			)
			for i, what := range []string{"leave", "remove", "delete"} {
				kindly(t, what, errs[i])
			}
			if w.may(w.partner, decrypt, key) {
				t.Fatal("access after leaving")
			}
		}
		w.consistent()
	})
}

func TestTwoSubmitsOfOneDraft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for range rounds {
			d := w.draft([]string{key}, string(w.partner.Account))
			made := make([]ram.ShareID, 3)
			acts := make([]func() error, len(made))
			for i := range acts {
				acts[i] = func() (err error) {
					made[i], err = w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version)
					return err
				}
			}
			for _, err := range atOnce(acts...) {
				kindly(t, "submit", err)
			}
			if made[0] != made[1] || made[1] != made[2] {
				t.Fatalf("shares of one draft: %v", made)
			}
		}
		if n := w.used(w.owner, "resource_share"); n != rounds {
			t.Errorf("shares counted: %d, want %d", n, rounds)
		}
		for _, event := range w.events(w.owner) {
			if event != "createResourceShare succeeded" {
				t.Errorf("a second Submit left %q", event)
			}
		}
		w.consistent()
	})
}

func TestTheLastOfTheQuota(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		w.share([]string{key})
		for range rounds / 2 {
			w.Exec("UPDATE account_quotas SET quota = used + 1 WHERE account_id = ? AND kind = 'resource_share'", string(w.owner.Account))
			one, two := w.draft([]string{key}), w.draft([]string{key})
			var share [2]ram.ShareID
			errs := atOnce(
				func() (err error) {
					share[0], err = w.ram.ConfirmDraft(ctx(), w.owner, one.ID, one.Version)
					return err
				},
				func() (err error) {
					share[1], err = w.ram.ConfirmDraft(ctx(), w.owner, two.ID, two.Version)
					return err
				},
			)
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("two creates on the last of the quota: %v and %v, want one of them", errs[0], errs[1])
			}
			if refused := errors.Join(errs...); !fault.Is(refused, fault.Quota) || code(refused) != "RAM.1012" {
				t.Fatalf("the slower one: %v, want quota RAM.1012", refused)
			}
			w.must(w.ram.DeleteDraft(ctx(), w.owner, one.ID))
			w.must(w.ram.DeleteDraft(ctx(), w.owner, two.ID))
		}
		w.consistent()
	})
}

func TestTheLastOfTheInvitations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		one, two := w.share([]string{key}), w.share([]string{key}, string(w.stranger.Account))
		w.Exec("UPDATE account_quotas SET quota = used + 1 WHERE account_id = ? AND kind = 'pending_invitation'", string(w.owner.Account))
		partner := string(w.partner.Account)
		errs := atOnce(
			func() error { _, err := w.ram.AddPrincipal(ctx(), w.owner, one, partner); return err },
			func() error { _, err := w.ram.AddPrincipal(ctx(), w.owner, two, partner); return err },
		)
		if (errs[0] == nil) == (errs[1] == nil) || !fault.Is(errors.Join(errs...), fault.Quota) {
			t.Errorf("two invitations on the last of the quota: %v and %v", errs[0], errs[1])
		}
		w.consistent()
	})
}

func TestSubmitAgainstDisableAndDeletionOfTheKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range rounds {
			key := w.key(fmt.Sprint("key-", i))
			d := w.draft([]string{key}, string(w.mate.Account))
			errs := atOnce(
				func() error { _, err := w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version); return err },
				func() error {
					if i%2 == 0 {
						return w.kms.DisableKey(ctx(), w.owner, region, kmsID(key))
					}
					return w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kmsID(key), 7)
				},
			)
			if errs[1] != nil {
				t.Fatalf("change of the key: %v", errs[1])
			}
			if i%2 == 0 {
				kindly(t, "submit against disable", errs[0]) // a disabled key can be shared
			} else {
				kindly(t, "submit against deletion", errs[0], "RAM.1008")
			}
		}
		w.consistent()
	})
}

func TestSubmitAgainstTheSwitch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		for range rounds {
			w.must(w.orgs.SetSharing(ctx(), w.boss, true))
			d := w.draft([]string{key}, w.commerce.URN, string(w.far.Account))
			errs := atOnce(
				func() error { _, err := w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version); return err },
				func() error { return w.orgs.SetSharing(ctx(), w.boss, false) },
			)
			kindly(t, "submit", errs[0], "RAM.1013")
			if errs[1] != nil {
				t.Fatalf("switch: %v", errs[1])
			}
			if w.may(w.mate, decrypt, key) || w.may(w.far, decrypt, key) {
				t.Fatal("access after sharing was turned off")
			}
			w.must(w.ram.RunOnce(ctx(), w.Now()))
		}
		w.consistent()
	})
}

func TestSweepsAgainstEachOtherAndAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		var shares []ram.ShareID
		for range rounds {
			shares = append(shares, w.share([]string{key}, string(w.partner.Account)))
		}
		w.later(ram.InvitationLifetime)
		acts := []func() error{
			func() error { return w.ram.RunOnce(ctx(), w.Now()) },
			func() error { return w.ram.RunOnce(ctx(), w.Now()) },
			func() error { _, err := w.ram.DeleteShare(ctx(), w.owner, shares[0]); return err },
			func() error {
				_, err := w.ram.AddPrincipal(ctx(), w.owner, shares[rounds-1], string(w.partner.Account))
				return err
			},
		}
		for i, err := range atOnce(acts...) {
			if err != nil {
				t.Errorf("act %d: %v", i, err)
			}
		}
		w.consistent()
		if n := w.used(w.owner, "pending_invitation"); n != 1 {
			t.Errorf("waiting invitations: %d, want the new one", n)
		}
	})
}

// An act that begins access waits for a key that somebody changes before it holds what is
// copied from keys, which the other one writes next: else each waits for the other.
func TestKeysAreLockedBeforeTheirCopies(t *testing.T) {
	w := newWorld(t, storetest.PostgreSQL(t))
	key, mate := w.key("orders"), string(w.mate.Account)
	share := w.share([]string{key}, mate, string(w.partner.Account))
	w.accept(w.partner, share)
	w.end(share, w.principal(share, mate).ID, "", w.in(time.Hour))
	w.later(2 * time.Hour) // over, and marked by the act that names it again
	e := w.edit(share)
	w.must(e.details(func(in *ram.DetailsInput) { in.AddKeys = []string{w.key("pii")} }))
	w.must(e.principals(func(in *ram.PrincipalsInput) {
		in.Remove, in.Add = []string{string(w.partner.Account)}, []string{string(w.far.Account)}
	}))
	edit := e.press()
	_, write := w.Store.Pools()
	for _, act := range []struct {
		name string
		do   func() error
	}{
		{"edit", edit},
		{"add", func() error { _, err := w.ram.AddPrincipal(ctx(), w.owner, share, mate); return err }},
	} {
		holder, err := write.Begin()
		w.must(err)
		_, err = holder.Exec("SELECT 1 FROM keys WHERE id = $1 FOR UPDATE", key)
		w.must(err)
		done := make(chan error, 1)
		go func() { done <- act.do() }()
		for waiting := false; !waiting; {
			w.must(write.QueryRow("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')").Scan(&waiting))
		}
		if _, err := holder.Exec("SELECT 1 FROM principal_keys WHERE key_id = $1 FOR UPDATE NOWAIT", key); err != nil {
			t.Errorf("%s holds copies of the key that it waits for: %v", act.name, err)
		}
		_ = holder.Rollback() // it changed nothing
		w.must(<-done)
	}
}
