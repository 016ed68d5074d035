package ram_test

import (
	"slices"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
)

const week = 7 * 24 * time.Hour

// encrypts reports whether the caller's text can be encrypted with the owner's key: unlike may
// it asks for the key's state, too.
func (w *world) encrypts(c iam.Caller, key string) bool {
	w.t.Helper()
	_, err := w.kms.EncryptData(ctx(), c, kms.EncryptInput{Region: region, Key: kmsID(key), Plain: []byte("text")})
	if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.State) && !fault.Is(err, fault.Forbidden) {
		w.t.Fatal(err)
	}
	return err == nil
}

// TestAssociationOf begins an association with each kind of principal.
func TestAssociationOf(t *testing.T) {
	for name, row := range map[string]struct {
		off   bool // sharing with the organization
		who   func(w *world) (principal string, c *iam.Caller)
		state ram.PrincipalState
	}{
		"an account of the organization while sharing is on":  {false, func(w *world) (string, *iam.Caller) { return string(w.mate.Account), &w.mate }, ram.AccessAtOnce},
		"an account of the organization while sharing is off": {true, func(w *world) (string, *iam.Caller) { return string(w.mate.Account), &w.mate }, ram.InvitationPending},
		"an account outside": {false, func(w *world) (string, *iam.Caller) { return string(w.partner.Account), &w.partner }, ram.InvitationPending},
		"a unit":             {false, func(w *world) (string, *iam.Caller) { return w.commerce.URN, &w.mate }, ram.AccessAtOnce},
		"the organization":   {false, func(w *world) (string, *iam.Caller) { return w.group.URN, &w.far }, ram.AccessAtOnce},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.must(w.orgs.SetSharing(ctx(), w.boss, !row.off))
				key := w.key("orders")
				principal, c := row.who(w)
				share := w.share([]string{key}, principal)
				p := w.principal(share, principal)
				if p.State != row.state || (p.Invitation != "") != (row.state == ram.InvitationPending) {
					t.Errorf("begins as %+v, want %s", p, row.state)
				}
				if row.state == ram.AccessAtOnce {
					if !w.encrypts(*c, key) {
						t.Error("no access at once")
					}
					return
				}
				if w.encrypts(*c, key) {
					t.Error("access before the invitation was accepted")
				}
				w.accept(*c, share)
				if !w.encrypts(*c, key) || w.principal(share, principal).State != ram.Accepted {
					t.Errorf("after the answer: %+v", w.principal(share, principal))
				}
				w.consistent()
			})
		})
	}
}

// TestUnitsCoverMembersPresentAndFuture lets an account join after the share was made, and leave.
func TestUnitsCoverMembersPresentAndFuture(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key := w.key("orders")
		w.share([]string{key}, w.group.URN)
		if w.encrypts(w.partner, key) {
			t.Error("access before joining")
		}
		w.join(w.partner)
		if !w.encrypts(w.partner, key) {
			t.Error("no access after joining")
		}
		w.must(w.orgs.LeaveOrganization(ctx(), w.partner))
		if w.encrypts(w.partner, key) {
			t.Error("access after leaving")
		}
	})
}

// TestInvitedAgainAfter ends an association in each way that an account can be named again
// after: a new association and a new invitation stand beside the old ones, which stay dead.
func TestInvitedAgainAfter(t *testing.T) {
	for name, end := range map[string]func(w *world, share ram.ShareID) error{
		"rejection": func(w *world, share ram.ShareID) error {
			_, err := w.ram.RejectInvitation(ctx(), w.partner, w.invited(w.partner, share), "")
			return err
		},
		"expiry": func(w *world, _ ram.ShareID) error { w.later(week); return nil },
		"leaving": func(w *world, share ram.ShareID) error {
			w.accept(w.partner, share)
			_, err := w.ram.LeaveShare(ctx(), w.partner, share)
			return err
		},
		"removal": func(w *world, share ram.ShareID) error {
			w.accept(w.partner, share)
			_, err := w.ram.RemovePrincipal(ctx(), w.owner, share, w.principal(share, string(w.partner.Account)).ID)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				key, partner := w.key("orders"), string(w.partner.Account)
				share := w.share([]string{key}, partner)
				old, first := w.principal(share, partner), w.invited(w.partner, share)
				w.must(end(w, share))
				if w.encrypts(w.partner, key) {
					t.Error("access after the end")
				}
				again, err := w.ram.AddPrincipal(ctx(), w.owner, share, partner)
				w.must(err)
				if again.ID == old.ID || again.Invitation == first || again.State != ram.InvitationPending {
					t.Errorf("named again: %+v, was %+v", again, old)
				}
				if _, err := w.ram.AcceptInvitation(ctx(), w.partner, first); !fault.Is(err, fault.State) {
					t.Errorf("the old invitation: %v", err)
				}
				if w.encrypts(w.partner, key) {
					t.Error("access before the new invitation was accepted")
				}
				w.accept(w.partner, share)
				if !w.encrypts(w.partner, key) {
					t.Error("no access by the new invitation")
				}
				w.consistent()
			})
		})
	}
}

// TestKeyOfAShare does to a shared key what its owner can do, and undoes it: the association
// stays, and what recipients can do follows the key.
func TestKeyOfAShare(t *testing.T) {
	for name, row := range map[string]struct {
		do, undo func(w *world, id kms.KeyID) error
		stops    bool
	}{
		"disabled and enabled": {
			func(w *world, id kms.KeyID) error { return w.kms.DisableKey(ctx(), w.owner, region, id) },
			func(w *world, id kms.KeyID) error { return w.kms.EnableKey(ctx(), w.owner, region, id) }, true,
		},
		"scheduled for deletion, and that cancelled": {
			func(w *world, id kms.KeyID) error { return w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, id, 7) },
			func(w *world, id kms.KeyID) error {
				if err := w.kms.CancelKeyDeletion(ctx(), w.owner, region, id); err != nil {
					return err
				}
				return w.kms.EnableKey(ctx(), w.owner, region, id)
			}, true,
		},
		"pending import, and imported": {
			func(w *world, id kms.KeyID) error {
				w.Exec("UPDATE keys SET state = 'pending_import' WHERE id = ?", string(id))
				return nil
			},
			func(w *world, id kms.KeyID) error {
				w.Exec("UPDATE keys SET state = 'enabled' WHERE id = ?", string(id))
				return nil
			}, true,
		},
		"renamed and described": {
			func(w *world, id kms.KeyID) error { return w.kms.RenameKey(ctx(), w.owner, region, id, "other") },
			func(w *world, id kms.KeyID) error {
				return w.kms.UpdateKeyDescription(ctx(), w.owner, region, id, "For orders.")
			}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				key := w.key("orders")
				share := w.share([]string{key}, string(w.mate.Account))
				held := func(when string, works bool) {
					t.Helper()
					s := w.get(share)
					if !slices.ContainsFunc(s.Resources, func(r ram.Resource) bool { return r.Key.ID == key && r.EndedAt == nil }) {
						t.Errorf("%s the share does not hold the key: %+v", when, s.Resources)
					}
					if w.encrypts(w.mate, key) != works {
						t.Errorf("%s a recipient's use works: %v, want %v", when, !works, works)
					}
				}
				held("before", true)
				w.must(row.do(w, kmsID(key)))
				held("after", !row.stops)
				w.must(row.undo(w, kmsID(key)))
				held("undone", true)
			})
		})
	}
}
